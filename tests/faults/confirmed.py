"""Reads the committed readings of a journal with its own SQL, without the program's queries.

Only the decoder of the values, `unpack_values`, comes from the program.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.journal.streams.segments import unpack_values


def count_of(journal: Path) -> int:
    """The number of committed readings in a journal that a program may be writing; 0 if it does not exist."""
    with (
        suppress(sqlite3.OperationalError),  # The journal does not exist yet.
        closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection,
    ):
        return int(connection.execute("SELECT coalesce(sum(count), 0) FROM segment").fetchone()[0])
    return 0


def values_of(journal: Path) -> dict[str, list[int]]:
    """The values of all committed readings, grouped by target, in the order in which they came."""
    with closing(sqlite3.connect(journal)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'segment'").fetchone():
            return {}  # The program was killed before it had created the tables.
        rows = connection.execute(
            "SELECT target, vals FROM segment JOIN stream USING (stream) ORDER BY stream, first_seq"
        ).fetchall()
    found: dict[str, list[int]] = {}
    for target, packed in rows:
        values = unpack_values(packed)
        numbers = [int(value) for value in values if isinstance(value, int | float)]
        assert len(numbers) == len(values)
        found.setdefault(target, []).extend(numbers)
    return found
