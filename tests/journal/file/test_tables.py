"""A step from one version of the tables to the next keeps what they say about each reading."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from app.journal.file.tables import STEPS


def test_a_run_over_the_readings_of_two_accounts_counts_in_both() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(STEPS[0])
        connection.execute("INSERT INTO device VALUES (1, 'board')")
        connection.execute("INSERT INTO stream (stream, device, target, next_seq) VALUES (1, 1, 'v1', 14)")
        connection.executemany(
            "INSERT INTO segment (first_id, stream, first_seq, count, account, ids, times, vals)"
            " VALUES (1, 1, ?, ?, ?, x'', x'', x'')",
            [(1, 3, b"a"), (4, 3, b"b"), (7, 1, b"b"), (8, 3, b"a"), (11, 2, b"b"), (13, 1, b"a")],
        )
        connection.executemany(
            "INSERT INTO settled VALUES (1, ?, ?, ?, '')",
            [(2, 5, "forwarded"), (7, 8, "refused"), (13, 13, "expired")],
        )
        connection.executescript(STEPS[1])
        found = connection.execute("SELECT first, account, settled FROM meant ORDER BY first").fetchall()
    assert found == [(1, b"a", 2), (4, b"b", 3), (8, b"a", 1), (11, b"b", 0), (13, b"a", 1)]
