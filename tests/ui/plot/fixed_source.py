"""A source of readings that a test has at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.history.calculation import Calculated, Calculation, Stretch, T
from app.wire.states import StateRow
from tests.ui.fake_timelines import FakeTimelines
from ui.plot.feed.trace import Series


class FixedSource:
    """The readings that a function returns for a device and a target; `version` changes with them."""

    def __init__(self, read: Callable[[str, str], Series]) -> None:
        self._read = read
        self.version = 0
        self.timelines = FakeTimelines()
        self.asked: list[tuple[str, str]] = []
        self.periods: list[tuple[float, float]] = []

    @property
    def readings(self) -> FixedSource:
        return self

    def window(self, device: str, target: str, from_s: float, to_s: float, _columns: int) -> Series:
        self.asked.append((device, target))
        self.periods.append((from_s, to_s))
        times, values = self._read(device, target)
        seen = (times >= from_s) & (times <= to_s)
        return times[seen], values[seen]

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """At once."""
        found = [Stretch(*self.window(*key, wanted.from_s, wanted.to_s, 0)) for key in wanted.keys]
        return Calculated(wanted.from_s, wanted.to_s, wanted.function(found))

    def states(self, *_: object) -> list[StateRow]:
        return []

    def count(self, _device: str, _target: str) -> object:
        return self.version

    def revision(self, _device: str, _target: str) -> int:
        return 0

    def extent(self, device: str, target: str) -> tuple[float, float] | None:
        times, _ = self._read(device, target)
        return (float(times[0]), float(times[-1])) if len(times) else None


def fixed(*readings: tuple[float, float]) -> FixedSource:
    """A source with the same readings for all: times in Unix seconds, and values."""
    series = np.array([at_s for at_s, _ in readings]), np.array([value for _, value in readings])
    return FixedSource(lambda _device, _target: series)
