"""Ring buffers that keep the newest entries of a series, and hand on the older ones.

Invariants: entries are in the order of their times; an entry that is handed on is not kept; a ring takes
memory as entries come, and never for more entries than it may keep. Pure: no I/O, no clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

_FIRST_SIZE = 64
"""For how many entries a ring takes memory at first. When there are more, its memory is doubled."""
_PART = 8
"""A full ring hands on an eighth of its entries at once, because handing on single ones takes more time."""


class Ring:
    """A ring buffer of the newest entries. An entry is a time and one or more numbers."""

    def __init__(self, width: int) -> None:
        """`width` is the length of an entry: the time and the numbers."""
        self._rows = np.empty((width, 0), np.float64)
        self._begin = self._count = 0
        self.forgot = False
        """Whether the oldest entries have been handed on because there were too many."""

    @property
    def first_s(self) -> float:
        """The time of the oldest entry, in seconds; infinite if the ring is empty."""
        return float(self._rows[0, self._begin]) if self._count else np.inf

    @property
    def newest(self) -> NDArray[np.float64]:
        """The newest entry as a column, which may be changed in place; no column if the ring is empty."""
        place = (self._begin + self._count - 1) % max(1, self._rows.shape[1])
        return self._rows[:, place : place + min(1, self._count)]

    def append(self, entries: NDArray[np.float64], most: int, step_s: float) -> NDArray[np.float64]:
        """Add each column of `entries` as an entry. If there are more than `most`, return the oldest ones.

        The new entries must be in order of time, and none may be older than an entry in the ring. Time is
        divided into steps of `step_s`. Entries of the same step are kept or returned together, unless there
        are too many of them.
        """
        gone = entries[:, :0]
        if self._count + entries.shape[1] > most:
            gone = self._too_many(entries, most, step_s)
            self.forgot = True
            of_ring = min(gone.shape[1], self._count)
            self._begin = (self._begin + of_ring) % max(1, self._rows.shape[1])
            self._count -= of_ring
            entries = entries[:, gone.shape[1] - of_ring :]
        new = entries.shape[1]
        self._make_room(self._count + new, most)
        size = self._rows.shape[1]
        at = (self._begin + self._count) % max(1, size)
        fits = min(new, size - at)
        self._rows[:, at : at + fits] = entries[:, :fits]
        if fits < new:
            self._rows[:, : new - fits] = entries[:, fits:]
        self._count += new
        return gone

    def between(self, from_s: float, to_s: float, *, partly: bool = False) -> NDArray[np.float64]:  # noqa: ARG002
        """A copy of the entries with times from `from_s` to `to_s`; each column is an entry."""
        older, newer = self._pieces()
        # Mostly, a plot wants a few of the newest entries.
        if not newer.shape[1]:
            return _between(older, from_s, to_s).copy()
        if newer[0, 0] < from_s:
            return _between(newer, from_s, to_s).copy()
        return np.concatenate((_between(older, from_s, to_s), _between(newer, from_s, to_s)), axis=1)

    def forget_from(self, time_s: float) -> None:
        """Drop the entries at and after `time_s`."""
        self._count = sum(int(np.searchsorted(piece[0], time_s)) for piece in self._pieces())

    def _too_many(self, new: NDArray[np.float64], most: int, step_s: float) -> NDArray[np.float64]:
        """A copy of the oldest entries, which are too many because there are `new` ones."""
        total = self._count + new.shape[1]
        count = total - most + most // _PART
        left, oldest = count + 1, []
        for piece in (*self._pieces(), new):
            oldest.append(piece[:, :left])
            left -= oldest[-1].shape[1]
        found: NDArray[np.float64] = np.concatenate(oldest, axis=1)
        steps = np.floor(found[0] / step_s)
        whole = int(np.searchsorted(steps, steps[-1]))
        return found[:, : whole if total - whole <= most else count]

    def _make_room(self, needed: int, most: int) -> None:
        size = self._rows.shape[1]
        if needed <= size <= most:
            return
        size = max(_FIRST_SIZE, size)
        while size < needed:
            size *= 2
        kept = self._pieces()
        self._rows = np.empty((len(self._rows), min(size, most)), np.float64)
        self._rows[:, : self._count] = np.concatenate(kept, axis=1)
        self._begin = 0

    def _pieces(self) -> list[NDArray[np.float64]]:
        """The entries, as two pieces of the array, the older piece first. A piece may be empty."""
        end = self._begin + self._count
        size = self._rows.shape[1]
        return [self._rows[:, self._begin : min(end, size)], self._rows[:, : max(0, end - size)]]


def _between(piece: NDArray[np.float64], from_s: float, to_s: float) -> NDArray[np.float64]:
    first, last = piece[0].searchsorted(from_s), piece[0].searchsorted(to_s, side="right")
    return piece[:, first:last]


class Buckets:
    """A ring buffer of buckets, each with the lowest and highest value in `bucket_s` seconds."""

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._ring = Ring(3)

    @property
    def first_s(self) -> float:
        """The start of the oldest bucket, in seconds; infinite if there is none."""
        return self._ring.first_s

    @property
    def forgot(self) -> bool:
        """Whether the oldest buckets (intervals of time) have been handed on because there were too many."""
        return self._ring.forgot

    def append(self, entries: NDArray[np.float64], most: int, step_s: float) -> NDArray[np.float64]:
        """Add entries, as an array of three rows: times, lows and highs. Keep at most `most` buckets.

        An entry is a single value or a bucket of a shorter interval. A single value is its own low and high;
        the time of a bucket is its start. The times must not decrease.

        Returns the oldest buckets, in the same form, if there are too many; see `Ring.append`.
        """
        if entries.shape[1]:
            numbers = np.floor(entries[0] / self._bucket_s)
            starts = np.flatnonzero(np.diff(numbers, prepend=np.nan))
            times = numbers[starts] * self._bucket_s
            lows, highs = np.minimum.reduceat(entries[1], starts), np.maximum.reduceat(entries[2], starts)
            entries = np.stack((times, lows, highs))
            newest = self._ring.newest
            if newest.size and newest[0, 0] == times[0]:
                newest[1:, 0] = min(newest[1, 0], lows[0]), max(newest[2, 0], highs[0])
                entries = entries[:, 1:]
        return self._ring.append(entries, most, step_s)

    def between(self, from_s: float, to_s: float, *, partly: bool = False) -> NDArray[np.float64]:
        """Two points for each bucket that starts between `from_s` and `to_s`: its lowest and highest value.

        If `partly` is true, so does a bucket that starts before `from_s` and ends after it; its points then
        have the time `from_s` or a later one. The array has a row of times and a row of values.
        """
        times, lows, highs = self._ring.between(from_s - self._bucket_s * partly, to_s)
        # The high is half a bucket later than the low, but at `to_s` at the latest: shorter buckets may
        # begin after `to_s` within this bucket, and the high must not be lost.
        later = np.minimum(times + self._bucket_s / 2, to_s)
        if partly:
            times, later = np.maximum(times, from_s), np.maximum(later, from_s)
        return np.stack((np.column_stack((times, later)).ravel(), np.column_stack((lows, highs)).ravel()))

    def forget_from(self, time_s: float) -> None:
        """Drop the bucket whose interval contains `time_s`, and all later ones."""
        self._ring.forget_from(float(np.floor(time_s / self._bucket_s) * self._bucket_s))
