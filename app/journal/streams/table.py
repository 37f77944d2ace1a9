"""The streams of an open journal as of the last commit, in memory: by number, by device, and by target.

Invariants: only the thread that writes the journal changes the table; any thread may read it, because a list
of streams is copied in one step of the interpreter; a change costs as much as the streams that it changes,
however many others there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.journal.streams.stream import Stream


class StreamTable:
    """The streams of a journal, in the order in which they began."""

    def __init__(self, streams: Iterable[Stream] = ()) -> None:
        self._by_number: dict[int, Stream] = {}
        self._by_device: dict[str, dict[int, Stream]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self.update({stream.stream: stream for stream in streams})

    @property
    def by_number(self) -> Mapping[int, Stream]:
        """Maps the number of each stream to the stream."""
        return self._by_number

    def all(self) -> list[Stream]:
        """All streams."""
        return list(self._by_number.values())

    def of_device(self, device: str) -> list[Stream]:
        """The streams of `device`."""
        return list(self._by_device.get(device, {}).values())

    def number(self, device: str, target: str) -> int | None:
        """The number of the stream of `device` and `target`; None if there is none."""
        return self._numbers.get((device, target))

    def update(self, changed: Mapping[int, Stream], dropped: Iterable[Stream] = ()) -> None:
        """Take over the streams in `changed`, some of which may be new, and remove those in `dropped`.

        A changed stream may have another device than before, because its device was renamed.
        """
        by_device: dict[str, dict[int, Stream]] = {}
        added: list[Stream] = []
        moved: list[Stream] = []
        for number, stream in changed.items():
            by_device.setdefault(stream.device, {})[number] = stream
            before = self._by_number.get(number)
            if before is None or before.device != stream.device:
                added.append(stream)
                moved += [before] if before else []
        # All of these first, because two devices may have swapped their names.
        for stream in moved:
            del self._by_device[stream.device][stream.stream]
            del self._numbers[(stream.device, stream.target)]
        self._numbers.update({(stream.device, stream.target): stream.stream for stream in added})
        # One step for each dict, so that no thread sees a part of the change to a device.
        self._by_number.update(changed)
        for device, streams in by_device.items():
            self._by_device.setdefault(device, {}).update(streams)
        for stream in dropped:
            del self._by_number[stream.stream]
            del self._by_device[stream.device][stream.stream]
            del self._numbers[(stream.device, stream.target)]
