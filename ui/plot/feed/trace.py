"""The curve of one datastream: at most two points for each pixel column, and the readings beside them.

Invariants: every peak is kept, and no column has more than two points, whatever the board's rate; columns
begin at fixed times, so that a moving curve does not flicker; while the view follows the present time,
readings of completed columns are not read again from the history; `newest` and `nearest` return readings as
they came, never the lowest or highest of a column. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.wire.timeline import Event
from ui.plot.feed.gaps import Band, gaps
from ui.plot.feed.silence import KNOWN_FROM, distinct, is_seen, silent_after
from ui.plot.time_view import Frame

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in Unix seconds, and one value for each time. Read only."""

_BEFORE = 12
"""So many points before the left edge are kept: the line must begin at the edge, and whether a silence is a
gap depends on the readings before it."""

_HAIR = 1e-3
"""A fraction of a column's width that is larger than the rounding error of a column's edge."""

_FINE = 1024
"""So many columns are asked for to find the reading that is nearest to the pointer."""

Read = Callable[[float, float, int], Series]
"""Returns the readings between two times in Unix seconds, or at least the extremes of so many columns."""


class Reading(NamedTuple):
    """A reading, as it came."""

    at_s: float
    """Unix seconds."""
    value: float


def thin(series: Series, column_s: float) -> Series:
    """Replace the points of each column by two points: the column's lowest and highest value.

    The two points get the times of the column's first and last point. The lowest value comes first if the
    column rises from its first to its last point, otherwise the highest. A column is `column_s` seconds wide,
    and begins at a whole multiple of that. A column of one or two points stays as it is.
    """
    return _thin(*series, _starts(np.floor(series[0] / column_s)))


def silent_between(times_s: NDArray[np.float64], column_s: float) -> NDArray[np.float64]:
    """What `silent_after` says of readings after each point that `thin` makes of them."""
    starts = _starts(np.floor(times_s / column_s))
    return _at_last_points(silent_after(times_s, times_s[_ends(starts, len(times_s))]), starts, len(times_s))


class Trace:
    """The visible curve of one datastream; each frame extends the curve of the previous frame."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._frame = _NO_FRAME
        self._whole: Series = _NOTHING
        """The points of completed columns; a completed column gets no more readings."""
        self._open: Series = _NOTHING
        """The readings of the last column that has any."""
        self.points: Series = _NOTHING
        """The points of the curve, from some points before the left edge of the frame to its right edge."""
        self.silent_s = _NO_TIMES
        """After each point, from how many seconds without a reading on the datastream is silent; infinite
        after one that is not the last of its column, or that others have followed soon."""
        self.gaps: tuple[Band, ...] = ()
        """Where the curve breaks, oldest first."""
        self._recent = _NO_TIMES
        """The last readings of completed columns, as many as tell when the datastream is silent."""
        self._back_s = np.inf
        """The time of an earlier point: from there on, the readings before the left edge are looked for."""

    def forget(self) -> None:
        """Read all points again with the next frame, because readings were added or deleted anywhere."""
        self._look_back_to(np.inf)
        self._frame = _NO_FRAME
        self._whole = self._open = self.points = _NOTHING
        self.silent_s = self._recent = _NO_TIMES

    def update(self, frame: Frame) -> float | None:
        """Bring the curve up to `frame`.

        Returns from which time on (Unix seconds) the curve has changed, apart from its move to the left; None
        if nothing has.
        """
        was, column_s = self._frame, frame.column_s
        width = frame.last - frame.first + 1
        changed_s: float | None = None
        is_on = was.first <= frame.first <= was.last + width and frame.last >= was.last
        since_s, closed = (frame.first - width) * column_s, -np.inf
        if column_s != was.column_s or not is_on:
            self._look_back_to(since_s)
            self._whole = self._open = _NOTHING
            self._recent = _NO_TIMES
            changed_s = frame.from_s
        self._frame = frame
        times, values = self._whole
        # Read from slightly before a column's edge, then drop the points of completed columns.
        if len(times):
            closed = np.floor(times[-1] / column_s)
            since_s = (closed + 1 - _HAIR) * column_s
        elif len(self._open[0]):
            since_s = (np.floor(self._open[0][0] / column_s) - _HAIR) * column_s
        new_times, new_values = self._read(
            since_s, frame.to_s, max(1, round((frame.to_s - since_s) / column_s))
        )
        if not len(times) and not (len(new_times) and new_times[0] < frame.from_s):
            new_times, new_values = self._with_earlier(new_times, new_values, since_s, width)
        columns = np.floor(new_times / column_s)
        first = int(columns.searchsorted(closed, side="right"))
        last = int(columns.searchsorted(frame.last, side="right"))
        new_times, new_values, columns = new_times[first:last], new_values[first:last], columns[first:last]
        if changed_s is None:
            if len(new_times) == len(self._open[0]) and (new_times == self._open[0]).all():
                return None
            changed_s = float(times[-1]) if len(times) else frame.from_s
        starts = _starts(columns)
        # Only the last column may still get readings.
        open_at = int(starts[-1]) if len(starts) else 0
        whole = _thin(new_times[:open_at], new_values[:open_at], starts[:-1])
        rest = _thin(new_times[open_at:], new_values[open_at:], starts[-1:] - open_at)
        silent_s = np.full(len(times) + len(whole[0]) + len(rest[0]), np.inf)
        silent_s[: len(times)] = self.silent_s[: len(times)]
        known = np.concatenate((self._recent, new_times))
        if is_seen(known, column_s):
            ends_s = new_times[_ends(starts, len(new_times))]
            silent_s[len(times) :] = _at_last_points(silent_after(known, ends_s), starts, len(new_times))
            silent_s[len(times) - 1 : len(times)] = silent_after(known, times[-1:])
        if open_at:
            closed_s = np.concatenate((self._recent, distinct(new_times[:open_at])))
            self._recent = distinct(closed_s[-2 * KNOWN_FROM :])[-KNOWN_FROM:]
        times = np.concatenate((times, whole[0], rest[0]))
        values = np.concatenate((values, whole[1], rest[1]))
        ends = len(times) - len(rest[0])
        gone = max(0, int(times[:ends].searchsorted(frame.from_s)) - _BEFORE)
        self.points, self.silent_s = (times[gone:], values[gone:]), silent_s[gone:]
        self._whole = times[gone:ends], values[gone:ends]
        self._open = new_times[open_at:], new_values[open_at:]
        return changed_s

    def find_gaps(self, events: Iterable[Event], target: str, *, only_changes: bool) -> None:
        """Set `gaps`; see `ui.plot.feed.gaps`. `events` are what happened to the device."""
        times = self.points[0]
        if len(times) and is_seen(np.array((times[-1], self._frame.to_s)), self._frame.column_s):
            known = np.concatenate((self._recent, self._open[0]))
            self.silent_s[-1:] = silent_after(known, times[-1:])
        found = gaps(
            *(events, target, self.points[0], self._frame.to_s),
            only_changes=only_changes,
            column_s=self._frame.column_s,
            silent_s=self.silent_s,
        )
        self.gaps = tuple(found)

    def _look_back_to(self, before_s: float) -> None:
        """Remember a time at which there were points before `before_s`."""
        times = self.points[0]
        earlier = int(times.searchsorted(before_s))
        if earlier:
            self._back_s = float(times[max(0, earlier - _BEFORE)])

    def _with_earlier(
        self, times: NDArray[np.float64], values: NDArray[np.float64], since_s: float, columns: int
    ) -> Series:
        """The readings, and those before `since_s`, if there is an earlier point: a line may come from it."""
        if self._back_s >= since_s:
            return times, values
        earlier, before = self._read(self._back_s, since_s, columns)
        end = int(earlier.searchsorted(times[0] if len(times) else since_s))
        return np.concatenate((earlier[:end], times)), np.concatenate((before[:end], values))

    def visible(self) -> NDArray[np.float64]:
        """The values of the points that are seen, and of the one before them, from which a line may come."""
        times, values = self.points
        return values[max(0, int(times.searchsorted(self._frame.from_s)) - 1) :]

    @property
    def newest(self) -> Reading | None:
        """The newest visible reading; None if none is visible."""
        times, values = self._open
        if not len(times) or times[-1] < self._frame.from_s:
            return None
        return Reading(float(times[-1]), float(values[-1]))

    def nearest(self, at_s: float, reach_s: float) -> Reading | None:
        """The reading that is nearest to the time `at_s` (Unix seconds).

        None if there is none near: if `at_s` is more than `reach_s` away from it, and the curve does not pass
        there, because it is before the first reading, after the last one, or in a gap.
        """
        times = self.points[0]
        if not len(times):
            return None
        if at_s >= self._frame.from_s and not times[0] - reach_s <= at_s <= times[-1] + reach_s:
            # Far from all readings in view. To find that out below, everything up to them would be read.
            return None
        around_s = abs(float(times[_nearest(times, at_s)]) - at_s) + _HAIR * self._frame.column_s
        # The points of a column are its lowest and highest value, at the times of other readings.
        near, values = self._read(at_s - around_s, min(at_s + around_s, self._frame.to_s), _FINE)
        if not len(near):
            return None
        at = _nearest(near, at_s)
        found = Reading(float(near[at]), float(values[at]))
        if abs(found.at_s - at_s) <= reach_s:
            return found
        passes = times[0] <= at_s <= times[-1]
        return found if passes and not any(gap.from_s < at_s < gap.to_s for gap in self.gaps) else None


_NO_TIMES = np.empty(0)
_NOTHING: Series = (np.empty(0), np.empty(0))
_NO_FRAME = Frame(0.0, 0, 0)


def _nearest(times: NDArray[np.float64], at_s: float) -> int:
    """The index of the time that is nearest to `at_s`. There is at least one."""
    right = int(np.searchsorted(times, at_s))
    if right == len(times) or (right and at_s - times[right - 1] <= times[right] - at_s):
        right -= 1
    return right


def _starts(columns: NDArray[np.float64]) -> NDArray[np.intp]:
    """The index of the first point of each column that has points; `columns` are those of all points."""
    is_first = np.empty(len(columns), np.bool_)
    is_first[:1] = True
    np.not_equal(columns[1:], columns[:-1], out=is_first[1:])
    return is_first.nonzero()[0]


def _thin(times: NDArray[np.float64], values: NDArray[np.float64], starts: NDArray[np.intp]) -> Series:
    """Replace the points of each column by two points: see `thin`. The columns begin at `starts`."""
    count = len(starts)
    if count == len(times):
        return times, values
    ends = _ends(starts, len(times))
    lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    rises = values[starts] <= values[ends]
    # Arrays of pairs are filled rather than stacked, because most calls are about a few points.
    thin_times, thin_values = np.empty((count, 2)), np.empty((count, 2))
    thin_times[:, 0], thin_times[:, 1] = times[starts], times[ends]
    thin_values[:, 0], thin_values[:, 1] = np.where(rises, lows, highs), np.where(rises, highs, lows)
    is_pair = ends > starts
    if is_pair.all():
        return thin_times.ravel(), thin_values.ravel()
    kept = np.ones((count, 2), np.bool_)
    kept[:, 1] = is_pair
    return thin_times[kept], thin_values[kept]


def _ends(starts: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """The index of the last of `count` points in each column. The columns begin at `starts`."""
    ends = np.empty(len(starts), np.intp)
    ends[:-1] = starts[1:] - 1
    ends[-1:] = count - 1
    return ends


def _at_last_points(
    lengths_s: NDArray[np.float64], starts: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """The lengths, one for each column, at the last points that `_thin` leaves; infinity at the others."""
    found = np.full((len(starts), 2), np.inf)
    is_one = _ends(starts, count) == starts
    found[:, 1] = lengths_s
    found[is_one, 0] = lengths_s[is_one]
    kept = np.ones_like(found, np.bool_)
    kept[is_one, 1] = False
    return found[kept]
