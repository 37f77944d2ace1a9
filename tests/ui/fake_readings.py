"""The readings of a fake bench, for the plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from app.history.calculation import Calculated, Calculation, Stretch, T
from app.wire.states import StateRow, during, fitted, state_rows
from ui.plot.feed.trace import Series

if TYPE_CHECKING:
    from tests.ui.fake_bench import FakeBench


class FakeReadings:
    """All readings are known at once."""

    def __init__(self, bench: FakeBench) -> None:
        self._bench = bench

    def window(self, device: str, target: str, from_s: float, to_s: float, _columns: int) -> Series:
        stream = self._bench.devices[device].streams.get(target)
        if stream is None:
            return np.empty(0), np.empty(0)
        times = np.array(stream.times)
        first, last = np.searchsorted(times, (from_s, to_s))
        return times[first : last + 1], np.array(stream.values[first : last + 1])

    def states(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        stream = self._bench.devices[device].streams.get(target)
        rows = list(state_rows(stream.texts)) if stream else []
        return fitted(during(rows, from_s, to_s), from_s, to_s, columns)

    def count(self, device: str, target: str) -> int:
        stream = self._bench.devices[device].streams.get(target)
        return len(stream.times) + len(stream.texts) if stream else 0

    def calculate(self, wanted: Calculation[T]) -> Calculated[T]:
        """At once."""
        stretches = []
        for key in wanted.keys:
            times_s, values = self.window(*key, wanted.from_s, wanted.to_s, 0)
            is_in = times_s <= wanted.to_s
            stretches.append(Stretch(times_s[is_in], values[is_in]))
        return Calculated(wanted.from_s, wanted.to_s, wanted.function(stretches))

    def extent(self, device: str, target: str) -> tuple[float, float] | None:
        stream = self._bench.devices[device].streams.get(target)
        times = [*stream.times, *(at_s for at_s, _ in stream.texts)] if stream else []
        return (min(times), max(times)) if times else None

    def watch(self, _told: Callable[[], object]) -> None:
        pass

    def revision(self, _device: str, _target: str) -> int:
        return 0
