"""The journal keeps every reading, settles each once, and balances at every commit, also when reopened."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from app.journal import deleting
from app.journal.file.neighbours import APPLICATION_ID
from app.journal.file.schema import SCHEMA_VERSION
from app.journal.journal import Journal, JournalError
from app.journal.steps import carry_out
from app.wire.batches import Batch, Intake
from app.wire.datastreams import Value
from app.wire.readings import Grammar
from app.wire.streams import Fate, Run, Usage
from tests.journal.outboxes import outbox

ACCOUNT = b"a" * 16
NO_USAGE = Usage("points of board", cast(str, None), 0)
"""It makes a commit fail after readings were added and settled, because a period must not be NULL."""


def batch(text: str, at_us: int = 1_000_000) -> Batch:
    intake = Intake(Grammar())
    taken = intake.feed(b"# first\n" + text.encode(), at_us).batch
    assert taken
    return taken


def opened(path: Path, account: bytes = ACCOUNT) -> Journal:
    journal = Journal(path)
    journal.bind("board", account)
    return journal


def after_a_crash(path: Path, number: int) -> Path:
    """Copy an open journal's files as if the program were killed now, and return the path of the copy."""
    copy = path.with_name(f"{number}.db")
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{copy}{ending}")
    return copy


def values(journal: Journal, target: str, from_seq: int = 1, limit: int = 10_000) -> list[Value]:
    stream = next(stream for stream in journal.streams() if stream.target == target)
    return [reading.value for reading in outbox(journal).pending(stream.stream, from_seq, limit)]


def test_readings_come_back_as_they_were(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv2=2.5\nv1=3\nv3=hello, \\u00fc\nv3=4\nv1.label=Room 12\n"))], [])
    journal.write([("board", batch("v1=4\n"))], [])
    assert values(journal, "v1") == [1, 3, 4]
    assert values(journal, "v3") == ["hello, \\u00fc", 4]
    assert values(journal, "v1.label") == ["Room 12"]
    assert values(journal, "v1", 2) == [3, 4]
    assert values(journal, "v1", 1, 2) == [1, 3]
    stream = journal.streams()[0].stream
    first, second, third = outbox(journal).pending(stream, 1, 10)
    assert (first.id, second.id, third.id) == (1, 3, 7)
    assert (first.seq, second.seq, third.seq) == (1, 2, 3)
    assert first.received_at_us == 1_000_000
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert values(journal, "v1") == [1, 3, 4]
    journal.write([("board", batch("v1=5\n"))], [])
    assert outbox(journal).pending(stream, 4, 1)[0].id == 8
    journal.close()


def test_a_location_comes_back(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    place = Batch(
        ["v4"],
        np.zeros(2, np.uint16),
        np.array([np.nan, np.nan]),
        {0: (13.4, 52.5), 1: (0.0, -1.0)},
        np.array([5, 6]),
    )
    journal.write([("board", place)], [])
    assert values(journal, "v4") == [(13.4, 52.5), (0.0, -1.0)]
    journal.close()


def test_a_settled_reading_is_settled_once(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(10))))], [])
    stream = journal.streams()[0].stream
    journal.write([], [Run(stream, 3, 5, Fate.FORWARDED)])
    journal.write([], [Run(stream, 1, 7, Fate.REFUSED, "no"), Run(stream, 4, 4, Fate.EXPIRED)])
    journal.write([], [Run(stream, 8, 99, Fate.FORWARDED)])
    counts = journal.streams()[0].counts()
    assert (counts.readings, counts.forwarded, counts.refused, counts.expired) == (10, 6, 4, 0)
    assert counts.pending == 0
    assert values(journal, "v1") == []
    journal.close()


def test_neighbouring_runs_become_one_row(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(100))))], [])
    stream = journal.streams()[0].stream
    for seq in range(1, 101):
        journal.write([], [Run(stream, seq, seq, Fate.FORWARDED)])
    journal.close()
    connection = sqlite3.connect(tmp_path / "j.db")
    assert connection.execute("SELECT first, last FROM settled").fetchall() == [(1, 100)]
    connection.close()


def test_readings_meant_for_another_account_are_held(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv1=2\n"))], [])
    stream = journal.streams()[0].stream
    journal.write([], [Run(stream, 1, 1, Fate.FORWARDED)])
    journal.close()
    journal = opened(tmp_path / "j.db", b"b" * 16)
    journal.write([("board", batch("v1=3\n"))], [])
    assert values(journal, "v1") == [3]
    counts = journal.streams()[0].counts()
    assert (counts.pending, counts.held) == (2, 1)
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert values(journal, "v1") == [2]
    journal.close()


def test_the_last_account_is_that_of_the_newest_reading(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("other", b"o")
    assert journal.last_account("board") == b""
    journal.write([("board", batch("v1=1\nv2=1\n"))], [])
    assert journal.last_account("board") == ACCOUNT
    for account, line, last in ((b"b", "v1=2", b"b"), (b"c", "v2=2", b"c"), (b"d", "v1=3", b"d")):
        journal.bind("board", account)
        journal.write([("board", batch(f"{line}\n"))], [])
        journal.write([("other", batch("v1=1\n"))], [])
        assert journal.last_account("board") == last
        assert journal.last_account("other") == b"o"
    # Without a reading there is no last account.
    carry_out(deleting.delete_data(journal, "board"))
    assert journal.last_account("board") == b""
    journal.close()


def test_devices_are_listed_in_the_order_in_which_they_appeared(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for name in ("zoo", "attic", "zoo"):
        journal.bind(name, ACCOUNT)
    assert journal.devices() == ["board", "zoo", "attic"]
    journal.close()


def test_a_fingerprint_identifies_an_account_without_revealing_it(tmp_path: Path) -> None:
    journal, other = opened(tmp_path / "j.db"), opened(tmp_path / "k.db")
    mine = journal.fingerprint("https://fra1.blynk.cloud", "token")
    assert len(mine) == 16
    assert mine == journal.fingerprint("https://fra1.blynk.cloud", "token")
    for same in ("https://blynk.cloud", "https://ny3.blynk.cloud", "https://FRA1.Blynk.Cloud:443/"):
        assert mine == journal.fingerprint(same, "token")
    for another in ("https://blynk.cloud.example", "https://xblynk.cloud", "http://127.0.0.1:8080"):
        assert mine != journal.fingerprint(another, "token")
    assert mine != journal.fingerprint("https://fra1.blynk.cloud", "tokem")
    assert mine != other.fingerprint("https://fra1.blynk.cloud", "token")
    journal.close()
    other.close()


def test_a_new_file_has_the_application_id_at_once(tmp_path: Path) -> None:
    journal = opened(tmp_path / "deep" / "j.db")
    header = (tmp_path / "deep" / "j.db").read_bytes()[:100]
    journal.close()
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID
    assert int.from_bytes(header[60:64], "big") == SCHEMA_VERSION


@pytest.mark.parametrize("content", [b"my homework", b"SQLite format 3\x00" + bytes(200)])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="not a Pinbridge journal"):
        Journal(path)
    assert path.read_bytes() == content


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    connection = sqlite3.connect(tmp_path / "j.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JournalError, match="newer Pinbridge"):
        Journal(tmp_path / "j.db")


def test_a_failed_commit_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    with pytest.raises(sqlite3.IntegrityError):
        journal.write([("board", batch("v1=1\n"))], [], [NO_USAGE])
    assert journal.streams() == []
    journal.write([("board", batch("v1=7\n"))], [])
    assert values(journal, "v1") == [7]
    journal.close()
