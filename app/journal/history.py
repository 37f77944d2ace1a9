"""The recent past of every number, in memory, for the plots.

Invariants: what is here is in the journal; memory is bounded; every window is one contiguous slice, newest
last: when the computer's clock was set back, what now seems to come later leaves the plots. Older points live
on as the lowest and highest of each bucket, so that a long window keeps its peaks.
"""

from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in seconds since 1970, and values; both float64 of n."""

_FIRST_POINTS = 4096
MAX_POINTS = 131_072
_BUCKETS_S = (0.05, 2.0)


class _Ring:
    """The newest points of one series; the arrays are twice as long as what they keep, so that making room
    moves each point once."""

    def __init__(self) -> None:
        self._times = np.empty(_FIRST_POINTS, np.float64)
        self._values = np.empty(_FIRST_POINTS, np.float64)
        self._end = 0
        self.forgot = False
        """Whether points have left at the old end."""

    def append(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        if self._end and times[0] < self._times[self._end - 1]:
            self._end = int(np.searchsorted(self._times[: self._end], times[0]))
        self.forgot |= len(times) > MAX_POINTS
        times, values = times[-MAX_POINTS:], values[-MAX_POINTS:]
        if self._end + len(times) > len(self._times):
            self._make_room(len(times))
        stop = self._end + len(times)
        self._times[self._end : stop] = times
        self._values[self._end : stop] = values
        self._end = stop

    def window(self, from_s: float, to_s: float) -> Series:
        times = self._times[: self._end]
        first = np.searchsorted(times, from_s, side="left")
        last = np.searchsorted(times, to_s, side="right")
        return times[first:last].copy(), self._values[first:last].copy()

    @property
    def first_s(self) -> float:
        return float(self._times[0]) if self._end else np.inf

    def _make_room(self, more: int) -> None:
        kept = min(self._end, MAX_POINTS)
        size = len(self._times)
        while size < min(2 * (kept + more), 2 * MAX_POINTS):
            size *= 2
        times, values = np.empty(size, np.float64), np.empty(size, np.float64)
        kept = min(kept, size - more)
        self.forgot |= kept < self._end
        times[:kept] = self._times[self._end - kept : self._end]
        values[:kept] = self._values[self._end - kept : self._end]
        self._times, self._values, self._end = times, values, kept


class _Buckets:
    """The lowest and the highest value of each stretch of `bucket_s` seconds, as two points each."""

    def __init__(self, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._ring = _Ring()
        self._open_at = -np.inf
        self._low = np.inf
        self._high = -np.inf

    def append(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        buckets = np.floor(times / self._bucket_s)
        if buckets[0] * self._bucket_s < self._open_at:
            self._open_at, self._low, self._high = -np.inf, np.inf, -np.inf
        starts = np.flatnonzero(np.diff(buckets, prepend=np.nan))
        at = buckets[starts] * self._bucket_s
        lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        if at[0] <= self._open_at:
            lows[0], highs[0] = min(lows[0], self._low), max(highs[0], self._high)
        elif self._open_at > -np.inf:
            self._close(np.array([self._open_at]), np.array([self._low]), np.array([self._high]))
        self._close(at[:-1], lows[:-1], highs[:-1])
        self._open_at, self._low, self._high = float(at[-1]), float(lows[-1]), float(highs[-1])

    def _close(self, at: NDArray[np.float64], lows: NDArray[np.float64], highs: NDArray[np.float64]) -> None:
        if len(at):
            half = self._bucket_s / 2
            self._ring.append(
                np.column_stack((at, at + half)).ravel(), np.column_stack((lows, highs)).ravel()
            )

    def window(self, from_s: float, to_s: float) -> Series:
        return self._ring.window(from_s, to_s)

    @property
    def first_s(self) -> float:
        return self._ring.first_s

    @property
    def forgot(self) -> bool:
        return self._ring.forgot


class _Track:
    """One series at every level of detail."""

    def __init__(self) -> None:
        self.fine = _Ring()
        self.coarse = [_Buckets(bucket_s) for bucket_s in _BUCKETS_S]

    def append(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        self.fine.append(times, values)
        for level in self.coarse:
            level.append(times, values)

    def window(self, from_s: float, to_s: float) -> Series:
        """The finest level that reaches back to `from_s`, completed at its young end by the finer ones."""
        levels: list[_Ring | _Buckets] = [self.fine, *self.coarse]
        parts: list[Series] = []
        for level in levels:
            part = level.window(from_s, to_s)
            if len(part[0]):
                parts.insert(0, part)
                to_s = float(np.nextafter(level.first_s, -np.inf))
            if level.first_s <= from_s or not level.forgot:
                break
        if not parts:
            return np.empty(0), np.empty(0)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


class History:
    """The history of all devices; written by the journal's writer, read by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tracks: dict[tuple[str, str], _Track] = {}

    def append(
        self, device: str, target: str, received_at_us: NDArray[np.int64], numbers: NDArray[np.float64]
    ) -> None:
        """Add readings of one target, in their order; NaN (a text, a location) is left out."""
        good = ~np.isnan(numbers)
        if not good.all():
            received_at_us, numbers = received_at_us[good], numbers[good]
        if not len(numbers):
            return
        with self._lock:
            track = self._tracks.get((device, target))
            if track is None:
                track = self._tracks[(device, target)] = _Track()
            backs = (np.flatnonzero(np.diff(received_at_us) < 0) + 1).tolist()
            for first, last in pairwise([0, *backs, len(numbers)]):
                track.append(received_at_us[first:last] / 1e6, numbers[first:last])

    def window(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        """Copies of the times (s since 1970) and values from `from_s` to `to_s`."""
        with self._lock:
            track = self._tracks.get((device, target))
            return track.window(from_s, to_s) if track else (np.empty(0), np.empty(0))

    def forget(self, device: str) -> None:
        """Forget a device's points."""
        with self._lock:
            self._tracks = {key: track for key, track in self._tracks.items() if key[0] != device}
