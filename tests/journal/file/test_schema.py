"""An older journal is brought up to date with nothing lost, and can be read without being changed."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.journal.export.rows import Selection, export
from app.journal.file import schema
from app.journal.file.schema import SCHEMA_VERSION
from app.journal.file.tables import STEPS
from app.journal.journal import Journal, JournalError
from app.journal.status import JournalCounts
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened, values


def exported(path: Path) -> str:
    output = io.StringIO()
    export(path, output, Selection())
    return output.getvalue()


def shape(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
    connection.close()
    return [row[0] for row in rows]


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found


def next_file() -> int:
    """The file descriptor that the next file to be opened will get."""
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number


def test_an_older_journal_is_brought_up_to_date_with_nothing_lost(old: Path, tmp_path: Path) -> None:
    before = exported(old)
    journal = opened(old)
    assert version(old) == SCHEMA_VERSION
    assert exported(old) == before
    streams = {(stream.device, stream.target): stream.counts() for stream in journal.streams()}
    assert streams[("board", "v1")] == JournalCounts(5, forwarded=1, refused=1, pending=3, held=1)
    assert streams[("board", "v2")] == JournalCounts(2, pending=2, held=1)
    assert values(journal, "v2") == [2.5]
    assert values(journal, "v3") == ["calm"]
    assert values(journal, "v1.label") == ["Room 12"]
    journal.write([("board", batch("v1=9\n"))], [])
    assert [reading.id for reading in outbox(journal).pending(1, 3, 9)] == [7, 8, 11]
    journal.close()
    opened(tmp_path / "new.db").close()
    assert shape(old) == shape(tmp_path / "new.db")


def test_an_older_journal_is_read_without_being_changed(old: Path) -> None:
    before = old.read_bytes()
    assert exported(old).count("\n") == 11
    assert old.read_bytes() == before


def test_a_step_that_fails_leaves_the_older_journal_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tables = exported(old), shape(old)
    monkeypatch.setattr(schema, "STEPS", (*STEPS, "CREATE TABLE more (x); INSERT INTO nowhere VALUES (1);"))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(JournalError, match="no such table: nowhere"):
        Journal(old)
    assert version(old) == 1
    assert (exported(old), shape(old)) == (before, tables)


def test_a_journal_in_a_folder_that_cannot_be_written_is_read(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a write-protected stick, where SQLite can create no file beside the journal.
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert exported(old).count("\n") == 11
    assert [path.name for path in tmp_path.iterdir()] == ["j.db"]


def test_a_log_is_read_in_a_read_only_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n"))], [])
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert exported(tmp_path / "j.db").count("\n") == 2
    journal.close()


def test_a_reader_that_began_without_a_log_sees_later_commits(old: Path) -> None:
    opened(old).close()
    with closing(schema.open_for_reading(old)) as look:
        assert look.execute("SELECT count(*) FROM segment").fetchone() == (8,)
        journal = opened(old)
        journal.write([("board", batch("v1=1\n"))], [])
        assert look.execute("SELECT count(*) FROM segment").fetchone() == (9,)
        journal.close()


def test_what_needs_newer_tables_refuses_an_older_journal(old: Path) -> None:
    with pytest.raises(JournalError, match="older Pinbridge: pinbridge run brings it up to date"):
        schema.open_for_reading(old, version=2)


def test_a_full_disk_is_reported_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        """A connection to a file on a disk with room for two pages."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.execute("PRAGMA max_page_count = 2")

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Full))
    with pytest.raises(JournalError, match="the disk is full: make room on it"):
        schema.open_for_writing(tmp_path / "j.db")


class WithoutSync(sqlite3.Connection):
    """A connection as some systems build SQLite: by default it does not wait for the disk."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.execute("PRAGMA synchronous = OFF")


def test_a_new_journal_gives_pages_back_and_keeps_its_log_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deep" / "down" / "j.db"
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=WithoutSync))
    connection = schema.open_for_writing(path)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("SELECT length(secret), next_id FROM meta").fetchall() == [(32, 1)]
    assert connection.execute("PRAGMA journal_size_limit").fetchone() == (16_000_000,)
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    connection.close()


@pytest.mark.parametrize("open_", [schema.open_for_writing, schema.open_for_reading])
def test_a_file_that_cannot_be_used_is_closed(
    tmp_path: Path, open_: Callable[[Path], sqlite3.Connection]
) -> None:
    path = tmp_path / "j.db"
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    free = next_file()
    with pytest.raises(JournalError, match="newer Pinbridge"):
        open_(path)
    assert next_file() == free
    path.write_text("my homework")
    with pytest.raises(JournalError, match="not a Pinbridge journal"):
        open_(path)
    assert path.read_text() == "my homework"


def test_one_instant_sees_no_later_commit(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n"))], [])
    with schema.one_instant(tmp_path / "j.db") as look:
        seen = look.execute("SELECT count(*) FROM segment").fetchone()
        journal.write([("board", batch("v1=2\n"))], [])
        assert look.execute("SELECT count(*) FROM segment").fetchone() == seen == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        look.execute("SELECT 1")
    journal.close()


def test_an_older_journal_is_read_unless_newer_tables_are_needed(old: Path) -> None:
    with schema.one_instant(old) as look:
        assert look.execute("PRAGMA user_version").fetchone() == (1,)
    with pytest.raises(JournalError, match="older Pinbridge"), schema.one_instant(old, version=2):
        pass


def damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


@pytest.mark.parametrize(
    ("met", "told"),
    [
        (damage(), "the journal is damaged: malformed: pinbridge export gives what can still be read"),
        (ValueError("no list"), "the journal is damaged: no list: pinbridge export gives what can"),
        (msgspec.DecodeError("no JSON"), "the journal is damaged: no JSON: pinbridge export gives what can"),
        (sqlite3.OperationalError("disk I/O error"), "the journal cannot be opened: disk I/O error: check"),
    ],
)
def test_an_error_while_reading_is_reported_with_its_file(old: Path, met: Exception, told: str) -> None:
    with pytest.raises(JournalError) as raised, schema.one_instant(old):
        raise met
    assert str(raised.value).startswith(f"{old}: {told}")
    assert isinstance(raised.value, schema.JournalDamaged) == ("damaged" in told)


@pytest.mark.parametrize(
    ("met", "told", "is_damaged"),
    [
        (
            OSError(13, "not allowed"),
            "the journal cannot be written: not allowed: choose another folder for it",
            False,
        ),
        (OSError(28, "no room"), "the journal cannot be written: the disk is full: make room on it", False),
        (damage(), "the journal is damaged: malformed", True),
        (b"\xff", "the journal is damaged: 'utf-8' codec", True),
        (
            sqlite3.OperationalError("locked"),
            "the journal cannot be opened: locked: check that its folder",
            False,
        ),
    ],
)
def test_an_error_at_opening_for_writing_is_reported_with_its_file(
    old: Path, monkeypatch: pytest.MonkeyPatch, met: Exception | bytes, told: str, is_damaged: bool
) -> None:
    def meet(_connection: sqlite3.Connection) -> str:
        if isinstance(met, bytes):
            return met.decode()
        raise met

    monkeypatch.setattr(schema, "complaint", meet)
    free = next_file()
    with pytest.raises(JournalError) as raised:
        schema.open_for_writing(old)
    assert str(raised.value).startswith(f"{old}: {told}")
    assert isinstance(raised.value, schema.JournalDamaged) is is_damaged
    assert next_file() == free


@pytest.mark.parametrize("function", ["connect", "_checked_version"])
@pytest.mark.parametrize(
    ("met", "told"),
    [
        (damage(), "the journal is damaged: malformed"),
        (b"\xff", "the journal is damaged: 'utf-8' codec"),
        (
            sqlite3.OperationalError("locked"),
            "the journal cannot be opened: locked: check that its folder",
        ),
    ],
)
def test_an_error_at_opening_for_reading_is_reported_with_its_file(
    old: Path, monkeypatch: pytest.MonkeyPatch, function: str, met: Exception | bytes, told: str
) -> None:
    def meet(*_: object, **__: object) -> str:
        if isinstance(met, bytes):
            return met.decode()
        raise met

    monkeypatch.setattr(schema, "check_header", lambda _: None)
    monkeypatch.setattr(sqlite3 if function == "connect" else schema, function, meet)
    with pytest.raises(JournalError) as raised:
        schema.open_for_reading(old)
    assert str(raised.value).startswith(f"{old}: {told}")


def test_a_journal_that_is_up_to_date_is_opened_without_a_change(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    opened(path).close()
    before = path.read_bytes()
    schema.open_for_writing(path).close()
    assert path.read_bytes() == before


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as raised:
        schema.check_header(tmp_path)
    assert str(raised.value) == f"{tmp_path}: is a folder or a device, not a journal: name a file"
    schema.check_header(tmp_path / "none.db")
    with pytest.raises(JournalError) as raised:
        schema.open_for_reading(tmp_path / "none.db")
    assert str(raised.value) == f"{tmp_path / 'none.db'}: there is no such journal"


@pytest.mark.parametrize("log", [None, b"", b"x", b"\x37\x7f\x06\x82" + bytes(5000)])
def test_an_empty_file_is_no_journal(tmp_path: Path, log: bytes | None) -> None:
    path = tmp_path / "j.db"
    path.touch()
    if log is not None:
        path.with_name("j.db-wal").write_bytes(log)
    for use in (schema.open_for_writing, schema.open_for_reading, schema.check_header, Journal, exported):
        with pytest.raises(schema.NoJournal) as raised:
            use(path)
        assert str(raised.value) == (
            f"{path}: is an empty file, not a Pinbridge journal: delete it, or name another file"
        )
    assert path.read_bytes() == b""
    assert [entry.name for entry in tmp_path.iterdir()] == (["j.db"] if log is None else ["j.db", "j.db-wal"])
    assert log is None or path.with_name("j.db-wal").read_bytes() == log


@pytest.mark.parametrize("open_", [schema.open_for_writing, schema.open_for_reading])
def test_a_connection_works_in_any_thread_and_waits_for_other_programs(
    old: Path, open_: Callable[[Path], sqlite3.Connection]
) -> None:
    with ThreadPoolExecutor(1) as other:
        connection = other.submit(open_, old).result()
    assert connection.execute("SELECT count(*) FROM segment").fetchone() == (8,)
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    # sqlite3 begins no transaction by itself.
    assert connection.isolation_level is None
    connection.close()


def test_a_journal_with_a_damaged_header_is_known_by_its_application_id(old: Path) -> None:
    content = bytearray(old.read_bytes())
    content[16:18] = b"\0\3"  # a page size that SQLite rejects
    old.write_bytes(content)
    schema.check_header(old)
    for place, other in ((68, b"R"), (71, b"e"), (0, b"s")):
        old.write_bytes(content[:place] + other + content[place + 1 :])
        with pytest.raises(schema.NoJournal):
            schema.check_header(old)


def test_the_log_is_not_searched_for_a_header_that_the_file_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While SQLite copies its log into the file, the header may come before pages that it counts."""
    path = tmp_path / "j.db"
    opened(path).close()
    content = bytearray(path.read_bytes())
    content[28:32] = (int.from_bytes(content[28:32], "big") + 9).to_bytes(4, "big")
    path.write_bytes(content)
    with (
        pytest.raises(sqlite3.DatabaseError, match="malformed"),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection,
    ):
        connection.execute("PRAGMA application_id")
    monkeypatch.setattr(schema, "pages_of", lambda _: pytest.fail("the pages were read"))
    schema.check_header(path)
