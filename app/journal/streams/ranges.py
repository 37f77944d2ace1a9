"""Ranges of seqs in two tables of the journal: runs, and the readings that are marked to be sent again.

Invariants: ranges of one stream in one table never overlap; a new run extends the run just before it if both
have the same fate and reason; a search for seqs that are in no range needs little memory, however large the
table is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from app.wire.streams import END, Fate, Run

PRUNED = "pruned"
"""Stored in place of the fate in a run whose readings are no longer in the file.

From then on, only the counters tell how many of these readings had which fate.
"""

_GAPS_AT_ONCE = 500


def gaps(
    connection: sqlite3.Connection, stream: int, first: int, last: int = END, *, resent: bool = False
) -> Iterator[tuple[int, int]]:
    """The ranges of seqs within `first`…`last` that no run covers, in order.

    Marked seqs have no run any more, so they are included, unless `resent` is true. Rows are read lazily, so
    the caller must not change the tables before the iteration ends.
    """
    tables = ("settled", "resent") if resent else ("settled",)
    query = " UNION ALL ".join(
        f"SELECT first, last FROM {table} WHERE stream = :stream AND first BETWEEN"  # noqa: S608 - our table names
        f" (SELECT coalesce(max(first), :first) FROM {table} WHERE stream = :stream AND first <= :first)"
        " AND :last"
        for table in tables
    )
    rows = connection.execute(f"{query} ORDER BY first", {"stream": stream, "first": first, "last": last})
    for run_first, run_last in rows:
        if first < run_first:
            yield first, run_first - 1
        first = max(first, run_last + 1)
    if first <= last:
        yield first, last


def some_gaps(
    connection: sqlite3.Connection, stream: int, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """Yield the same gaps as `gaps`, but read only some of them at a time.

    The caller can therefore change the tables in between. The caller must insert a run over each gap before
    it takes the next gap; otherwise, the iteration can be endless.
    """
    while found := list(islice(gaps(connection, stream, first, last), _GAPS_AT_ONCE)):
        for gap_first, gap_last in found:
            yield gap_first, gap_last
        # The caller has covered the last gap by now.
        first = gap_last


def cover(connection: sqlite3.Connection, run: Run) -> None:
    """Store `run`. The caller ensures that no stored run covers any of its seqs.

    If the stored run just before `run` has the same fate and reason, the stored run is extended instead.
    """
    lengthened = connection.execute(
        "UPDATE settled SET last = ? WHERE stream = ? AND fate = ? AND reason = ? AND last = ?"
        " AND first = (SELECT max(first) FROM settled WHERE stream = ? AND first < ?)",
        (run.last, run.stream, run.fate, run.reason, run.first - 1, run.stream, run.first),
    )
    if lengthened.rowcount == 0:
        connection.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?)", run)


def cut(connection: sqlite3.Connection, table: str, stream: int, first: int, last: int) -> int:
    """Remove the seqs `first`…`last` from the ranges in `table`, and split ranges where necessary.

    Returns how many seqs were removed.
    """
    rows: list[tuple[Any, ...]] = connection.execute(
        f"SELECT * FROM {table} WHERE stream = :stream AND first BETWEEN"  # noqa: S608 - our table names
        f" (SELECT coalesce(max(first), :first) FROM {table} WHERE stream = :stream AND first <= :first)"
        " AND :last",
        {"stream": stream, "first": first, "last": last},
    ).fetchall()
    taken = 0
    left = []
    for _, row_first, row_last, *more in rows:
        if row_last < first:
            continue
        taken += min(last, row_last) - max(first, row_first) + 1
        connection.execute(f"DELETE FROM {table} WHERE stream = ? AND first = ?", (stream, row_first))  # noqa: S608
        left += [(stream, row_first, first - 1, *more)] if row_first < first else []
        left += [(stream, last + 1, row_last, *more)] if row_last > last else []
    if left:
        places = ", ".join("?" * len(left[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", left)  # noqa: S608
    return taken


def covered(connection: sqlite3.Connection, table: str, stream: int, first: int, last: int) -> int:
    """How many of the seqs `first`…`last` are in ranges of `table`."""
    row = connection.execute(
        f"SELECT coalesce(sum(min(last, ?) - max(first, ?) + 1), 0) FROM {table}"  # noqa: S608 - our table names
        " WHERE stream = ? AND first <= ? AND last >= ?",
        (last, first, stream, last, first),
    ).fetchone()
    count: int = row[0]
    return count


def refused(connection: sqlite3.Connection, stream: int) -> tuple[int, str]:
    """How many refused readings of `stream` are still in the file, and the reason of the newest of them.

    The reason is encoded (see `app.messages.stored`); it is empty if there is no such reading.
    """
    (count,) = connection.execute(
        "SELECT coalesce(sum(last - first + 1), 0) FROM settled WHERE stream = ? AND fate = 'refused'",
        (stream,),
    ).fetchone()
    newest = connection.execute(
        "SELECT reason FROM settled WHERE stream = ? AND fate = 'refused' ORDER BY first DESC LIMIT 1",
        (stream,),
    ).fetchone()
    return count, newest[0] if newest else ""


def refused_within(connection: sqlite3.Connection, stream: int, first: int, last: int) -> int:
    """How many refused readings of `stream` are within `first`…`last`."""
    row = connection.execute(
        "SELECT coalesce(sum(min(last, :last) - max(first, :first) + 1), 0) FROM settled"
        " WHERE stream = :stream AND fate = 'refused' AND first BETWEEN"
        " (SELECT coalesce(max(first), :first) FROM settled WHERE stream = :stream AND first <= :first)"
        " AND :last AND last >= :first",
        {"stream": stream, "first": first, "last": last},
    ).fetchone()
    count: int = row[0]
    return count


def joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Join neighbouring runs that have the same stream, fate and reason.

    A commit then needs fewer SQL statements.
    """
    open_runs: dict[tuple[int, Fate, str], Run] = {}
    for run in runs:
        key = (run.stream, run.fate, run.reason)
        before = open_runs.get(key)
        if before and before.last + 1 == run.first:
            open_runs[key] = before._replace(last=run.last)
        else:
            if before:
                yield before
            open_runs[key] = run
    yield from open_runs.values()
