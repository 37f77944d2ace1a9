"""Ranges of seqs in two tables of the journal: runs, and the readings that are marked to be sent again.

Refused runs are looked up by an index of their own. SQLite would not choose it by itself, and would read all
other runs, too.

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

REFUSED, IS_PRUNED = "fate = 'refused'", "fate = 'pruned'"
"""Conditions in SQL, for `covered`."""

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
    taken = covered(connection, table, stream, first, last)
    if taken:
        split(connection, table, stream, first)
        split(connection, table, stream, last + 1)
        connection.execute(
            f"DELETE FROM {table} WHERE stream = ? AND first BETWEEN ? AND ?",  # noqa: S608 - our table names
            (stream, first, last),
        )
    return taken


def split(connection: sqlite3.Connection, table: str, stream: int, seq: int) -> None:
    """Split the range in `table` that has both `seq` and the seq before, if there is one, before `seq`."""
    row: tuple[Any, ...] | None = connection.execute(
        f"SELECT * FROM {table} WHERE stream = ? AND first < ? ORDER BY first DESC LIMIT 1",  # noqa: S608
        (stream, seq),
    ).fetchone()
    if row is None or row[2] < seq:
        return
    connection.execute(f"UPDATE {table} SET last = ? WHERE stream = ? AND first = ?", (seq - 1, *row[:2]))  # noqa: S608
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} VALUES ({places})", (stream, seq, *row[2:]))  # noqa: S608


def covered(
    connection: sqlite3.Connection, table: str, stream: int, first: int, last: int, where: str = ""
) -> int:
    """How many of the seqs `first`…`last` are in ranges of `table`.

    `where` is a condition in SQL that the ranges must fulfil, too.
    """
    row = connection.execute(
        f"SELECT coalesce(sum(min(last, :last) - max(first, :first) + 1), 0) FROM {table}"  # noqa: S608 - ours
        f" WHERE stream = :stream {where and f'AND {where}'} AND first BETWEEN"
        f" (SELECT coalesce(max(first), :first) FROM {table} WHERE stream = :stream AND first <= :first)"
        " AND :last AND last >= :first",
        {"stream": stream, "first": first, "last": last},
    ).fetchone()
    count: int = row[0]
    return count


def stretch(connection: sqlite3.Connection, stream: int, first: int, last: int, rows: int) -> int:
    """The last seq, at most `last`, up to which few ranges of `stream` begin after `first`.

    That is, at most `rows` runs and `rows` ranges of marked readings.
    """
    for table in ("settled", "resent"):
        row = connection.execute(
            f"SELECT first FROM {table} WHERE stream = ? AND first > ? AND first <= ?"  # noqa: S608 - our tables
            " ORDER BY first LIMIT 1 OFFSET ?",
            (stream, first, last, rows),
        ).fetchone()
        if row:
            last = row[0] - 1
    return last


def refused_stretch(
    connection: sqlite3.Connection, stream: int, first: int, last: int, rows: int
) -> tuple[int, int] | None:
    """Where the first `rows` refused runs within `first`…`last` begin and end; None if there is none."""
    row = connection.execute(
        "SELECT max(min(first), :first), min(max(last), :last) FROM ("
        "SELECT first, last FROM settled INDEXED BY refused_run"
        " WHERE stream = :stream AND fate = 'refused' AND last >= :first AND first BETWEEN"
        " (SELECT coalesce(max(first), :first) FROM settled WHERE stream = :stream AND first <= :first)"
        " AND :last ORDER BY first LIMIT :rows)",
        {"stream": stream, "first": first, "last": last, "rows": rows},
    ).fetchone()
    return None if row[0] is None else row


def split_refused(connection: sqlite3.Connection, stream: int, first: int, last: int) -> int:
    """Split refused runs of `stream`, so that none is partly within `first`…`last`.

    Returns how many refused readings are within.
    """
    count = covered(connection, "settled", stream, first, last, REFUSED)
    if count:
        split(connection, "settled", stream, first)
        split(connection, "settled", stream, last + 1)
    return count


def last_refusal(connection: sqlite3.Connection, stream: int) -> str:
    """The reason of the newest refused reading of `stream` that is still in the file.

    The reason is encoded (see `app.messages.stored`); it is empty if there is no such reading.
    """
    newest = connection.execute(
        "SELECT reason FROM settled INDEXED BY refused_run"
        " WHERE stream = ? AND fate = 'refused' ORDER BY first DESC LIMIT 1",
        (stream,),
    ).fetchone()
    return newest[0] if newest else ""


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
