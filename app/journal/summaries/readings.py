"""Reads readings of a stream from their segments, by seq and by time, and how far these reach.

Invariant: only readings with a number are returned, in the order of their seqs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from app.journal.streams.segments import unpack_numbers
from app.wire.streams import END


class Readings(NamedTuple):
    """Readings as columns of equal length."""

    seqs: NDArray[np.int64]
    times_us: NDArray[np.int64]
    numbers: NDArray[np.float64]

    def chosen(self, which: NDArray[np.bool_]) -> Readings:
        """The readings for which `which` is true."""
        return Readings(self.seqs[which], self.times_us[which], self.numbers[which])

    def split(self, seq: int) -> tuple[Readings, Readings]:
        """The readings up to the seq `seq`, and those after it."""
        cut = int(np.searchsorted(self.seqs, seq, side="right"))
        return (
            Readings(self.seqs[:cut], self.times_us[:cut], self.numbers[:cut]),
            Readings(self.seqs[cut:], self.times_us[cut:], self.numbers[cut:]),
        )

    @staticmethod
    def joined(parts: Sequence[Readings]) -> Readings:
        """The readings of all parts."""
        if len(parts) == 1:
            return parts[0]
        return Readings(*map(np.concatenate, zip(NO_READINGS, *parts, strict=True)))


NO_READINGS = Readings(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


class End(NamedTuple):
    """A reading at an end of a segment."""

    seq: int
    at_us: int


Segment = tuple[int, int, bytes, bytes | str]
"""The first seq of a segment, how many readings it has, and their times and values."""


def read(connection: sqlite3.Connection, stream: int, first: int, last: int) -> Readings:
    """The readings with the seqs `first`…`last` that are in the file."""
    with closing(segments(connection, stream, first, last)) as found:
        readings = unpacked(found.fetchall())
    return readings.split(first - 1)[1].split(last)[0]


def segments(
    connection: sqlite3.Connection, stream: int, first: int, last: int = END, at_most: int = -1
) -> sqlite3.Cursor:
    """The rows of the segments that have the seqs `first`…`last`: each row is a `Segment`."""
    return connection.execute(
        "SELECT first_seq, count, times, vals FROM segment WHERE stream = ? AND first_seq >="
        " (SELECT coalesce(max(first_seq), 0) FROM segment WHERE stream = ? AND first_seq <= ?)"
        " AND first_seq <= ? AND first_seq + count > ? ORDER BY first_seq LIMIT ?",
        (stream, stream, first, last, first, at_most),
    )


def unpacked(found: Sequence[Segment]) -> Readings:
    """The readings of segments.

    A segment whose content is damaged, which SQLite does not check, has no numbers.
    """
    if not found:
        return NO_READINGS
    firsts, sizes = np.array([row[0] for row in found]), np.array([row[1] for row in found])
    ends = np.cumsum(sizes)
    seqs = np.arange(ends[-1]) + np.repeat(firsts - (ends - sizes), sizes)
    times, values = [row[2] for row in found], [row[3] for row in found]
    lengths = np.array([list(map(len, times)), list(map(len, values))])
    if set(map(type, values)) != {bytes} or (lengths != 8 * sizes).any():
        parts = [_numbers(*row) for row in zip(sizes.tolist(), times, values, strict=True)]
        times_us, numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Readings(seqs, times_us, numbers).chosen(~np.isnan(numbers))
    # All at once, because most segments of slow boards have a single reading.
    times_us = np.frombuffer(b"".join(times), "<i8")
    return Readings(seqs, times_us, np.frombuffer(b"".join(cast(list[bytes], values)), "<f8"))


def _numbers(size: int, times: bytes, values: bytes | str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The times and values of a segment of `size` readings; NaN where a value is not a number."""
    try:
        found = np.frombuffer(times, "<i8"), unpack_numbers(values)
    except ValueError:
        found = np.empty(0, np.int64), np.empty(0)
    if len(found[0]) == len(found[1]) == size:
        return found
    return np.zeros(size, np.int64), np.full(size, np.nan)


def count_segments(connection: sqlite3.Connection, stream: int, first: int, last: int, at_most: int) -> int:
    """How many segments begin within the seqs `first`…`last`; no more than `at_most` are counted."""
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM segment WHERE stream = ? AND first_seq BETWEEN ? AND ? LIMIT ?)",
        (stream, first, last, at_most),
    ).fetchone()
    return int(count)


def newest_segments(connection: sqlite3.Connection, stream: int, first: int, last: int, most: int) -> int:
    """The seq from which on only `most` segments begin up to the seq `last`; `first` if there are fewer."""
    row = connection.execute(
        "SELECT first_seq FROM segment WHERE stream = ? AND first_seq BETWEEN ? AND ?"
        " ORDER BY first_seq DESC LIMIT 1 OFFSET ?",
        (stream, first, last, most - 1),
    ).fetchone()
    return int(row[0]) if row else first


def first_after(connection: sqlite3.Connection, stream: int, seq: int) -> End | None:
    """The first reading after the seq `seq` that is in the file; None if there is none."""
    row = connection.execute(
        "SELECT max(first_seq, ?), substr(times, 1 + 8 * max(0, ? - first_seq), 8) FROM segment"
        " WHERE stream = ? AND first_seq >="
        " (SELECT coalesce(max(first_seq), 0) FROM segment WHERE stream = ? AND first_seq <= ?)"
        " AND first_seq + count > ? ORDER BY first_seq LIMIT 1",
        (seq + 1, seq + 1, stream, stream, seq + 1, seq + 1),
    ).fetchone()
    return row and End(row[0], _time(row[1]))


def last_until(connection: sqlite3.Connection, stream: int, seq: int) -> End | None:
    """The last reading of the segment that has the seq `seq`, or of the one before; None if there is none."""
    row = connection.execute(
        "SELECT first_seq + count - 1, substr(times, -8) FROM segment"
        " WHERE stream = ? AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1",
        (stream, seq),
    ).fetchone()
    return row and End(row[0], _time(row[1]))


def seq_at(connection: sqlite3.Connection, stream: int, first: int, last: int, at_us: int) -> int:
    """A seq within `first`…`last`: all readings of that range before it are earlier than `at_us`.

    It is the seq after that of the last reading of a segment, or `first`. The times must not decrease.
    """
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        end = last_until(connection, stream, middle)
        if end is None or end.at_us < at_us:
            low = max(middle, end.seq if end else 0) + 1
        else:
            high = middle
    return _segment_start(connection, stream, first, low)


def has_clock_mark(connection: sqlite3.Connection, stream: int, first: int) -> bool:
    """Whether the computer's clock was set after the reading `first` had come."""
    row = connection.execute(
        "SELECT 1 FROM clock_mark WHERE device = (SELECT device FROM stream WHERE stream = ?)"
        " AND clock_mark.first_id > (SELECT segment.first_id FROM segment WHERE stream = ?"
        " AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1)",
        (stream, stream, first),
    ).fetchone()
    return row is not None


def _segment_start(connection: sqlite3.Connection, stream: int, first: int, seq: int) -> int:
    (start,) = connection.execute(
        "SELECT coalesce(max(first_seq), 0) FROM segment WHERE stream = ? AND first_seq <= ?", (stream, seq)
    ).fetchone()
    return max(first, int(start))


def _time(packed: bytes) -> int:
    return int.from_bytes(packed, "little", signed=True)
