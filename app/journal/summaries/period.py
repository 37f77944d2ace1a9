"""Reads all numeric readings of a stream in a period, the newest first.

Times do not decrease from reading to reading, except where the computer's clock was set back. So the period
is searched for in each range of readings between two such steps.

Invariants: no reading of the period is missing, if it is in the file; each is returned once; all are as of
one instant; memory does not grow with the number of readings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

from app.journal.journal import Journal
from app.journal.summaries import readings
from app.journal.summaries.points import Points
from app.wire.streams import END

_SEGMENTS = 256
"""How many segments are read at once."""


def read_period(
    journal: Journal, device: str, target: str, from_us: int, to_us: int
) -> Generator[Points, None, None]:
    """The readings from `from_us` to `to_us` (µs since 1970, UTC) in pieces, the newest piece first.

    Within a piece, the newest reading is the last. There may be readings from before and after the period.
    Any thread may call this, also after the journal was closed. Raises sqlite3.Error or JournalError.
    """
    stream = next((stream for stream in journal.streams(device) if stream.target == target), None)
    if stream is None:
        return
    with closing(journal.new_reader()) as connection:
        # All queries see the journal as of one instant.
        connection.execute("BEGIN")
        for first, last, is_ordered in _ranges(connection, stream.stream):
            begin, end = first, last
            if is_ordered:
                begin = readings.seq_at(connection, stream.stream, first, last, from_us)
                # The segment that has the first later reading may have some of the period, too.
                end = min(readings.seq_at(connection, stream.stream, begin, last, to_us + 1), last)
            yield from _pieces(connection, stream.stream, begin, end)


def _ranges(connection: sqlite3.Connection, stream: int) -> Iterator[tuple[int, int, bool]]:
    """The seqs of ranges of segments, the newest first, and whether the times of a range do not decrease.

    A segment in which the clock may have been set back is a range by itself.
    """
    first, last = readings.first_after(connection, stream, 0), readings.last_until(connection, stream, END)
    if first is None or last is None:
        return
    bounds, steps = {first.seq, last.seq + 1}, set[int]()
    for (first_id,) in connection.execute(
        "SELECT first_id FROM clock_mark WHERE stepped_us < 0"
        " AND device = (SELECT device FROM stream WHERE stream = ?)",
        (stream,),
    ).fetchall():
        before = _last_before(connection, stream, first.seq, last.seq, first_id)
        if before is not None:
            steps.add(before.seq)
            following = readings.first_after(connection, stream, before.last)
            bounds.update((before.seq, following.seq if following else last.seq + 1))
    for end, begin in pairwise(sorted(bounds, reverse=True)):
        yield begin, end - 1, begin not in steps


class _Segment(NamedTuple):
    seq: int
    last: int
    """The seq of its last reading."""


def _last_before(
    connection: sqlite3.Connection, stream: int, first: int, last: int, first_id: int
) -> _Segment | None:
    """The last segment whose ids begin before `first_id`; None if there is none.

    The first segment begins with the seq `first`, the last one ends with `last`.
    """
    found = None
    while first <= last:
        middle = (first + last) // 2
        seq, count, segment_id = connection.execute(
            "SELECT first_seq, count, first_id FROM segment WHERE stream = ? AND first_seq <= ?"
            " ORDER BY first_seq DESC LIMIT 1",
            (stream, middle),
        ).fetchone()
        if segment_id < first_id:
            found = _Segment(seq, seq + count - 1)
            first = max(middle, found.last) + 1
        else:
            last = seq - 1
    return found


def _pieces(connection: sqlite3.Connection, stream: int, first: int, last: int) -> Iterator[Points]:
    """The readings of the segments that begin within the seqs `first`…`last`."""
    with closing(
        connection.execute(
            "SELECT first_seq, count, times, vals FROM segment WHERE stream = ?"
            " AND first_seq BETWEEN ? AND ? ORDER BY first_seq DESC",
            (stream, first, last),
        )
    ) as cursor:
        while rows := cursor.fetchmany(_SEGMENTS):
            found = readings.unpacked(rows[::-1])
            yield Points(found.times_us, found.numbers)
