"""A damaged journal is set aside and reported, the bench goes on, and the readable part is exported."""

from __future__ import annotations

import csv
import io
import random
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.journal import writer
from app.journal.export.rows import Exported, Selection, export
from app.journal.file import damage, schema
from app.journal.file.damage import complaint, is_damage, set_aside
from app.journal.journal import JournalError
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.status import JournalCounts
from app.journal.writer import JournalWriter
from app.messages.message import Message, verbatim
from app.wire.streams import Fate, Run, Usage
from tests.journal.test_journal import batch, opened, values

PAGE = 4096


def large(path: Path, commits: int = 60) -> None:
    """Write a journal of many pages and close it, so that it has no log; `v1` has the values 0, 1, 2…"""
    journal = opened(path)
    for commit in range(commits):
        lines = "".join(f"v1={commit * 100 + n}\n" for n in range(100))
        journal.write([("board", batch(lines, commit + 1))], [Run(1, 1, commit * 100, Fate.FORWARDED)])
    journal.close()
    assert not path.with_name(f"{path.name}-wal").exists()


def pages_of_segments(path: Path) -> list[int]:
    """The numbers, from 0, of the pages that hold packed readings, oldest readings first."""
    content = path.read_bytes()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (roots,) = connection.execute("SELECT max(rootpage) FROM sqlite_master").fetchone()
    pages = [content[n * PAGE : (n + 1) * PAGE] for n in range(len(content) // PAGE)]
    # The first byte of a table's leaf page is 13. Before the segments are the roots of all tables and
    # indexes, and pages with the statements that made them.
    return [n for n, page in enumerate(pages) if n >= roots and page[0] == 13 and b"CREATE " not in page]


def pages_of_statements(path: Path) -> list[int]:
    """The numbers, from 0, of the pages other than the first that hold the statements of the tables."""
    content = path.read_bytes()
    return [n for n in range(1, len(content) // PAGE) if b"CREATE " in content[n * PAGE : (n + 1) * PAGE]]


def corrupt(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(random.Random(page).randbytes(PAGE))


def read(path: Path) -> tuple[list[float], Exported]:
    output = io.StringIO()
    exported = export(path, output, Selection())
    return [float(row["value"]) for row in csv.DictReader(io.StringIO(output.getvalue()))], exported


def test_a_journal_without_the_statements_of_its_tables_is_exported(tmp_path: Path) -> None:
    path = tmp_path / "bench.db"
    large(path)
    pages = pages_of_statements(path)
    assert pages
    for page in pages:
        corrupt(path, page)
    found, exported = read(path)
    assert found == [float(n) for n in range(6000)]
    assert exported.unreadable == [Message("damaged_without_loss")]


def test_a_damaged_journal_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "bench.db"
    large(path)
    corrupt(path, pages_of_segments(path)[3])
    journal = opened(path)
    aside = next(tmp_path.glob("bench.damaged-*.db"))
    assert f"{path}: the journal is damaged" in str(journal.warning)
    assert f"The damaged file is now {aside}, and a new one was started" in str(journal.warning)
    assert journal.streams() == []
    journal.write([("board", batch("v1=7\n"))], [])
    assert values(journal, "v1") == [7]
    journal.close()
    journal = opened(path)
    assert journal.warning is None
    journal.close()


@pytest.mark.parametrize("left", [5000, 3 * PAGE, 11 * PAGE + 17])
def test_a_journal_that_was_cut_off_is_set_aside(tmp_path: Path, left: int) -> None:
    path = tmp_path / "bench.db"
    large(path)
    with path.open("r+b") as file:
        file.truncate(left)
    journal = opened(path)
    assert "damaged" in str(journal.warning)
    assert len(list(tmp_path.glob("bench.damaged-*.db"))) == 1
    journal.close()


def test_a_journal_that_was_emptied_is_set_aside_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "bench.db"
    live = opened(tmp_path / "live.db")
    live.write([("board", batch("v1=1\n"))], [])
    log = (tmp_path / "live.db-wal").read_bytes()
    live.close()
    path.write_bytes(b"")
    path.with_name("bench.db-wal").write_bytes(log)
    journal = opened(path)
    assert "the file is empty, but its log is not" in str(journal.warning)
    aside = next(tmp_path.glob("bench.damaged-*.db"))
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == log
    journal.close()


def test_what_can_be_read_is_exported_and_the_rest_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "bench.db"
    large(path)
    sound, exported = read(path)
    assert sound == list(range(6000))
    assert exported == Exported(6000, [])
    pages = pages_of_segments(path)
    for page in (pages[2], pages[3], pages[9]):
        corrupt(path, page)
    found, exported = read(path)
    assert exported.readings == len(found)
    assert 5000 < len(found) < 6000
    assert found == sorted(set(found) & set(sound))
    told = sum(int(str(damage.params["count"])) for damage in exported.unreadable)
    assert len(found) + told == 6000
    assert str(exported.unreadable[0]).startswith("board v1: ")


@pytest.mark.parametrize("seed", range(15))
def test_an_export_of_a_damaged_journal_raises_nothing_but_a_journal_error(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "bench.db"
    large(path, 20)
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 5, 50))):
        at = chance.randrange(100, len(content))
        size = min(chance.choice((1, 16, 700)), len(content) - at)
        content[at : at + size] = chance.randbytes(size)
    path.write_bytes(content[: chance.choice((len(content), chance.randrange(200, len(content))))])
    with suppress(JournalError):
        read(path)
    # Opening succeeds too: it opens this file if SQLite finds no damage, else a new one.
    journal = opened(path)
    journal.write([("board", batch("v1=7\n"))], [])
    journal.close()


def test_damage_met_while_running_loses_no_new_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_RETRY_S", 0.01)
    path = tmp_path / "bench.db"
    large(path)
    # As if the search for damage, which ends after a second, had found nothing in time.
    monkeypatch.setattr(schema, "complaint", lambda _: None)
    for page in pages_of_segments(path):
        corrupt(path, page)
    journal = opened(path)
    assert journal.warning is None
    writer_ = JournalWriter(journal, lambda _: None)
    outbox = Outbox(journal, writer_, Owner("board"), journal.account("board"))
    journal.write([], [], [Usage("messages of school", "2026-11", 7)])
    account = journal.fingerprint("https://blynk.cloud", "token")
    assert outbox.pending(1, 1, 10) == []
    writer_.start()
    writer_.append(Owner("board"), batch("v1=7\nv2=8\n"))
    assert writer_.flush(60)
    assert "The damaged file is now" in str(journal.warning)
    assert writer_.trouble is None
    # Ids, seqs and counters continue; readings that were pending in the damaged file have expired.
    assert journal.streams()[0].counts() == JournalCounts(6001, forwarded=5900, expired=100, pending=1)
    assert [reading[:3] for reading in outbox.pending(1, 1, 10)] == [(6001, 1, 6001)]
    writer_.settle([Run(1, 1, 6001, Fate.FORWARDED)], lambda: None)
    assert writer_.flush(60)
    assert writer_.stop(60)
    journal.close()
    journal = opened(path)
    assert journal.streams()[0].counts() == JournalCounts(6001, forwarded=5901, expired=100)
    # Used budgets and the accounts of readings are kept too.
    assert journal.usage() == [Usage("messages of school", "2026-11", 7)]
    assert journal.fingerprint("https://blynk.cloud", "token") == account
    journal.close()


@pytest.mark.parametrize("left", [None, b""])
def test_a_new_file_that_cannot_be_made_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: bytes | None
) -> None:
    path = tmp_path / "bench.db"
    large(path)
    journal = opened(path)
    monkeypatch.setattr("app.journal.file.journal_file.open_for_writing", _no_room)
    with pytest.raises(JournalError, match="the disk is full"):
        journal.begin_anew(verbatim("page 7 is wrong"))
    monkeypatch.undo()
    if left is not None:
        # In the meantime, another program has taken the name.
        path.write_bytes(left)
        with pytest.raises(JournalError, match="is an empty file, not a Pinbridge journal"):
            journal.begin_anew(verbatim("page 7 is wrong"))
        path.unlink()
    journal.begin_anew(verbatim("page 7 is wrong"))
    assert journal.streams()[0].counts().expired == 100
    assert len(list(tmp_path.glob("bench.damaged-*.db"))) == 1
    journal.close()


def _no_room(path: Path, _secret: bytes) -> sqlite3.Connection:
    raise JournalError("journal_disk_full", path=str(path))


def test_the_search_for_damage_stops_in_time_and_leaves_the_connection_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large(tmp_path / "j.db")
    corrupt(tmp_path / "j.db", pages_of_segments(tmp_path / "j.db")[3])
    with closing(sqlite3.connect(tmp_path / "j.db")) as connection:
        monkeypatch.setattr(damage, "time", SimpleNamespace(monotonic=lambda: 7.0))
        monkeypatch.setattr(damage, "_OPERATIONS", 1)
        monkeypatch.setattr(damage, "_LOOK_S", 0.0)
        found = str(complaint(connection))
        assert found.startswith("*** in database main *** ")
        assert "\n" not in found
        monkeypatch.setattr(damage, "_LOOK_S", -1.0)
        assert complaint(connection) is None
        count = "WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n LIMIT 9999)"
        assert connection.execute(f"{count} SELECT count(*) FROM n").fetchone() == (9999,)


@pytest.mark.parametrize(("now_s", "is_told"), [(1000.9, True), (1001.1, False)])
def test_the_search_for_damage_takes_a_second_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now_s: float, is_told: bool
) -> None:
    large(tmp_path / "j.db")
    corrupt(tmp_path / "j.db", pages_of_segments(tmp_path / "j.db")[3])
    times = chain([1000.0], repeat(now_s))
    monkeypatch.setattr(damage, "time", SimpleNamespace(monotonic=lambda: next(times)))
    monkeypatch.setattr(damage, "_OPERATIONS", 1)
    with closing(sqlite3.connect(tmp_path / "j.db")) as connection:
        assert bool(complaint(connection)) is is_told


@pytest.mark.parametrize(
    ("byte", "told"), [(b"f", "malformed database schema"), (b"\xff", "can't decode byte 0xff")]
)
def test_a_definition_that_sqlite_rejects_is_reported(tmp_path: Path, byte: bytes, told: str) -> None:
    path = tmp_path / "j.db"
    opened(path).close()
    sound = b"INDEX refused_run ON settled"
    path.write_bytes(path.read_bytes().replace(sound, sound.replace(b"led", b"l" + byte + b"d")))
    with closing(sqlite3.connect(path)) as connection:
        assert told in str(complaint(connection))


def test_a_file_that_another_program_has_locked_is_not_damaged(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "j.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connection = sqlite3.connect(tmp_path / "j.db", timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        complaint(connection)
    connection.close()
    other.close()


def test_two_set_aside_in_one_second_keep_their_names(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 20, 30, 5, tzinfo=UTC)
    names = []
    for _ in range(2):
        (tmp_path / "j.db").write_text("x")
        names.append(set_aside(tmp_path / "j.db", now).name)
    assert names == ["j.damaged-2026-11-24-203005.db", "j.damaged-2026-11-24-203005-2.db"]


@pytest.mark.parametrize("name", ["j.damaged-2026-11-24-203005.db", "j.damaged-2026-11-24-203005.db-wal"])
@pytest.mark.parametrize("is_link", [False, True])
def test_a_name_of_another_file_is_not_taken(tmp_path: Path, name: str, is_link: bool) -> None:
    now = datetime(2026, 11, 24, 20, 30, 5, tzinfo=UTC)
    if is_link:
        (tmp_path / name).symlink_to("nowhere")
    else:
        (tmp_path / name).write_text("homework")
    (tmp_path / "j.db").write_text("x")
    (tmp_path / "j.db-wal").write_text("y")
    assert set_aside(tmp_path / "j.db", now).name == "j.damaged-2026-11-24-203005-2.db"
    assert (tmp_path / "j.damaged-2026-11-24-203005-2.db-wal").read_text() == "y"
    assert (tmp_path / name).is_symlink() == is_link
    assert is_link or (tmp_path / name).read_text() == "homework"
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_CORRUPT_VTAB, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_IOERR_READ, False),
        (sqlite3.SQLITE_INTERRUPT, False),
        (None, False),
    ],
)
def test_sqlite_s_code_says_whether_it_is_damage(code: int | None, expected: bool) -> None:
    error = sqlite3.DatabaseError("whatever it says")
    if code is not None:
        error.sqlite_errorcode = code
    assert is_damage(error) is expected
    assert is_damage(OSError(sqlite3.SQLITE_CORRUPT, "no word of SQLite's")) is False


def test_only_wrong_content_is_damage(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "j.db")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("CREATE TABLE a AS SELECT randomblob(100000)")
    assert not is_damage(full.value)
    connection.close()
    (tmp_path / "k.db").write_bytes(b"SQLite format 3\x00" + bytes(range(200)))
    connection = sqlite3.connect(tmp_path / "k.db")
    with pytest.raises(sqlite3.DatabaseError) as wrong:
        connection.execute("SELECT * FROM sqlite_schema")
    assert is_damage(wrong.value)
    connection.close()
