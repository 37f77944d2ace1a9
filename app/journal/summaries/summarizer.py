"""Makes the summaries of committed readings, a little at a time, between two commits.

Invariants: the readings of a stream are looked at in the order of their seqs, each once; a row is stored
with all the readings up to the seq at which it ends that are in the file; the time that a step takes is
bounded; after a crash between any two steps, the summaries go on where they were. Only for the thread that
writes the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from app.journal.journal import Journal
from app.journal.streams.stream import Stream
from app.journal.summaries import rows
from app.journal.summaries.entries import joined, row_seqs, summarized
from app.journal.summaries.readings import Readings, Segment, segments, unpacked
from app.wire.streams import END

_SEGMENTS_AT_ONCE = 1024
_READINGS_AT_ONCE = 50_000
_BYTES_AT_ONCE = 2_000_000
"""Texts may be long, so that fewer readings are read at once."""


@dataclass
class _Collected:
    """The readings of a stream that have been read and are in no row yet."""

    stream: int
    pruned: int
    """How many readings of the stream had been deleted when the first of these was read."""
    stored: int
    """The seq up to which the readings are in rows."""
    last: int
    """The seq up to which the readings have been read."""
    parts: list[Readings] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The seq of the first number that is in no row yet, or a seq before it."""
        return int(self.parts[0].seqs[0]) if self.parts else self.stored + 1

    def add(self, found: Sequence[Segment]) -> None:
        """Add segments, except for what was read before."""
        _, new = unpacked(found).split(self.last)
        if len(new.seqs):
            self.parts.append(new)
        if found:
            first, count, *_ = found[-1]
            self.last = first + count - 1

    def take(self, end: int) -> Readings:
        """Remove and return the readings up to the seq `end`."""
        taken, left = Readings.joined(self.parts).split(end)
        self.parts = [left] if len(left.seqs) else []
        return taken


class Summarizer:
    """Keeps the summaries of a journal's streams up to date."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._collected: _Collected | None = None
        self._stored: dict[int, int] = {}
        """For each stream, a seq up to which nothing is left to do."""

    def forget(self) -> None:
        """Look at the file again, because it is another one."""
        self._collected, self._stored = None, {}

    def step(self) -> bool:
        """Read some readings that are in no row, if they fill a row, and store the row if it is full.

        Returns False if there was nothing to do.
        """
        waiting = [
            stream
            for stream in self._journal.streams()
            if stream.next_seq - 1 >= _row_end(self._stored.get(stream.stream, 0))
        ]
        if not waiting:
            return False
        # The commit may be undone by a power cut: then the row is made again.
        with self._journal.transaction(synced=False) as change:
            self._go_on(change.connection, max(waiting, key=self._urgency), 0)
        return True

    def _urgency(self, stream: Stream) -> tuple[bool, int]:
        """What was begun is ended first; then comes the stream with the most readings that are in no row."""
        is_begun = self._collected is not None and self._collected.stream == stream.stream
        return is_begun, stream.next_seq - self._stored.get(stream.stream, 0)

    def reach(self, connection: sqlite3.Connection, stream: Stream, seq: int) -> bool:
        """Whether rows have all readings of `stream` up to `seq`, so that these may be deleted.

        If not, a step towards it is made within the open transaction of `connection`.
        """
        if rows.last_seq(connection, stream.stream, 1) >= seq:
            return True
        self._go_on(connection, stream, seq)
        return rows.last_seq(connection, stream.stream, 1) >= seq

    def _go_on(self, connection: sqlite3.Connection, stream: Stream, until: int) -> None:
        """Read some readings of `stream`, and store rows that are full.

        When all readings up to the seq `until` have been read, they are stored, even if no row is full.
        """
        collected = self._collected_of(connection, stream)
        is_over = False
        if collected.last < (until or _row_end(collected.first - 1)):
            is_over = _read(connection, collected, until)
        end = _whole_rows(collected.last)
        if until and (is_over or collected.last >= until):
            end = max(until, end)
        if collected.parts:
            end = min(end, _row_end(collected.first - 1) + _whole_rows(_READINGS_AT_ONCE))
        if end > collected.stored:
            _store(connection, collected, end)
            _store_higher(connection, stream.stream)
        if is_over and _whole_rows(collected.last) <= collected.stored:
            self._stored[stream.stream] = _whole_rows(stream.next_seq - 1)
            self._collected = None

    def _collected_of(self, connection: sqlite3.Connection, stream: Stream) -> _Collected:
        stored = rows.last_seq(connection, stream.stream, 1)
        found = self._collected
        if (
            not found
            or found.stream != stream.stream
            or found.stored != stored
            or found.pruned != stream.pruned  # Deleted readings must not be in a row that is made afterwards.
        ):
            found = self._collected = _Collected(stream.stream, stream.pruned, stored, stored)
        return found


def _whole_rows(seq: int) -> int:
    """The last seq of the rows that end with the seq `seq` or before; 0 if there are none."""
    return seq // row_seqs(1) * row_seqs(1)


def _row_end(seq: int) -> int:
    """The last seq of the row that has the seq after `seq`."""
    return _whole_rows(seq) + row_seqs(1)


def _read(connection: sqlite3.Connection, collected: _Collected, until: int) -> bool:
    """Read the next segments of a stream. Returns whether these were the last ones."""
    found: list[Segment] = []
    size = read = 0
    is_over = False
    cursor = segments(connection, collected.stream, collected.last + 1, END, _SEGMENTS_AT_ONCE)
    with closing(cursor):
        for row in cursor:
            found.append(row)
            read, size = read + row[1], size + len(row[3])
            is_reached = until and row[0] + row[1] > until
            if read >= _READINGS_AT_ONCE or size >= _BYTES_AT_ONCE or is_reached:
                break
        else:
            is_over = len(found) < _SEGMENTS_AT_ONCE
    collected.add(found)
    return is_over


def _store(connection: sqlite3.Connection, collected: _Collected, end: int) -> None:
    """Store the rows of the collected readings up to the seq `end`."""
    made = summarized(*collected.take(end))
    size = row_seqs(1)
    rows_of = (made["seq"] - 1) // size * size + 1
    # The last row tells how far the readings have been looked at, even if none of them is a number.
    for first in sorted({*rows_of.tolist(), _whole_rows(end - 1) + 1}):
        entries = made[slice(*np.searchsorted(rows_of, (first, first + 1)))]
        if first <= collected.stored:
            before = rows.within(connection, collected.stream, 1, first, first)
            entries = joined(np.concatenate((before, entries)), 1)
        rows.put(connection, collected.stream, 1, min(end, first + size - 1), entries, first)
    collected.stored = end


def _store_higher(connection: sqlite3.Connection, stream: int) -> None:
    """Store the rows of higher levels whose readings are all in whole rows of the level before."""
    for level in count(2):
        reach, size = rows.last_seq(connection, stream, level - 1), row_seqs(level)
        is_higher = False
        while below := rows.next_first(
            connection, stream, level - 1, rows.last_seq(connection, stream, level)
        ):
            first = (below - 1) // size * size + 1
            last = first + size - 1
            if reach < last:
                break
            entries = joined(rows.within(connection, stream, level - 1, first, last), level)
            rows.put(connection, stream, level, last, entries, first)
            is_higher = True
        if not is_higher:
            return
