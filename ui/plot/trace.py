"""Thins the readings in each pixel column of a plot to at most two points: the lowest and the highest value.

Invariants: every peak is kept, and no column has more than two points, whatever the board's rate; columns
begin at fixed times, so that a moving curve does not flicker; while the view follows the present time,
readings of completed columns are not read again from the history. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in Unix seconds, and one value for each time. Read only."""

_EDGE = 0.1
"""How much to read before the left edge, as a fraction of the span: the line must begin at the edge."""

_HAIR = 1e-3
"""A fraction of a column's width that is larger than the rounding error of a column's edge."""

Read = Callable[[float, float], Series]
"""Returns the readings between two times in Unix seconds."""


def thin(series: Series, column_s: float) -> Series:
    """Replace the points of each column by two points: the column's lowest and highest value.

    The two points get the times of the column's first and last point. The lowest value comes first if the
    column rises from its first to its last point, otherwise the highest. A column is `column_s` seconds wide,
    and begins at a whole multiple of that. A column of one or two points stays as it is.
    """
    return _thin(*series, _column_starts(series[0], column_s))


class Trace:
    """The visible curve of one datastream; each frame extends the curve of the previous frame."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._column_s = 0.0
        self._from_s = 0.0
        self._to_s = 0.0
        self._whole: Series = (np.empty(0), np.empty(0))
        """The points of completed columns; a completed column gets no more readings."""

    def update(self, from_s: float, to_s: float, columns: int) -> Series:
        """Bring the curve up to date. Returns its points from slightly before `from_s` until `to_s`.

        Both times are in Unix seconds. `columns` is the width of the plot in pixels.
        """
        column_s = (to_s - from_s) / columns
        begin_s = from_s - _EDGE * (to_s - from_s)
        if column_s != self._column_s or begin_s < self._from_s or to_s < self._to_s:
            self._column_s, self._from_s = column_s, begin_s
            self._whole = (np.empty(0), np.empty(0))
        self._to_s = to_s
        times, values = self._whole
        since_s, closed = begin_s, -np.inf
        if len(times):
            # Read from slightly before the next column's edge, then drop the points of completed columns.
            closed = np.floor(times[-1] / column_s)
            since_s = max(since_s, (closed + 1 - _HAIR) * column_s)
        new_times, new_values = self._read(since_s, to_s)
        first = int(np.searchsorted(np.floor(new_times / column_s), closed, side="right"))
        new_times, new_values = new_times[first:], new_values[first:]
        starts = _column_starts(new_times, column_s)
        # Only the last column may still get readings.
        open_at = int(starts[-1]) if len(starts) else 0
        whole = _thin(new_times[:open_at], new_values[:open_at], starts[:-1])
        gone = int(np.searchsorted(times, begin_s))
        times = np.concatenate((times[gone:], whole[0]))
        values = np.concatenate((values[gone:], whole[1]))
        self._whole = (times, values)
        self._from_s = begin_s
        rest = _thin(new_times[open_at:], new_values[open_at:], starts[-1:] - open_at)
        return np.concatenate((times, rest[0])), np.concatenate((values, rest[1]))


def _column_starts(times: NDArray[np.float64], column_s: float) -> NDArray[np.intp]:
    """The index of the first point of each column that has points."""
    columns = np.floor(times / column_s)
    is_first = np.ones(len(times), np.bool_)
    np.not_equal(columns[1:], columns[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _thin(times: NDArray[np.float64], values: NDArray[np.float64], starts: NDArray[np.intp]) -> Series:
    """Replace the points of each column by two points: see `thin`. The columns begin at `starts`."""
    if not len(starts):
        return times, values
    ends = np.append(starts[1:], len(times)) - 1
    lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    rises = values[starts] <= values[ends]
    thin_times = np.column_stack((times[starts], times[ends])).ravel()
    thin_values = np.column_stack((np.where(rises, lows, highs), np.where(rises, highs, lows))).ravel()
    kept = np.ones(len(thin_times), np.bool_)
    kept[1::2] = ends > starts
    return thin_times[kept], thin_values[kept]


def fit_range(current: tuple[float, float] | None, low: float, high: float) -> tuple[float, float]:
    """The next Y range, for values from `low` to `high`; `current` is the present range, None at first.

    The range grows at once, but shrinks only when much of it is empty, so that noise does not make the plot
    tremble.
    """
    size = high - low
    margin = size * 0.08 if size > 0 else max(abs(high) * 0.05, 0.5)
    wanted = (low - margin, high + margin)
    if current is None:
        return wanted
    span = current[1] - current[0]
    fits = current[0] <= low and high <= current[1]
    if fits and (wanted[1] - wanted[0]) > 0.7 * span:
        return current
    return wanted
