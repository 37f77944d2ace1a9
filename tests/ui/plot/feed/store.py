"""Readings for the traces of curves."""

from __future__ import annotations

import numpy as np

from ui.plot.feed.trace import Series


class Store:
    """A store of readings that counts how many of them were read."""

    def __init__(self, *readings: tuple[float, float]) -> None:
        self.times = [at_s for at_s, _ in readings]
        self.values = [value for _, value in readings]
        self.read_points = 0

    def say(self, at_s: float, value: float) -> None:
        self.times.append(at_s)
        self.values.append(value)

    def read(self, from_s: float, to_s: float, columns: int) -> Series:
        assert columns > 0
        times, values = np.array(self.times), np.array(self.values)
        first, last = np.searchsorted(times, from_s), np.searchsorted(times, to_s, side="right")
        self.read_points += int(last - first)
        return times[first:last], values[first:last]
