"""What happened to devices in the period that the plot shows, as it is drawn.

Invariant: a timeline is read again only if it has changed, or if the view has left the period that was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from app.messages.languages import text_of
from app.wire.timeline import Event, EventKind, Marker, Timeline
from ui.plot.feed.gaps import described
from ui.plot.time_view import Frame

_MARKS = (
    *(EventKind.CONNECTED, EventKind.TAKEN_BACK, EventKind.RESTARTED, EventKind.CLOCK_SET),
    *(EventKind.CLOUD_DOWN,),
)
"""The kinds of events that make no gap, and have a mark on the time axis."""


class Timelines(Protocol):
    """The timelines of a bench."""

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        """What happened to a device between two times, in Unix seconds."""

    def version(self, device: str) -> int:
        """A number that changes when `read` may return something else."""


class Mark(NamedTuple):
    """Something on the time axis."""

    from_s: float
    to_s: float
    """Both in Unix seconds; the same for an instant."""
    what: Event | Marker

    @property
    def marker(self) -> Marker | None:
        """The marker that it is; None for an event."""
        return self.what if isinstance(self.what, Marker) else None

    @property
    def words(self) -> str:
        """What it is, for people."""
        return self.what.note if isinstance(self.what, Marker) else text_of(described(self.what))


class _Part(NamedTuple):
    from_s: float
    to_s: float
    timeline: Timeline


class Happened:
    """The timelines of the devices in the plot."""

    def __init__(self) -> None:
        self._timelines: Timelines | None = None
        self._parts: dict[str, _Part] = {}

    def look_at(self, timelines: Timelines) -> None:
        """Read these timelines from now on."""
        self._timelines, self._parts = timelines, {}

    def versions(self, devices: Iterable[str]) -> list[int]:
        """Numbers that change when something has happened to one of `devices`."""
        return [self._timelines.version(device) for device in devices] if self._timelines else []

    def events(self, device: str, frame: Frame) -> tuple[Event, ...]:
        """What happened to a device in `frame`, and perhaps beside it."""
        return self._read(device, frame).events

    def marks(self, devices: Iterable[str], frame: Frame) -> list[Mark]:
        """What has a mark on the time axis of `frame`: events of `devices`, and markers."""
        found: list[Mark] = []
        markers: dict[int, Marker] = {}
        for device in devices:
            timeline = self._read(device, frame)
            markers.update((marker.number, marker) for marker in timeline.markers)
            for event in timeline.events:
                if event.kind in _MARKS:
                    to_s = frame.to_s if event.until_us is None else event.until_us / 1e6
                    found.append(Mark(event.at_us / 1e6, to_s, event))
        found += [Mark(marker.at_us / 1e6, marker.at_us / 1e6, marker) for marker in markers.values()]
        seen = [mark for mark in found if mark.from_s <= frame.to_s and mark.to_s >= frame.from_s]
        return sorted(seen, key=lambda mark: mark.from_s)

    def _read(self, device: str, frame: Frame) -> Timeline:
        if self._timelines is None:
            return Timeline()
        part = self._parts.get(device)
        is_new = part is None or part.timeline.version != self._timelines.version(device)
        if part is None or is_new or frame.from_s < part.from_s or frame.to_s > part.to_s:
            beside_s = frame.to_s - frame.from_s
            from_s, to_s = frame.from_s - beside_s, frame.to_s + beside_s
            part = _Part(from_s, to_s, self._timelines.read(device, from_s, to_s))
            self._parts[device] = part
        return part.timeline
