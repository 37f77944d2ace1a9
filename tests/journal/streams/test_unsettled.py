"""The search for pending readings, for readings that are marked to be sent again, and for refused ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal import decisions, deleting
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.journal.streams import unsettled
from app.wire.streams import Fate, Newest, Run
from tests.journal.outboxes import outbox
from tests.journal.test_journal import ACCOUNT, batch, opened

OTHER = b"b" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Six commits of one reading each: two for `ACCOUNT`, two for `OTHER`, and two for `ACCOUNT` again."""
    path = tmp_path / "j.db"
    journal = opened(path)
    for account in (ACCOUNT, OTHER, ACCOUNT):
        journal.bind("board", account)
        for _ in range(2):
            journal.write([("board", batch("v1=1\n"))], [])
    journal.close()
    return path


@pytest.mark.parametrize(
    ("account", "own"), [(ACCOUNT, [1, 2, 5, 6]), (OTHER, [3, 4]), (b"a third account", [])]
)
def test_pending_readings_are_found_from_any_seq_on(path: Path, account: bytes, own: list[int]) -> None:
    journal = opened(path, account)
    for from_seq in range(1, 9):
        left = [seq for seq in own if seq >= from_seq]
        assert [reading.seq for reading in outbox(journal).pending(1, from_seq, 9)] == left
        newest = outbox(journal).newest(1, from_seq)
        older = [seq for first, last in newest.older for seq in range(first, last + 1)]
        found = [newest.reading.seq] if newest.reading else []
        assert older + found == left
    journal.close()


def test_a_device_that_is_in_no_bench_sends_nothing(path: Path) -> None:
    journal = opened(path)
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    carry_out(decisions.resend(journal, "board"))
    journal.close()
    journal = Journal(path)
    assert outbox(journal).pending(1, 1, 9) == outbox(journal).resent(9) == []
    assert outbox(journal).newest(1, 1) == Newest(None, [])
    journal.close()


def test_readings_are_sent_again_to_their_own_account(path: Path) -> None:
    journal = opened(path)
    for account, refused in ((ACCOUNT, [2, 5]), (OTHER, [3])):
        journal.bind("board", account)
        journal.write([], [Run(1, seq, seq, Fate.REFUSED, "no") for seq in refused])
        assert carry_out(decisions.resend(journal, "board")) == len(refused)
        assert [reading.seq for reading in outbox(journal).resent(9)] == refused
        assert journal.streams()[0].resent == len(refused)
    journal.bind("board", ACCOUNT)
    assert [reading.seq for reading in outbox(journal).resent(9)] == [2, 5]
    journal.close()


def test_readings_to_be_sent_again_are_held_while_another_account_is_fed(path: Path) -> None:
    journal = opened(path, b"a third account")
    journal.write([("board", batch("v1=1\n"))], [])
    journal.bind("board", ACCOUNT)
    journal.write([], [Run(1, 1, 2, Fate.REFUSED, "no")])
    assert carry_out(decisions.resend(journal, "board", ids={1})) == 1
    journal.bind("board", b"a third account")
    # All are held but the second, which is refused, and the seventh, which is for the third account.
    (stream,) = journal.streams()
    assert (stream.pending, stream.held, stream.resent) == (6, 5, 0)
    assert carry_out(decisions.send_here(journal, "board")) == 5
    assert journal.streams()[0].resent == 1
    assert [reading.seq for reading in outbox(journal).resent(9)] == [1]
    journal.close()


def test_all_that_is_refused_is_listed_oldest_first(path: Path) -> None:
    journal = opened(path)
    journal.write([("board", batch("v2=1\n"))], [Run(1, 1, 1, Fate.FORWARDED)])
    journal.write([], [Run(1, 5, 5, Fate.REFUSED, "no"), Run(1, 2, 3, Fate.REFUSED, "never")])
    journal.write([], [Run(2, 1, 1, Fate.REFUSED, "no such pin")])
    refused = unsettled.refused(journal.reader(), journal.streams()[0])
    found = [(reading.seq, str(reason)) for reading, reason in refused]
    assert found == [
        (2, "never"),
        (3, "never"),
        (5, "no"),
    ]
    journal.close()


def test_no_more_refused_readings_are_read_than_asked_for(path: Path) -> None:
    journal = opened(path)
    journal.write([], [Run(1, 1, 2, Fate.REFUSED, "no"), Run(1, 4, 6, Fate.REFUSED, "never")])
    for limit in range(1, 7):
        found = unsettled.last_refused(journal.reader(), journal.streams()[0], limit)
        assert [reading.seq for reading, _ in found] == [1, 2, 4, 5, 6][-limit:]
    journal.close()


def test_readings_that_are_discarded_while_held_are_not_sent_again(path: Path) -> None:
    journal = opened(path, OTHER)
    journal.write([], [Run(1, 3, 3, Fate.REFUSED, "no")])
    carry_out(decisions.resend(journal, "board"))
    journal.bind("board", ACCOUNT)
    assert carry_out(decisions.discard(journal, "board")) == 2
    journal.bind("board", OTHER)
    assert journal.streams()[0].resent == 0
    assert outbox(journal).resent(9) == []
    journal.close()


def test_only_queries_that_can_find_something_are_made(path: Path) -> None:
    journal = opened(path)

    def asked(look: Callable[[], object]) -> int:
        statements: list[str] = []
        journal.reader().set_trace_callback(statements.append)
        look()
        journal.reader().set_trace_callback(None)
        return sum(statement.startswith("SELECT") for statement in statements)

    # Only one account range reaches seq 5: one query for its gaps, and one for its readings.
    assert asked(lambda: outbox(journal).pending(1, 5, 9)) == 2
    assert asked(lambda: outbox(journal).newest(1, 5)) == 2
    assert asked(lambda: outbox(journal).newest(1, 7)) == 0
    assert asked(lambda: outbox(journal).resent(9)) == 0
    assert asked(lambda: journal.refused("board", 9)) == 0
    journal.write([], [Run(1, 1, 2, Fate.REFUSED, "no"), Run(1, 5, 6, Fate.REFUSED, "no")])
    # One query for the runs, and one for the readings of the newest run; no more are needed.
    assert asked(lambda: journal.refused("board", 2)) == 2
    journal.close()


def test_no_commit_before_the_first_needed_one_is_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE segment SET ids = x'' WHERE first_seq = 1")
        connection.commit()
    journal = opened(path)
    assert [reading.seq for reading in outbox(journal).pending(1, 2, 9)] == [2, 5, 6]
    journal.close()


@pytest.mark.parametrize("column", ["ids", "times", "vals"])
def test_readings_whose_segment_is_lost_are_not_sent(path: Path, column: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE segment SET {column} = x''")
        connection.commit()
    journal = opened(path)
    with pytest.raises(ValueError, match="zip"):
        outbox(journal).pending(1, 1, 9)
    journal.close()


def test_deleting_a_stream_without_readings_leaves_no_run(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO stream (device, target) VALUES (1, 'v2')")
        connection.commit()
    journal = opened(path)
    carry_out(deleting.delete_data(journal, "board"))
    rows = journal.reader().execute("SELECT * FROM settled").fetchall()
    assert rows == [(1, 1, 6, "pruned", "")]
    journal.close()
