"""A view of a stream: what a plot of some width shows of the readings between two times.

Invariants: each point is a reading of the journal; each reading between the two times lies between the
lowest and the highest point of its block, or is a point itself; a block is no wider than a column, unless the
finer ones have ended; at both ends, and where nothing came for a while, the readings of a block are looked at
one by one; what is read is bounded, however many readings there are.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

import numpy as np

from app.journal.journal import Journal
from app.journal.streams.stream import Stream
from app.journal.summaries import readings, rows
from app.journal.summaries.entries import Entries, block_seqs, row_seqs
from app.journal.summaries.points import MOST_IN_COLUMN, NO_POINTS, Points, ordered, points_of, thinned
from app.journal.summaries.readings import Readings
from app.journal.summaries.rows import Reach

_MOST_SEGMENTS = 65_536
"""More segments are not read for one view: those of slow boards have one reading each."""
_MOST_TAIL = 65_536
"""If more readings are in no row yet, they are searched by their times."""
_GAP, _MOST_RANGES = 1024, 64
"""Readings that are further apart are read by themselves, if there are not too many ranges of them."""
_LAST_SEQ = (1 << 63) - 1
_MOST_WIDE = 64
"""If more blocks are wide, none of them is opened for that."""
_MOST_OPENED = 256
"""How many blocks are opened at most, to see what is in them."""
_WIDE = 2.0
"""A block that is wider than so many columns is opened."""


class View(NamedTuple):
    """What a stream shows between two times."""

    points: Points = NO_POINTS
    newest_us: int | None = None
    """The time of the newest reading of the stream; None if it has none in the file."""
    extent: tuple[int, int] | None = None
    """The earliest and the latest time of readings or summaries; None if there are none."""
    is_partial: bool = False
    """Whether readings are missing, because the writer had no time to summarise them yet."""


def read_view(journal: Journal, device: str, target: str, from_us: int, to_us: int, columns: int) -> View:
    """What a plot of `columns` pixels shows of a target, from `from_us` to `to_us` (µs since 1970, UTC).

    Any thread may call this. Raises sqlite3.Error or JournalError.
    """
    stream = next((stream for stream in journal.streams(device) if stream.target == target), None)
    if stream is None:
        return View()
    connection = journal.reader()
    # All queries see the journal as of one instant.
    connection.execute("BEGIN")
    try:
        return _Looking(connection, stream, from_us, to_us, columns).view()
    finally:
        connection.execute("ROLLBACK")


class _Looking:
    """One look at a stream, as of one instant."""

    def __init__(
        self, connection: sqlite3.Connection, stream: Stream, from_us: int, to_us: int, columns: int
    ) -> None:
        self._connection = connection
        self._stream = stream.stream
        self._from_us, self._to_us = from_us, to_us
        self._columns = columns
        self._column_us = max(1.0, (to_us - from_us + 1) / columns)
        self._reaches = rows.reaches(connection, self._stream)
        self._stored = self._reaches[0].last if self._reaches else 0
        self._opened = 0
        self._is_partial = False

    def view(self) -> View:
        newest = readings.last_until(self._connection, self._stream, _LAST_SEQ)
        first = readings.first_after(self._connection, self._stream, self._stored)
        times = list(rows.extent(self._connection, self._stream) or ())
        times += [end.at_us for end in (first, newest) if end and newest and newest.seq > self._stored]
        parts = self._summarized()
        if first and newest and newest.seq > self._stored:
            parts.append(self._tail(first.seq, newest.seq))
        points = ordered(parts).during(self._from_us, self._to_us)
        if len(points.times_us) > MOST_IN_COLUMN * self._columns:
            points = thinned(points, self._from_us, self._column_us)
        return View(
            points,
            newest.at_us if newest else None,
            (min(times), max(times)) if times else None,
            self._is_partial,
        )

    def _summarized(self) -> list[Points]:
        """The points of the readings that are in rows."""
        level = self._finest()
        found = self._entries(level)
        parts: list[Points] = []
        for each, entries in found:
            if max(each, level) > 1 or not self._add_readings(entries, parts):
                self._add(each, entries, parts)
        return parts

    def _finest(self) -> int:
        """The lowest level whose entries in the view are not too many."""
        most = block_seqs(2) * self._columns // row_seqs(1) + 2
        for level in range(1, len(self._reaches)):
            if rows.count_during(self._connection, self._stream, level, self._from_us, self._to_us) <= most:
                return level
        return max(1, len(self._reaches))

    def _entries(self, level: int) -> list[tuple[int, Entries]]:
        """The entries of the view at `level`; those of higher or lower levels where there are no such rows.

        Each item is a level and its entries, in the order of the seqs.
        """
        if not self._reaches:
            return []
        begin, end = self._reaches[level - 1]
        begin = begin if end else _LAST_SEQ
        found = [(level, self._during(level, begin, end))]
        for higher, reach in enumerate(self._reaches[level:], level + 1):
            # A row may begin before the first reading, and so before the rows of the lower level.
            found.insert(0, (higher, self._during(higher, reach.first, begin - row_seqs(higher))))
            begin = min(begin, reach.first) if reach.last else begin
            end = max(end, reach.last)
        for lower in range(level - 1, 0, -1):
            found.append((lower, self._during(lower, end + 1, self._reaches[lower - 1].last)))
            end = max(end, self._reaches[lower - 1].last)
        return found

    def _during(self, level: int, first: int, last: int) -> Entries:
        times = self._from_us, self._to_us
        entries = rows.during(self._connection, self._stream, level, Reach(first, last), *times)
        return entries[(entries["to_us"] >= self._from_us) & (entries["from_us"] <= self._to_us)]

    def _add_readings(self, entries: Entries, parts: list[Points]) -> bool:
        """Add the readings of blocks of level 1 to `parts`, one by one. Returns False if they are too many.

        For blocks whose readings are no longer in the file, the points of the entries are added.
        """
        size = block_seqs(1)
        if int(entries["count"].sum()) > size * self._columns:
            return False
        cuts = np.flatnonzero(np.diff(entries["seq"]) > _GAP) + 1
        ranges = [
            (int(part["seq"][0]), int(part["seq"][-1]) + size - 1)
            for part in np.split(entries, cuts)
            if len(part)
        ]
        if len(ranges) > _MOST_RANGES:
            return False
        left = _MOST_SEGMENTS
        for first, last in ranges:
            left -= readings.count_segments(self._connection, self._stream, first, last, left + 1)
            if left < 0:
                return False
        found = Readings.joined([self._read(*each) for each in ranges])
        # The place of the entry that each reading belongs to.
        places = np.searchsorted(entries["seq"], found.seqs, side="right") - 1
        is_in = (places >= 0) & (found.seqs < entries["seq"][places] + size)
        is_whole = np.bincount(places[is_in], minlength=len(entries)) == entries["count"]
        found = found.chosen(is_in & is_whole[places])
        parts.append(Points(found.times_us, found.numbers))
        parts.append(points_of(entries[~is_whole]))
        return True

    def _read(self, first: int, last: int) -> Readings:
        """The readings `first`…`last`, as far as they are in rows."""
        return readings.read(self._connection, self._stream, first, min(last, self._stored))

    def _add(self, level: int, entries: Entries, parts: list[Points]) -> None:
        """Add the points of `entries` to `parts`. Blocks that are partly in the view, or wide, are opened."""
        is_outside = (entries["from_us"] < self._from_us) | (entries["to_us"] > self._to_us)
        is_wide = entries["to_us"] - entries["from_us"] > _WIDE * self._column_us
        if is_wide.sum() > _MOST_WIDE:
            is_wide[:] = False
        is_closed = np.ones(len(entries), bool)
        for place in np.flatnonzero(is_outside | is_wide).tolist():
            is_closed[place] = not self._add_opened(level, entries[place], parts)
        parts.append(points_of(entries[is_closed]))

    def _add_opened(self, level: int, entry: np.void, parts: list[Points]) -> bool:
        """Add what is in a block to `parts`. Returns False if that is no longer in the file."""
        first, size = int(entry["seq"]), block_seqs(level)
        self._opened += 1
        if self._opened > _MOST_OPENED:
            return False
        if level == 1:
            found = self._read(first, first + size - 1)
            if len(found.seqs) != entry["count"]:
                return False
            parts.append(Points(found.times_us, found.numbers))
            return True
        row = (first - 1) // row_seqs(level - 1) * row_seqs(level - 1) + 1
        inner = rows.within(self._connection, self._stream, level - 1, row, row)
        inner = inner[(inner["seq"] >= first) & (inner["seq"] < first + size)]
        if inner["count"].sum() != entry["count"]:
            return False
        is_seen = (inner["to_us"] >= self._from_us) & (inner["from_us"] <= self._to_us)
        self._add(level - 1, inner[is_seen], parts)
        return True

    def _tail(self, first: int, last: int) -> Points:
        """The readings `first`…`last`, which are in no row yet."""
        if last - first >= _MOST_TAIL or not readings.has_clock_mark(self._connection, self._stream, first):
            begin = readings.seq_at(self._connection, self._stream, first, last, self._from_us)
            after = readings.seq_at(self._connection, self._stream, begin, last, self._to_us + 1)
            end = readings.last_until(self._connection, self._stream, after)
            first, last = begin, min(last, end.seq) if end else last
        most = max(block_seqs(1) * self._columns, _MOST_TAIL)
        newest = readings.newest_segments(self._connection, self._stream, first, last, _MOST_SEGMENTS)
        if max(first, last - most + 1, newest) > first:
            first, self._is_partial = max(last - most + 1, newest), True
        found = readings.read(self._connection, self._stream, first, last)
        return Points(found.times_us, found.numbers)
