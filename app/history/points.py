"""Keeps all numeric readings of a recording in a file, so that a plot can show any period of it.

The points of a target are in blocks of 64, in the file. Of each block, the time of its first point and its
lowest and highest value are in memory.

Invariants: memory grows by half a byte for each point; a plot reads a bounded part of the file, however many
points there are: a period with many blocks has only the lowest and highest value of each block or of several
blocks, but every peak.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.history.calculation import Series

_BLOCK = 64
_POINT_BYTES = 16
_MOST_READ = 256
"""At most so many blocks are read from the file for one period."""
_MOST_EXTREMES = 8192
_PLACE, _FIRST_S, _LOW, _HIGH = range(4)


class _Track:
    """The points of one target: a table with a row for each block, and the points after the last block."""

    def __init__(self) -> None:
        self.blocks = np.empty((4, 64))
        self.count = 0
        self.tail = np.empty((0, 2))

    def add(self, rows: NDArray[np.float64]) -> None:
        """Add blocks to the table. `rows` has four rows: places, first times, lowest and highest values."""
        new = self.count + rows.shape[1]
        if new > self.blocks.shape[1]:
            larger = np.empty((4, max(new, 2 * self.blocks.shape[1])))
            larger[:, : self.count] = self.blocks[:, : self.count]
            self.blocks = larger
        self.blocks[:, self.count : new] = rows
        self.count = new


class Points:
    """The points of all targets of one recording. One thread adds points; any thread may read them."""

    def __init__(self, file: BinaryIO) -> None:
        """`file` is empty, and can be read and written."""
        self._file = file
        self._lock = threading.Lock()
        self._tracks: dict[str, _Track] = {}

    def append(self, target: str, times_s: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Add points, whose times (Unix seconds) do not decrease. NaN values are left out. Raises OSError."""
        good = ~np.isnan(values)
        new = np.stack((times_s[good], values[good]), axis=1)
        with self._lock:
            track = self._tracks.setdefault(target, _Track())
            points = np.concatenate((track.tail, new))
            whole = len(points) // _BLOCK
            if whole:
                place = self._file.seek(0, 2)
                self._file.write(points[: whole * _BLOCK].tobytes())
                blocks = points[: whole * _BLOCK].reshape(whole, _BLOCK, 2)
                places = place + np.arange(whole) * (_BLOCK * _POINT_BYTES)
                lows, highs = blocks[:, :, 1].min(axis=1), blocks[:, :, 1].max(axis=1)
                track.add(np.stack((places, blocks[:, 0, 0], lows, highs)))
            track.tail = points[whole * _BLOCK :].copy()

    def count(self, target: str) -> int:
        """How many points of a target were added."""
        with self._lock:
            track = self._tracks.get(target)
            return track.count * _BLOCK + len(track.tail) if track else 0

    def window(self, target: str, from_s: float, to_s: float) -> Series:
        """The points of a target with times from `from_s` to `to_s` (Unix seconds); see the invariants.

        Raises OSError or ValueError if the file cannot be read.
        """
        with self._lock:
            track = self._tracks.get(target)
            if track is None:
                return np.empty(0), np.empty(0)
            firsts = track.blocks[_FIRST_S, : track.count]
            first = max(0, int(np.searchsorted(firsts, from_s)) - 1)
            last = int(np.searchsorted(firsts, to_s, side="right"))
            if last - first <= _MOST_READ:
                parts = [self._read(track, number) for number in range(first, last)]
            else:
                # The first and the last block may have points outside the period, so they are read.
                parts = [
                    self._read(track, first),
                    _extremes(track.blocks[:, first + 1 : last]),
                    self._read(track, last - 1),
                ]
            points = np.concatenate((*parts, track.tail))
        begin = int(np.searchsorted(points[:, 0], from_s))
        end = int(np.searchsorted(points[:, 0], to_s, side="right"))
        return points[begin:end, 0].copy(), points[begin:end, 1].copy()

    def read(self, target: str, from_s: float, to_s: float) -> Generator[Series, None, None]:
        """All points of a target in pieces, the newest first; also some before `from_s` and after `to_s`.

        Within a piece, the newest point is the last. Raises OSError or ValueError if the file cannot be read.
        """
        with self._lock:
            track = self._tracks.get(target)
            if track is None:
                return
            firsts = track.blocks[_FIRST_S, : track.count]
            first = max(0, int(np.searchsorted(firsts, from_s)) - 1)
            last = int(np.searchsorted(firsts, to_s, side="right"))
            tail = track.tail
        yield tail[:, 0], tail[:, 1]
        for end in range(last, first, -_MOST_READ):
            # Not all at once, because the plot waits for the lock.
            with self._lock:
                blocks = [self._read(track, number) for number in range(max(first, end - _MOST_READ), end)]
            points = np.concatenate(blocks)
            yield points[:, 0], points[:, 1]

    def _read(self, track: _Track, number: int) -> NDArray[np.float64]:
        self._file.seek(int(track.blocks[_PLACE, number]))
        data = self._file.read(_BLOCK * _POINT_BYTES)
        return np.frombuffer(data, np.float64).reshape(_BLOCK, 2)


def _extremes(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two points for each block but the last, or for several blocks together: the lowest and the highest.

    `blocks` is a part of the table of a track. The last block only bounds the times.
    """
    firsts = blocks[_FIRST_S, :-1]
    starts = np.arange(0, len(firsts), -(-len(firsts) // _MOST_EXTREMES))
    begins = firsts[starts]
    ends = np.append(begins[1:], blocks[_FIRST_S, -1])
    lows = np.minimum.reduceat(blocks[_LOW, :-1], starts)
    highs = np.maximum.reduceat(blocks[_HIGH, :-1], starts)
    times = np.column_stack((begins, (begins + ends) / 2)).ravel()
    return np.column_stack((times, np.column_stack((lows, highs)).ravel()))
