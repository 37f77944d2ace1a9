"""Keeps the recent numeric readings of every target in memory, for the plots.

A point is the time and the value of a reading. The newest points are kept one by one, older points only in
buckets: a bucket has the lowest and highest value of an interval of time, so that a plot of a long time keeps
its peaks. There are buckets of six lengths; longer buckets reach further back. Each point is kept once: when
there are too many points, the oldest go into the shortest buckets, and the oldest of these into longer ones.
Memory is taken as points come, because most datastreams have few. New points are first collected in a list.
When there are many, or when a plot asks for points, all of them are put into the ring buffers. That takes
less time than if each point were put there when it arrives.

Invariants: every point is in the journal, too; memory is bounded, however long the program runs; if there
are many targets, each gets less memory, but always enough for 64 points and for 64 buckets of each length;
times never decrease: if the computer's clock is set back, the points that are then in the future are dropped.
Pure: no I/O, no clock.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.history.calculation import Series
from app.history.rings import Buckets, Ring


class Kept(NamedTuple):
    """Which times of a target are in memory, in seconds since 1970."""

    begin_s: float = np.inf
    """From when on; infinite if nothing is in memory."""
    reach_s: float = np.inf
    """From when on with single points, or with buckets that are short enough."""
    last_s: float = -np.inf
    """The time of the newest reading, which may have been a text."""
    steps_back: int = 0
    """How often the computer's clock was set back, so that points were dropped."""


FINE_POINTS = 8192
_BUCKETS = 2640
_BUCKETS_S = (0.002, 0.01, 0.05, 0.25, 1.25, 6.25)
"""The lengths of the buckets, in seconds. Buckets of each length last five times as long as those of the
previous length; all together reach back five hours or more. All buckets and single points of a target take at
most 512 kB, and as long as there are fewer than 64 points, 1 kB."""
_FULL_TARGETS = 32
"""Up to this many targets may use 512 kB each. If there are more, all share the same 16 MB equally: memory
reaches less far back then, and the journal gives what is earlier."""
_FEWEST = 64
_ASIDE_PIECES = 64
_ASIDE_POINTS = 2048


class _Track:
    """The points of one target: a ring buffer of the newest points, and six ring buffers of buckets.

    A bucket has the lowest and highest value of an interval of time. The six ring buffers differ in the
    length of this interval.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._aside: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        self._aside_points = 0
        self._first_s = np.inf
        self._last_s = -np.inf
        self._newest_s = -np.inf
        self._steps_back = 0
        self._share = 1.0
        self._fine = Ring(2)
        self._coarse = [Buckets(bucket_s) for bucket_s in _BUCKETS_S]

    def append(self, received_at_us: NDArray[np.int64], numbers: NDArray[np.float64], share: float) -> None:
        """Add new points to a waiting list. If the list is long, move all its points to the ring buffers.

        `share` sets the size of the ring buffers: with 0.5, each has room for half as many entries as with
        1.0. Only one thread may call this.
        """
        with self._lock:
            self._aside.append((received_at_us.copy(), numbers.copy()))
            self._aside_points += len(numbers)
            if len(self._aside) >= _ASIDE_PIECES or self._aside_points >= _ASIDE_POINTS:
                self._sort_in(share)

    def window(self, from_s: float, to_s: float, share: float, *, partly: bool) -> Series:
        """The points from `from_s` to `to_s` (seconds since 1970).

        Only the newest points are kept one by one. For earlier times, the series has the lowest and highest
        value of each bucket (an interval of time), from the shortest buckets that are still kept. `partly`
        tells whether a bucket that has `from_s`, but starts before it, is one of them.

        First, this method moves all waiting points to the ring buffers. `share` sets the size of the ring
        buffers: with 0.5, each has room for half as many entries as with 1.0.
        """
        with self._lock:
            self._sort_in(share)
            parts: list[NDArray[np.float64]] = []
            for level in self._levels():
                part = level.between(from_s, to_s, partly=partly)
                if part.shape[1]:
                    parts.insert(0, part)
                    to_s = float(np.nextafter(level.first_s, -np.inf))
                if level.first_s <= from_s or not level.forgot:
                    break
        if len(parts) == 1:
            times, values = parts[0]
        else:
            times, values = np.concatenate(parts, axis=1) if parts else np.empty((2, 0))
        return times, values

    def points(self, from_s: float, to_s: float, share: float) -> Series | None:
        """The points from `from_s` to `to_s`; None if not all of these are kept one by one."""
        with self._lock:
            self._sort_in(share)
            if self._fine.first_s >= from_s:
                return None
            times, values = self._fine.between(from_s, to_s)
        return times, values

    def kept(self, bucket_s: float, share: float) -> Kept:
        """Which times are in memory; `Kept.reach_s` is for buckets of at most `bucket_s`."""
        with self._lock:
            self._sort_in(share)
            firsts = [self._fine.first_s]
            reach_s = self._fine.first_s
            for level, length_s in zip(self._coarse, _BUCKETS_S, strict=True):
                # A bucket begins before its first point.
                firsts.append(max(level.first_s, self._first_s))
                if length_s <= bucket_s:
                    reach_s = min(firsts)
            return Kept(min(firsts), reach_s, self._newest_s, self._steps_back)

    def _levels(self) -> list[Ring | Buckets]:
        return [self._fine, *self._coarse]

    def _sort_in(self, share: float) -> None:
        if not self._aside:
            return
        pieces, self._aside, self._aside_points = self._aside, [], 0
        at_us, values = pieces[0]
        if len(pieces) > 1:
            at_us = np.concatenate([at_us for at_us, _ in pieces])
            values = np.concatenate([numbers for _, numbers in pieces])
        times = at_us / 1e6
        self._newest_s = float(times[-1])
        bad = np.isnan(values)
        if bad.any():
            times, values = times[~bad], values[~bad]
            if not len(times):
                return
        is_back = times[1:] < times[:-1]
        if times[0] < self._last_s or is_back.any():
            self._extend_from_back(times, values, share, (is_back.nonzero()[0] + 1).tolist())
        else:
            self._extend(times, values, share)
        self._first_s = min(self._first_s, float(times[0]))
        self._last_s = float(times[-1])

    def _extend_from_back(
        self, times: NDArray[np.float64], values: NDArray[np.float64], share: float, backs: list[int]
    ) -> None:
        """As `_extend`, but the computer's clock was set back before the first point, or before `backs`."""
        if times[0] < self._last_s:
            backs.insert(0, 0)
        for first, last in pairwise(sorted({0, *backs, len(times)})):
            if first in backs:
                for level in self._levels():
                    level.forget_from(float(times[first]))
                self._steps_back += 1
                self._first_s = min(self._first_s, float(times[first]))
            self._extend(times[first:last], values[first:last], share)

    def _extend(self, times: NDArray[np.float64], values: NDArray[np.float64], share: float) -> None:
        """Add points that are not older than those in the ring buffers, to these."""
        points = np.empty((2, len(times)))
        points[0], points[1] = times, values
        older = self._fine.append(points, max(_FEWEST, int(FINE_POINTS * share)), _BUCKETS_S[0])
        is_resized, self._share = share != self._share, share
        if not (older.shape[1] or is_resized):
            return
        older = older[(0, 1, 1), :]
        most = max(_FEWEST, int(_BUCKETS * share))
        for level, step_s in zip(self._coarse, (*_BUCKETS_S[1:], _BUCKETS_S[-1]), strict=True):
            older = level.append(older, most, step_s)
            if not (older.shape[1] or is_resized):
                break


class History:
    """The recent numeric readings of all devices.

    The thread that writes the journal adds the readings; any thread may read them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tracks: dict[tuple[str, str], _Track] = {}

    def append(
        self, device: str, target: str, received_at_us: NDArray[np.int64], numbers: NDArray[np.float64]
    ) -> None:
        """Add readings of one target, in order of arrival.

        A reading whose number is NaN, because the value is a text or a location, is left out.
        """
        with self._lock:
            track = self._tracks.get((device, target))
            if track is None:
                track = self._tracks[(device, target)] = _Track()
        track.append(received_at_us, numbers, self._share())

    def window(self, device: str, target: str, from_s: float, to_s: float, *, partly: bool = False) -> Series:
        """The points of a target with times from `from_s` to `to_s` (seconds since 1970), in new arrays.

        If `partly` is true, so are those of a bucket that is partly before `from_s`.
        """
        with self._lock:
            track = self._tracks.get((device, target))
        if track is None:
            return np.empty(0), np.empty(0)
        return track.window(from_s, to_s, self._share(), partly=partly)

    def points(self, device: str, target: str, from_s: float, to_s: float) -> Series | None:
        """As `window`, but None unless there is an earlier point, and all points are kept one by one."""
        with self._lock:
            track = self._tracks.get((device, target))
        return track.points(from_s, to_s, self._share()) if track else None

    def kept(self, device: str, target: str, bucket_s: float) -> Kept:
        """Which times of a target are in memory; `Kept.reach_s` is for buckets of at most `bucket_s`."""
        with self._lock:
            track = self._tracks.get((device, target))
        return track.kept(bucket_s, self._share()) if track else Kept()

    def forget(self, device: str) -> None:
        """Drop all points of a device."""
        with self._lock:
            self._tracks = {key: track for key, track in self._tracks.items() if key[0] != device}

    def rename(self, names: Mapping[str, str]) -> None:
        """Let devices have other names; `names` maps their names to the new ones, and may swap names."""
        with self._lock:
            self._tracks = {
                (names.get(device, device), target): track for (device, target), track in self._tracks.items()
            }

    def _share(self) -> float:
        return min(1.0, _FULL_TARGETS / max(1, len(self._tracks)))
