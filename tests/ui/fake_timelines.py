"""A stand-in for the timelines of a bench: events that a test adds, and markers in memory."""

from __future__ import annotations

import itertools

from app.wire.timeline import Event, Marker, Timeline


class FakeTimelines:
    """Has the methods of the real timelines."""

    def __init__(self) -> None:
        self.events: dict[str, list[Event]] = {}
        self.markers: dict[int, Marker] = {}
        self._version = 0
        self._numbers = itertools.count(1)

    def happened(self, device: str, event: Event) -> None:
        """Add an event, or replace the one of this number."""
        others = [other for other in self.events.get(device, []) if other.number != event.number]
        self.events[device] = sorted((*others, event), key=lambda other: other.number)
        self._version += 1

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        events = [
            event
            for event in self.events.get(device, [])
            if event.at_us <= to_s * 1e6 and (event.until_us is None or event.until_us >= from_s * 1e6)
        ]
        markers = [
            marker
            for marker in self.markers.values()
            if marker.device in ("", device) and from_s * 1e6 <= marker.at_us <= to_s * 1e6
        ]
        return Timeline(self._version, tuple(events), tuple(markers))

    def version(self, _device: str) -> int:
        return self._version

    def mark(self, device: str, at_s: float, note: str) -> Marker:
        return self._put(Marker(next(self._numbers), device, round(at_s * 1e6), note))

    def change_mark(self, marker: Marker, *, at_s: float | None = None, note: str | None = None) -> Marker:
        at_us = marker.at_us if at_s is None else round(at_s * 1e6)
        return self._put(marker._replace(at_us=at_us, note=marker.note if note is None else note))

    def remove_mark(self, marker: Marker) -> None:
        self.markers.pop(marker.number, None)
        self._version += 1

    def _put(self, marker: Marker) -> Marker:
        self.markers[marker.number] = marker
        self._version += 1
        return marker
