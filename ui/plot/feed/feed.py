"""What the plot has read of a bench: the traces of its curves and texts, and the timelines of the devices.

Invariant: a curve that stays in the plot keeps what it has read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from app.wire.states import StateRow
from app.wire.timeline import Event
from ui.plot.curves import Key, Style
from ui.plot.feed.happened import Happened, Mark, Timelines
from ui.plot.feed.states import StateTrace
from ui.plot.feed.trace import Series, Trace
from ui.plot.feed.whole import Whole, WholeCurve, whole_curve
from ui.plot.time_view import Frame, Period


class Readings(Protocol):
    """The readings of a bench. Times are in Unix seconds."""

    def window(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> Series:
        """The readings between two times, or a few points for each of so many columns."""

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        """Which texts have come between two times, and the row before; a few for each of so many columns."""

    def count(self, device: str, target: str) -> object:
        """Something that changes when `window` or `states` have other readings."""

    def revision(self, device: str, target: str) -> int:
        """A number that changes when readings that `window` or `states` has returned are other ones."""

    def extent(self, device: str, target: str) -> tuple[float, float] | None:
        """The first and the last time of all readings; None if none is known."""


class Source(Protocol):
    """Where the readings come from: a bench."""

    @property
    def readings(self) -> Readings:
        """The readings."""

    @property
    def timelines(self) -> Timelines:
        """What happened to the devices."""


class Feed:
    """Reads what the curves of a plot need."""

    def __init__(self) -> None:
        self.traces: dict[Key, Trace] = {}
        """The traces of the curves."""
        self.states: dict[Key, StateTrace] = {}
        """Those of datastreams of texts."""
        self.happened = Happened()
        """What happened to their devices."""
        self._happened_ever = Happened()
        """The same, for `whole`: each would read the period of the other again otherwise."""
        self._readings: Readings | None = None
        self._revisions: dict[Key, int] = {}
        self._devices: tuple[str, ...] = ()
        self._whole_curves: list[WholeCurve] = []
        self._whole_counts: list[object] = []
        """What changes when `_whole_curves` must be read again."""

    def look_at(self, source: Source) -> None:
        """Read from `source` from now on."""
        self._readings, self._whole_counts = source.readings, []
        self.happened.look_at(source.timelines)
        self._happened_ever.look_at(source.timelines)

    def follow(self, styles: Sequence[Style]) -> None:
        """Read for the curves of `styles`."""
        self._devices = tuple(dict.fromkeys(style.device for style in styles))
        curves, texts = (
            [style.key for style in styles if style.is_text is wanted] for wanted in (False, True)
        )
        self.traces = {key: self.traces.get(key) or self._trace(key) for key in curves}
        self.states = {key: self.states.get(key) or self._state_trace(key) for key in texts}

    def read_again(self) -> None:
        """Read all curves again, because readings were deleted."""
        for trace in self.traces.values():
            trace.forget()

    def counts(self, until_s: float = math.inf) -> list[object]:
        """What changes when there is something new for the plot up to `until_s`, in Unix seconds."""
        readings, keys = self._readings, (*self.traces, *self.states)
        counts = [_count(readings, key, until_s) for key in keys] if readings else []
        return [*counts, *self.happened.versions(self._devices)]

    def look_for_earlier(self) -> None:
        """Read the curves again of which earlier readings are known now, or have changed."""
        if self._readings is None:
            return
        for key, trace in self.traces.items():
            revision = self._readings.revision(*key)
            if revision != self._revisions.get(key):
                self._revisions[key] = revision
                trace.forget()

    def whole(self, styles: Sequence[Style], now_s: float, columns: int) -> Whole | None:
        """All readings of the curves of `styles` up to `now_s`, in so many columns; None if none."""
        readings = self._readings
        found = [readings.extent(*style.key) for style in styles] if readings else []
        known = [extent for extent in found if extent is not None]
        if readings is None or not known:
            return None
        curves = [style for style in styles if not style.is_text]
        period = Period(min(first for first, _ in known), max(now_s, *(last for _, last in known)))
        devices = {style.device: None for style in curves}
        counts: list[object] = [columns, *curves, *(readings.count(*style.key) for style in curves)]
        counts += self._happened_ever.versions(devices)
        if counts == self._whole_counts:
            return Whole(period, self._whole_curves)
        column_s = period.length_s / columns
        frame = Frame(column_s, int(period.from_s / column_s), int(period.to_s / column_s))

        def curve(style: Style) -> WholeCurve:
            found = readings.window(*style.key, *period, columns)
            events = self._happened_ever.events(style.device, frame)
            return whole_curve(style, found, events, period.to_s, column_s)

        self._whole_counts, self._whole_curves = counts, [curve(style) for style in curves]
        return Whole(period, self._whole_curves)

    def events(self, frame: Frame) -> dict[str, tuple[Event, ...]]:
        """What happened to each device in `frame`, and perhaps beside it."""
        return {device: self.happened.events(device, frame) for device in self._devices}

    def marks(self, frame: Frame) -> list[Mark]:
        """What has a mark on the time axis of `frame`."""
        return self.happened.marks(self._devices, frame)

    def _trace(self, key: Key) -> Trace:
        def read(from_s: float, to_s: float, columns: int) -> Series:
            if self._readings is None:
                return np.empty(0), np.empty(0)
            return self._readings.window(*key, from_s, to_s, columns)

        return Trace(read)

    def _state_trace(self, key: Key) -> StateTrace:
        def read(from_s: float, to_s: float, columns: int) -> list[StateRow]:
            return self._readings.states(*key, from_s, to_s, columns) if self._readings else []

        return StateTrace(read)


def _count(readings: Readings, key: Key, until_s: float) -> object:
    extent = readings.extent(*key) if until_s < math.inf else None
    # No more readings come before the newest one, but earlier ones may be read from the journal.
    return readings.revision(*key) if extent and extent[1] > until_s else readings.count(*key)
