"""The points of a curve, from entries and readings.

Invariants: each point is a reading, with its own time and value; the lowest and the highest value of each
entry, and of each column, are among the points, and so are its first and its last; points are in the order of
their times.
Pure: no I/O, no clock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.journal.summaries.entries import Entries

_IN_ENTRY = 4
MOST_IN_COLUMN = 4
"""A column has at most so many points. A line through these is the same as through all, see
https://www.vldb.org/pvldb/vol7/p797-jugel.pdf."""


class Points(NamedTuple):
    """Times (µs since 1970, UTC) and values of equal number."""

    times_us: NDArray[np.int64]
    numbers: NDArray[np.float64]

    def during(self, from_us: int, to_us: int) -> Points:
        """The points with times from `from_us` to `to_us`."""
        chosen = (self.times_us >= from_us) & (self.times_us <= to_us)
        return self if chosen.all() else Points(self.times_us[chosen], self.numbers[chosen])


NO_POINTS = Points(np.empty(0, np.int64), np.empty(0))


def points_of(entries: Entries) -> Points:
    """The first, the last, the lowest and the highest reading of each entry, in the order of their times.

    A reading that is several of these is one point.
    """
    times = np.stack([entries[f"{name}_us"] for name in ("first", "low", "high", "last")], axis=1)
    numbers = np.stack([entries[name] for name in ("first", "low", "high", "last")], axis=1)
    order = np.argsort(times, axis=1, kind="stable")
    times, numbers = np.take_along_axis(times, order, 1), np.take_along_axis(numbers, order, 1)
    is_new = np.ones((len(entries), _IN_ENTRY), bool)
    is_new[:, 1:] = (np.diff(times, axis=1) != 0) | (np.diff(numbers, axis=1) != 0)
    return Points(times[is_new], numbers[is_new])


def ordered(parts: list[Points]) -> Points:
    """All points, in the order of their times; points of the same time stay in the order of `parts`."""
    times = np.concatenate([part.times_us for part in parts]) if parts else NO_POINTS.times_us
    numbers = np.concatenate([part.numbers for part in parts]) if parts else NO_POINTS.numbers
    if (np.diff(times) < 0).any():
        order = np.argsort(times, kind="stable")
        times, numbers = times[order], numbers[order]
    return Points(times, numbers)


def thinned(points: Points, from_us: int, column_us: float) -> Points:
    """The first, the last, the lowest and the highest point of each column of `column_us`, from `from_us` on.

    The order of the points stays.
    """
    times, numbers = points
    if not len(times):
        return points
    columns = np.floor((times - from_us) / column_us)
    starts = np.flatnonzero(np.diff(columns, prepend=np.nan))
    counts = np.diff(starts, append=len(times))
    chosen = np.zeros(len(times), bool)
    chosen[starts] = chosen[starts + counts - 1] = True
    for extreme in (np.minimum, np.maximum):
        hits = np.flatnonzero(numbers == np.repeat(extreme.reduceat(numbers, starts), counts))
        chosen[hits[np.searchsorted(hits, starts)]] = True
    return Points(times[chosen], numbers[chosen])
