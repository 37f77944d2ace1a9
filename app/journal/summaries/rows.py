"""The rows of the table `summary`: written, found by seq and by time, and deleted.

Invariant: what is found without unpacking a row is read from the index alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from app.journal.summaries.entries import NONE, Entries, packed, row_seqs, unpacked

_ROW_BYTES = 100
"""About how many bytes a row has besides its entries, with its entry in the index."""
SIZE = "SELECT coalesce(sum(length(entries) + 100), 0) FROM summary"
"""Tells about how many bytes all rows have."""


class Reach(NamedTuple):
    """The seqs that the rows of a level are about: from `first` to `last`."""

    first: int
    last: int


def reaches(connection: sqlite3.Connection, stream: int) -> list[Reach]:
    """The seqs that the rows of each level of `stream` are about, from level 1 on.

    A level without rows has (1, 0) if higher levels have some.
    """
    found: dict[int, Reach] = {}
    level: int | None = None
    while row := connection.execute(
        "SELECT level, first FROM summary WHERE stream = ? AND level > ? ORDER BY level, first LIMIT 1",
        (stream, level or 0),
    ).fetchone():
        level = int(row[0])
        found[level] = Reach(row[1], last_seq(connection, stream, level))
    return [found.get(level, Reach(1, 0)) for level in range(1, (level or 0) + 1)]


def last_seq(connection: sqlite3.Connection, stream: int, level: int) -> int:
    """Up to which seq the rows of `level` reach; 0 if there is none."""
    row = connection.execute(
        "SELECT last FROM summary WHERE stream = ? AND level = ? ORDER BY first DESC LIMIT 1", (stream, level)
    ).fetchone()
    return row[0] if row else 0


def next_first(connection: sqlite3.Connection, stream: int, level: int, after: int) -> int | None:
    """The first seq of the first row of `level` that begins after the seq `after`; None if there is none."""
    (first,) = connection.execute(
        "SELECT min(first) FROM summary WHERE stream = ? AND level = ? AND first > ?", (stream, level, after)
    ).fetchone()
    return None if first is None else int(first)


def put(
    connection: sqlite3.Connection, stream: int, level: int, last: int, entries: Entries, first: int
) -> None:
    """Store the row of `level` that begins at the seq `first`, in place of the one that is there.

    Its entries are about the readings up to the seq `last`.
    """
    connection.execute(
        "DELETE FROM summary WHERE stream = ? AND level = ? AND first = ?", (stream, level, first)
    )
    times = (int(entries["from_us"].min()), int(entries["to_us"].max())) if len(entries) else (None, None)
    content = packed(entries) if len(entries) else b""
    connection.execute(
        "INSERT INTO summary (stream, level, first, last, from_us, to_us, entries)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (stream, level, first, last, *times, content),
    )


def within(connection: sqlite3.Connection, stream: int, level: int, first: int, last: int) -> Entries:
    """The entries in those rows of `level` that begin within the seqs `first`…`last`."""
    return _joined(
        connection.execute(
            "SELECT entries FROM summary WHERE stream = ? AND level = ? AND first BETWEEN ? AND ?"
            " ORDER BY first",
            (stream, level, first, last),
        )
    )


def during(
    connection: sqlite3.Connection, stream: int, level: int, seqs: Reach, from_us: int, to_us: int
) -> Entries:
    """The entries in those rows of `level` that begin within `seqs` and overlap `from_us`…`to_us`."""
    return _joined(
        connection.execute(
            "SELECT entries FROM summary WHERE stream = ? AND level = ? AND first BETWEEN ? AND ?"
            " AND to_us >= ? AND from_us <= ? ORDER BY first",
            (stream, level, *seqs, from_us, to_us),
        )
    )


def count_during(connection: sqlite3.Connection, stream: int, level: int, from_us: int, to_us: int) -> int:
    """How many rows of `level` have times from `from_us` to `to_us`."""
    (count,) = connection.execute(
        "SELECT count(*) FROM summary WHERE stream = ? AND level = ? AND to_us >= ? AND from_us <= ?",
        (stream, level, from_us, to_us),
    ).fetchone()
    return int(count)


def extent(connection: sqlite3.Connection, stream: int) -> tuple[int, int] | None:
    """The earliest and the latest time in the rows of `stream` (µs since 1970, UTC); None if there is none.

    Rows of level 1 are looked at only where there are no others.
    """
    found: list[int] = []
    after = 0
    for level, reach in reversed(list(enumerate(reaches(connection, stream), 1))):
        # Below what the level has, there are higher levels only; above, there are lower ones.
        row = connection.execute(
            "SELECT min(from_us), max(to_us) FROM summary WHERE stream = ? AND level = ? AND first > ?",
            (stream, level, after),
        ).fetchone()
        found += [at_us for at_us in row if at_us is not None]
        after = max(after, reach.last)
    return (min(found), max(found)) if found else None


def _joined(rows: Iterable[tuple[bytes]]) -> Entries:
    contents = [content for (content,) in rows if content]
    try:
        return unpacked(contents)
    except ValueError:
        return np.concatenate([NONE, *map(_readable, contents)])


def _readable(content: bytes) -> Entries:
    """The entries of a row. A row whose content is damaged, which SQLite does not check, has none."""
    try:
        return unpacked([content])
    except ValueError:
        return NONE


def count_rows(connection: sqlite3.Connection, stream: int) -> int:
    """How many rows of all levels `stream` has."""
    (count,) = connection.execute("SELECT count(*) FROM summary WHERE stream = ?", (stream,)).fetchone()
    return int(count)


def clear(connection: sqlite3.Connection, stream: int, at_most: int = -1) -> None:
    """Delete rows of `stream`: all, or at most `at_most`."""
    connection.execute(
        "DELETE FROM summary WHERE summary IN (SELECT summary FROM summary WHERE stream = ? LIMIT ?)",
        (stream, at_most),
    )


def drop_oldest(connection: sqlite3.Connection) -> int:
    """Delete a few rows that are about pruned readings alone. Returns how many bytes their entries had.

    Rows whose readings are in a row of the next level too go first, those of level 1 before others, and of
    these the oldest ones. So the past is kept as long as possible, but less and less finely.
    """
    candidates = []
    for stream, level, first in connection.execute(
        "SELECT stream, level, min(first) FROM summary GROUP BY stream, level"
    ).fetchall():
        row = connection.execute(
            "SELECT max(last), max(to_us) FROM summary WHERE stream = ? AND level = ? AND first = ?",
            (stream, level + 1, (first - 1) // row_seqs(level + 1) * row_seqs(level + 1) + 1),
        ).fetchone()
        is_only = row[0] is None
        last, to_us = (
            row if not is_only else (first + row_seqs(level) - 1, _end_us(connection, stream, level))
        )
        if not connection.execute(
            "SELECT 1 FROM segment WHERE stream = ? AND first_seq <= ?", (stream, last)
        ).fetchone():
            candidates.append((is_only, 0 if is_only else level, to_us or 0, stream, level, first, last))
    if not candidates:
        return 0
    *_, stream, level, first, last = min(candidates)
    rows = connection.execute(
        "SELECT summary, length(entries) FROM summary"
        " WHERE stream = ? AND level = ? AND first BETWEEN ? AND ?",
        (stream, level, first, last),
    ).fetchall()
    connection.executemany("DELETE FROM summary WHERE summary = ?", [(row,) for row, _ in rows])
    # A row needs some room besides its entries, even if it has none.
    return sum(length + _ROW_BYTES for _, length in rows)


def _end_us(connection: sqlite3.Connection, stream: int, level: int) -> int | None:
    """The latest time in the first row of `level`; None if the row has no entries."""
    (to_us,) = connection.execute(
        "SELECT to_us FROM summary WHERE stream = ? AND level = ? ORDER BY first LIMIT 1", (stream, level)
    ).fetchone()
    return None if to_us is None else int(to_us)
