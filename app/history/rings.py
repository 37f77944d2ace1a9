"""Ring buffers that keep the newest entries of a series in bounded memory.

Invariants: entries are in the order of their times; a full ring drops its oldest entries; when the size of a
ring is set, the memory for all its entries is allocated, so that memory does not grow while the ring fills.
Pure: no I/O, no clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


class Ring:
    """A ring buffer of the newest entries. An entry is a time and one or more numbers."""

    def __init__(self, width: int) -> None:
        """`width` is the length of an entry: the time and the numbers."""
        self._rows = np.empty((width, 0), np.float64)
        self._begin = self._count = 0
        self.forgot = False
        """Whether the oldest entries have been dropped because there were too many."""

    @property
    def first_s(self) -> float:
        """The time of the oldest entry, in seconds; infinite if the ring is empty."""
        return float(self._rows[0, self._begin]) if self._count else np.inf

    def append(self, entries: NDArray[np.float64], most: int) -> None:
        """Add each column of `entries` as an entry; keep at most `most` entries, the newest ones.

        The new entries must be in order of time, and none may be older than an entry in the ring.
        """
        new = entries.shape[1]
        if new > most:
            entries, new, self.forgot = entries[:, -most:], most, True
        self.reserve(most)
        size = most
        at = (self._begin + self._count) % size
        fits = min(new, size - at)
        self._rows[:, at : at + fits] = entries[:, :fits]
        self._rows[:, : new - fits] = entries[:, fits:]
        over = max(0, self._count + new - size)
        self.forgot |= over > 0
        self._begin = (self._begin + over) % size
        self._count += new - over

    def reserve(self, most: int) -> None:
        """Set the size of the ring to `most` entries. If the ring has more entries, drop the oldest."""
        if self._rows.shape[1] != most:
            self._resize(most)

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

    def _pieces(self) -> list[NDArray[np.float64]]:
        """The entries, as two pieces of the array, the older piece first. A piece may be empty."""
        end = self._begin + self._count
        size = self._rows.shape[1]
        return [self._rows[:, self._begin : min(end, size)], self._rows[:, : max(0, end - size)]]

    def _resize(self, size: int) -> None:
        kept = np.concatenate(self._pieces(), axis=1)
        self.forgot |= kept.shape[1] > size
        kept = kept[:, -size:]
        # Fill the array now, because the operating system provides memory only when the program writes to it.
        self._rows = np.full((len(self._rows), size), np.nan)
        self._begin, self._count = 0, kept.shape[1]
        self._rows[:, : self._count] = kept


def _between(piece: NDArray[np.float64], from_s: float, to_s: float) -> NDArray[np.float64]:
    first, last = piece[0].searchsorted(from_s), piece[0].searchsorted(to_s, side="right")
    return piece[:, first:last]


class Buckets:
    """A ring buffer of buckets, each with the lowest and highest value of an interval of `bucket_s` seconds.

    The newest bucket is open: it still takes values, and no method returns it. The first value that is later
    than the bucket's interval closes the bucket.
    """

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._closed = Ring(3)
        self._open = -np.inf
        self._low = np.inf
        self._high = -np.inf

    @property
    def first_s(self) -> float:
        """The start of the oldest bucket, in seconds; infinite if there is none.

        The newest bucket, which still takes values, does not count.
        """
        return self._closed.first_s

    @property
    def forgot(self) -> bool:
        """Whether the oldest buckets (intervals of time) have been dropped because there were too many."""
        return self._closed.forgot

    def reserve(self, most: int) -> None:
        """Set the size to `most` buckets."""
        self._closed.reserve(most)

    def append(self, times: Column, lows: Column, highs: Column, most: int) -> NDArray[np.float64] | None:
        """Add entries, each with a time, a low and a high. Keep at most `most` closed buckets.

        An entry is a single value or a bucket of a shorter interval. A single value is its own low and high;
        the time of a bucket is its start. The times must not decrease. An entry that is later than the
        interval of the newest bucket closes that bucket.

        Returns all buckets that the new entries close, as an array of three rows: times, lows and highs.
        Returns None if the new entries close no bucket.
        """
        buckets = np.floor(times / self._bucket_s)
        if buckets[-1] == self._open:
            self._low, self._high = min(self._low, float(lows.min())), max(self._high, float(highs.max()))
            return None
        starts = np.flatnonzero(np.diff(buckets, prepend=np.nan))
        found = np.stack(
            (buckets[starts], np.minimum.reduceat(lows, starts), np.maximum.reduceat(highs, starts))
        )
        if found[0, 0] == self._open:
            found[1:, 0] = min(found[1, 0], self._low), max(found[2, 0], self._high)
        elif self._open > -np.inf:
            found = np.concatenate(([[self._open], [self._low], [self._high]], found), axis=1)
        self._open, self._low, self._high = found[:, -1].tolist()
        closed: NDArray[np.float64] = found[:, :-1]
        if not closed.shape[1]:
            return None
        closed[0] *= self._bucket_s
        self._closed.append(closed, most)
        return closed

    def between(self, from_s: float, to_s: float, *, partly: bool = False) -> NDArray[np.float64]:
        """Two points for each bucket that starts between `from_s` and `to_s`: its lowest and highest value.

        If `partly` is true, so does a bucket that starts before `from_s` and ends after it; its points then
        have the time `from_s` or a later one. The array has a row of times and a row of values. The newest
        bucket, which still takes values, is left out.
        """
        times, lows, highs = self._closed.between(from_s - self._bucket_s * partly, to_s)
        # The high is half a bucket later than the low, but at `to_s` at the latest: shorter buckets may
        # begin after `to_s` within this bucket, and the high must not be lost.
        later = np.minimum(times + self._bucket_s / 2, to_s)
        if partly:
            times, later = np.maximum(times, from_s), np.maximum(later, from_s)
        return np.stack((np.column_stack((times, later)).ravel(), np.column_stack((lows, highs)).ravel()))

    def forget_from(self, time_s: float) -> None:
        """Drop the bucket whose interval contains `time_s`, and all later ones."""
        self._closed.forget_from(float(np.floor(time_s / self._bucket_s) * self._bucket_s))
        self._open = -np.inf
