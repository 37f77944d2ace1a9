"""Shows recordings as a bench: each is a device, and all are replayed together from the same zero.

Invariants: nothing is sent, stored or recorded; what is shown depends only on the files and the position;
only one thread uses a player. It has the methods of a bench that the window uses.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from app.bench.errors import BenchError, while_writing
from app.bench.run import Exporting, Run
from app.bench.snapshots import natural
from app.bench.status import (
    BenchStatus,
    CloudStatus,
    ConsoleLine,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    RawBytes,
    RefusedReading,
    RejectedLine,
    ReplayStatus,
    SentLine,
)
from app.boards.console import MAX_LINES
from app.boards.recordings.progress import Progress
from app.boards.recordings.transport import Transport
from app.config.addresses import REPLAY
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.errors import InvalidValueError
from app.history.calculating import Calculating
from app.history.calculation import Calculated, Calculation, Key, Series, T
from app.journal.export.file import check_is_no_journal, write_whole
from app.journal.export.form import Form, Selection
from app.journal.export.rows import Exported
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import Datastream
from app.wire.states import StateRow
from app.wire.timeline import Timeline


class NoTimelines:
    """The timelines of recordings: nothing has happened but what they contain, and nothing is kept."""

    def read(self, _device: str, _from_s: float, _to_s: float) -> Timeline:
        """Empty; see `Timelines`."""
        return Timeline()

    def version(self, _device: str) -> int:
        """Never changes."""
        return 0

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Raise BenchError, because a recording is only shown."""
        raise BenchError("run_only_shown")

    mark = change_mark = remove_mark = _refuse


class Player:
    """One or more recordings, which are replayed at the same time."""

    def __init__(
        self,
        path: Path,
        known: Sequence[DeviceConfig] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the recording at `path`. Raises RecordingError or InvalidValueError.

        `known` are devices whose datastreams have names and units: a recording of a device with such a name
        gets them. `clock` returns seconds, and only runs forward.
        """
        self._known = {device.name: device for device in known}
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self.config = BenchConfig(bench=BenchSection(name=visible(path.stem)))
        self.timelines = NoTimelines()
        self._add(path)
        self.transport = Transport(clock())
        self._calculating = Calculating(self._read_period, lambda _error: None)

    def add(self, path: Path) -> str:
        """Show another recording beside the others, from the same zero. Returns the name of its device.

        Raises RecordingError or InvalidValueError.
        """
        return self._add(path)

    @property
    def described(self) -> dict[str, Message]:
        """For each device, which recording it is."""
        return {
            name: Message("run_described", device=run.header.device, path=str(run.path))
            for name, run in self._runs.items()
        }

    @property
    def length_us(self) -> int:
        """The length of the longest recording, or of the part that has been read."""
        return max(run.length_us for run in self._runs.values())

    @property
    def is_whole(self) -> bool:
        """Whether all recordings have been read to their ends."""
        return all(run.is_whole for run in self._runs.values())

    @property
    def read_percent(self) -> int:
        """How much of the recordings has been read, in percent."""
        total = sum(run.total_bytes for run in self._runs.values())
        return (
            100 if self.is_whole else min(99, 100 * sum(r.read_bytes for r in self._runs.values()) // total)
        )

    @property
    def position_us(self) -> int:
        """The present position, in microseconds since the start of the recordings."""
        return self.transport.move(self._clock(), self.length_us, is_whole=self.is_whole)

    @property
    def now_s(self) -> float:
        """The present position as a time in Unix seconds: when the first recording was there."""
        return (self._zero_us + self.position_us) / 1e6

    @property
    def zero_s(self) -> float:
        """The start of all recordings in Unix seconds: when the first one was recorded."""
        return self._zero_us / 1e6

    def start(self) -> None:
        """Do nothing: the recordings play from the beginning."""

    def stop(self) -> None:
        """Close the recordings."""
        self._calculating.stop(within_s=0.5)
        for run in self._runs.values():
            run.close()

    def status(self) -> BenchStatus:
        """What the recordings have shown up to the present position."""
        at_us = self.position_us
        has_ended = self.is_whole and at_us == self.length_us
        troubles = [run.trouble for run in self._runs.values() if run.trouble]
        return BenchStatus(
            self.config.bench.name,
            tuple(self._device(config, has_ended) for config in self.config.device),
            "",
            self._zero_us + at_us,
            tuple(troubles),
        )

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        """See `Bench`. After the position was set, the numbers may be lower than before."""
        return self._progress(device).console.lines(after, limit)

    def sent(self, _device: str, _after: int) -> list[SentLine]:
        """Empty: a recording has only what the board has said."""
        return []

    def raw_bytes(self, device: str) -> RawBytes:
        """See `Bench`."""
        return self._progress(device).raw.last()

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """The values of a target between two times in Unix seconds, but none after the present position."""
        return self._runs[device].window(target, from_s, min(to_s, self.now_s))

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """See `Readings.calculate`; the period ends at the present position at the latest."""
        shown = wanted._replace(to_s=max(wanted.from_s, min(wanted.to_s, self.now_s)))
        return self._calculating.calculate(shown, tuple(self.count(*key) for key in wanted.keys))

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """The texts of a target between two times in Unix seconds, but none after the present position."""
        return self._runs[device].states(target, from_s, min(to_s, self.now_s), columns)

    @property
    def readings(self) -> RunReadings:
        """The values of any period up to the present position."""
        return RunReadings(self)

    def count(self, device: str, target: str) -> int:
        """How many values of a target were read so far."""
        return self._runs[device].count(target)

    def export(
        self, selection: Selection, form: Form, path: Path, progress: Callable[[int, int], object]
    ) -> Exported:
        """Write selected readings of the recordings to a file; see `Bench`. They have no fates.

        Raises BenchError or RecordingError. `progress` is called with bytes in place of segments.
        """
        exporting = Exporting(self._runs, selection, progress)
        with while_writing(path):
            check_is_no_journal(path)
            for run in self._runs.values():
                if path.exists() and path.samefile(run.path):
                    raise BenchError("output_is_recording", path=str(path))
            return write_whole(path, form, lambda output: exporting.write(output, form))

    def export_text(
        self, selection: Selection, form: Form, most_rows: int, progress: Callable[[int, int], object]
    ) -> tuple[str, Exported]:
        """See `Bench`."""
        output = io.StringIO()
        with while_writing(next(iter(self._runs.values())).path):
            exported = Exporting(self._runs, selection, progress).write(output, form, most_rows)
        return output.getvalue(), exported

    def rejected(self, device: str) -> list[RejectedLine]:
        """The rejected ones among the last lines, oldest first."""
        progress = self._progress(device)
        return [
            RejectedLine(line.received_at_us, line.verdict.text, line.verdict.reason, progress.grammar)
            for line in progress.console.lines(0, MAX_LINES)
            if line.verdict.reason
        ]

    def refused(self, _device: str) -> list[RefusedReading]:
        """Empty: nothing is sent."""
        return []

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Raise BenchError, because a recording is only shown."""
        raise BenchError("run_only_shown")

    try_now = send = release_port = take_port = choose_port = record = reconfigure = _refuse
    resend = skip = send_here = discard = discard_refused = delete_data = _refuse
    decide_unassigned = find_baud_rate = _refuse

    @property
    def _zero_us(self) -> int:
        return next(iter(self._runs.values())).zero_us

    def _add(self, path: Path) -> str:
        names = {device.name for device in self.config.device}
        name = stem = visible(path.stem)
        number = 2
        while name in names:
            name, number = f"{stem} ({number})", number + 1
        run = Run(path, self._known, self._zero_us if self._runs else None)
        try:
            device = DeviceConfig(
                name=name,
                port=f"{REPLAY}{name}{path.suffix}",
                baud_rate=max(50, min(run.header.baud_rate, 20_000_000)),
                datastream=run.datastreams,
            )
            self.config = msgspec.structs.replace(self.config, device=(*self.config.device, device))
        except InvalidValueError:
            run.close()
            raise
        self._runs[name] = run
        return name

    def _read_period(self, key: Key, from_s: float, to_s: float) -> Generator[Series, None, None]:
        device, target = key
        return self._runs[device].read_period(target, from_s, to_s)

    def _progress(self, device: str) -> Progress:
        run = self._runs[device]
        return run.show(min(self.position_us, run.length_us))

    def _device(self, config: DeviceConfig, has_ended: bool) -> DeviceStatus:
        progress, length_us = self._progress(config.name), self._runs[config.name].length_us
        link = LinkStatus(LinkState.GOOD if progress.counts.accepted else LinkState.OPEN)
        if has_ended:
            link = LinkStatus(LinkState.ENDED, Message("replay_ended"))
        return DeviceStatus(
            name=config.name,
            port=config.port,
            server="",
            link=link,
            cloud=CloudStatus(message=Message("run_not_forwarded")),
            lines=progress.counts,
            lost_bytes=0,
            reconnects=0,
            counts=JournalCounts(readings=progress.readings.total()),
            datastreams=tuple(_rows(progress)),
            reasons=tuple(progress.reasons.most_common()),
            replay=ReplayStatus(min(self.position_us, length_us), length_us),
        )


class RunReadings:
    """The values of recordings up to the present position, as `Readings` gives those of a bench."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def window(self, device: str, target: str, from_s: float, to_s: float, _columns: int) -> Series:
        """See `Player.history`: the extremes of blocks if there are many values."""
        return self._player.history(device, target, from_s, to_s)

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """See `Player.states`."""
        return self._player.states(device, target, from_s, to_s, columns)

    def count(self, device: str, target: str) -> tuple[int, float]:
        """What changes while the recording is read, and with the position."""
        return self._player.count(device, target), self._player.now_s

    def watch(self, _told: Callable[[], object]) -> None:
        """Do nothing: the values are new in each frame while the recording plays."""

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """See `Player.calculate`."""
        return self._player.calculate(wanted)

    def extent(self, _device: str, _target: str) -> tuple[float, float]:
        """The start of all recordings, and the present position, in seconds since 1970."""
        return self._player.zero_s, self._player.now_s

    def revision(self, _device: str, _target: str) -> int:
        """A number that changes when earlier values are other ones: never."""
        return 0


def _rows(progress: Progress) -> Iterator[DatastreamStatus]:
    for target in sorted(filter(lambda target: "." not in target, progress.latest), key=natural):
        entry = progress.grammar.datastream(target) or Datastream(virtual_pin=0)
        value, at_us = progress.latest[target]
        yield DatastreamStatus(
            target=target,
            name=entry.name,
            unit=entry.unit,
            color=entry.color,
            line_style=entry.line_style,
            value=value,
            received_at_us=at_us,
            counts=JournalCounts(readings=progress.readings[target]),
        )
