"""Deletes the data of devices, as the user has decided.

Invariants: the oldest readings go first, a part of them in each step (see `steps`); where deleting ends
early, the other readings are as they were, and pending ones are still sent; readings that arrive meanwhile
are kept; after the last step, or `Journal.cut_log`, deleted data is in none of the journal's files. Only for
the thread that writes the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from msgspec.structs import replace

from app.journal.journal import Journal, JournalError
from app.journal.steps import Parts, Progress, Steps, in_steps
from app.journal.streams import ranges
from app.journal.streams.stream import Stream
from app.journal.streams.transaction import Transaction
from app.journal.summaries.rows import clear, count_rows

_SUMMARIES_IN_PART = 64
_SEGMENTS_IN_PART = 256
_READINGS_IN_PART = 50_000
_PAGES_IN_PART = 256
_CUT_LOG_MS = 10
_CUTS_OF_LOG = 500
"""How often SQLite is asked to empty its log while other programs read the journal: for about 5 s."""


def delete_data(journal: Journal, *devices: str, of_bench: bool = False) -> Steps:
    """Delete all data of `devices`, including pending readings, events and markers.

    With `of_bench`, the markers of the whole bench are deleted too.

    A device in the bench keeps its counters and continues its seqs. A device that has left the bench is
    forgotten. If another program is reading the journal, JournalError is raised after the deletion, because
    SQLite's write-ahead log may still contain a copy of the deleted data.
    """
    found = {device: journal.streams(device) for device in devices}
    total = sum(stream.kept for streams in found.values() for stream in streams)
    done = Progress(total, total)
    for done in in_steps(journal, _deleted(journal, found, of_bench=of_bench), total):
        yield done
    for _ in _removed(journal):
        yield done


def _deleted(journal: Journal, found: dict[str, list[Stream]], *, of_bench: bool) -> Parts:
    """Delete the readings that the streams in `found` have, and then what else there is of their devices."""
    change = yield 0
    for device, streams in found.items():
        for number, end in [(stream.stream, stream.next_seq) for stream in streams]:
            for _ in range(0, count_rows(change.connection, number), _SUMMARIES_IN_PART):
                clear(change.connection, number, _SUMMARIES_IN_PART)
                change = yield 0
            first = 1
            while first < end and change.stream(number):
                last, count = _part(change.connection, number, first, end - 1)
                change.delete(number, first, last)
                # The writer may have made summaries of what was left in between.
                clear(change.connection, number)
                first = last + 1
                change = yield count
        _forget(journal, change, device)
        change = yield 0
    if of_bench:
        change.connection.execute("DELETE FROM marker WHERE device IS NULL")


def _part(connection: sqlite3.Connection, number: int, first: int, last: int) -> tuple[int, int]:
    """The last seq of the part of a stream to delete next, and how many readings are in it.

    The part begins at `first`, ends with a segment, or at `last`, and is so small that its runs and readings
    are soon deleted.
    """
    segments = connection.execute(
        "SELECT first_seq, count FROM segment WHERE stream = ? AND first_seq BETWEEN ? AND ?"
        " ORDER BY first_seq LIMIT ?",
        (number, first, last, _SEGMENTS_IN_PART + 1),
    ).fetchall()
    limit = ranges.stretch(connection, number, first, last, _SEGMENTS_IN_PART)
    count = 0
    for place, (segment_first, size) in enumerate(segments):
        fits = segment_first + size - 1 <= limit and count + size <= _READINGS_IN_PART
        if place and (not fits or place == _SEGMENTS_IN_PART):
            return segment_first - 1, count
        count += size
    return last, count


def _forget(journal: Journal, change: Transaction, device: str) -> None:
    """Delete what else the journal has of a device whose readings are deleted."""
    for table in _tables_with(change.connection, "device"):
        change.connection.execute(
            f"DELETE FROM {table} WHERE device = (SELECT device FROM device WHERE name = ?)",  # noqa: S608
            (device,),
        )
    is_bound = journal.account(device) is not None
    left = [stream for one in journal.streams(device) if (stream := change.stream(one.stream))]
    for stream in left.copy():
        if is_bound and not stream.pending:
            change.put(replace(stream, account_ranges=()))
        elif not is_bound and not stream.kept:
            for table in _tables_with(change.connection, "stream"):
                change.connection.execute(f"DELETE FROM {table} WHERE stream = ?", (stream.stream,))  # noqa: S608
            change.drop(stream)
            left.remove(stream)
    if not (is_bound or left):
        change.connection.execute("DELETE FROM device WHERE name = ?", (device,))


def _tables_with(connection: sqlite3.Connection, column: str) -> list[str]:
    """The tables with rows of a stream or device, which `column` names, except `stream` and `device`."""
    rows = connection.execute(
        "SELECT t.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c"
        " WHERE t.schema = 'main' AND t.name NOT IN ('device', 'stream') AND c.name = ?",
        (column,),
    )
    return [name for (name,) in rows]


def _removed(journal: Journal) -> Iterator[None]:
    """Remove what was deleted from the files: give free pages back to the disk, and empty SQLite's log."""
    free = -1
    while free != (free := journal.execute("PRAGMA freelist_count")[0][0]) and free:
        journal.give_back(_PAGES_IN_PART)
        yield
    for _ in range(_CUTS_OF_LOG):
        if journal.cut_log(_CUT_LOG_MS):
            return
        yield
    raise JournalError("journal_still_read", path=str(journal.path))
