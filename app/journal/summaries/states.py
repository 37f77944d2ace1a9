"""A view of a stream of texts: which text came when, between two times.

Invariants: what is read is bounded, however many readings there are: of too many, the newest are read, and a
row tells that the others are left out; a segment whose content is damaged has no rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.journal.journal import Journal
from app.journal.streams.segments import unpack_values
from app.journal.summaries import readings
from app.journal.summaries.readings import Segment
from app.wire.datastreams import Value
from app.wire.states import LEFT_OUT, StateRow, during, state_rows, thinned

_MOST = 131_072
"""So many readings are read at most for one view."""
_BEFORE = 1024
"""So many readings before the view are read, to see since when the first text has come."""
_LAST_SEQ = (1 << 63) - 1


class StatesView(NamedTuple):
    """What a stream of texts shows between two times."""

    rows: list[StateRow]
    newest_us: int | None = None
    """The time of the newest reading of the stream; None if it has none in the file."""
    extent: tuple[int, int] | None = None
    """The earliest and the latest time in the file, if the clock was never set back; None if it has none."""
    is_partial: bool = False
    """Never: nothing has to be summarised before."""


def read_states(
    journal: Journal, device: str, target: str, from_us: int, to_us: int, columns: int
) -> StatesView:
    """What a plot of `columns` pixels shows of a target's texts, from `from_us` to `to_us` (µs since 1970).

    The row before `from_us` is there, too, because its text goes on. Any thread may call this. Raises
    sqlite3.Error or JournalError.
    """
    stream = next((stream for stream in journal.streams(device) if stream.target == target), None)
    if stream is None:
        return StatesView([])
    connection = journal.reader()
    # All queries see the journal as of one instant.
    connection.execute("BEGIN")
    try:
        return _read(connection, stream.stream, from_us, to_us, columns)
    finally:
        connection.execute("ROLLBACK")


def _read(connection: sqlite3.Connection, stream: int, from_us: int, to_us: int, columns: int) -> StatesView:
    first = readings.first_after(connection, stream, 0)
    last = readings.last_until(connection, stream, _LAST_SEQ)
    if first is None or last is None:
        return StatesView([])
    begin, end = _seqs(connection, stream, first.seq, last.seq, from_us, to_us)
    least = max(begin, end - _MOST + 1)
    least = max(least, readings.newest_segments(connection, stream, least, end, _MOST))
    since = max(first.seq, begin - _BEFORE) if least == begin else least
    with closing(readings.segments(connection, stream, since, end)) as found:
        came = [each for each in _unpacked(found) if each[0] <= to_us / 1e6]
    if any(later[0] < earlier[0] for earlier, later in pairwise(came)):
        came.sort(key=lambda each: each[0])
    rows = during(list(state_rows(came)), from_us / 1e6, to_us / 1e6)
    rows = thinned(rows, max(1.0, (to_us - from_us + 1) / columns) / 1e6)
    if least > begin and rows:
        from_s = min(from_us / 1e6, rows[0].at_s)
        rows = [StateRow(from_s, None, 0, from_s), rows[0]._replace(changes=LEFT_OUT), *rows[1:]]
    return StatesView(rows, last.at_us, (first.at_us, last.at_us))


def _seqs(
    connection: sqlite3.Connection, stream: int, first: int, last: int, from_us: int, to_us: int
) -> tuple[int, int]:
    """The first and the last seq of a view; some more, if there are few, or the clock was set."""
    if last - first < _MOST and readings.has_clock_mark(connection, stream, first):
        return first, last
    begin = readings.seq_at(connection, stream, first, last, from_us)
    after = readings.seq_at(connection, stream, begin, last, to_us + 1)
    end = readings.last_until(connection, stream, after)
    return max(first, begin - 1), min(last, end.seq) if end else last


def _unpacked(found: Iterator[Segment]) -> Iterator[tuple[float, Value | None]]:
    for _, size, times, values in found:
        try:
            at_s = (np.frombuffer(times, "<i8") / 1e6).tolist()
            came: list[Value] = unpack_values(values)
        except ValueError:
            continue
        if len(at_s) == len(came) == size:
            yield from zip(at_s, came, strict=True)
