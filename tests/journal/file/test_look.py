"""A `Look` shows one instant of a journal, recovers a damaged file, and closes connections it replaces."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.file.pages import Pages
from app.journal.file.recovery import Look
from app.journal.file.schema import JournalError
from tests.journal.file.sound import PAGE, Sound, check, exported, readings
from tests.journal.test_journal import opened


@pytest.mark.parametrize(
    ("code", "is_the_file_s"),
    [
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_IOERR_READ, True),
        (sqlite3.SQLITE_ERROR, True),
        (sqlite3.SQLITE_BUSY, False),
        (sqlite3.SQLITE_NOMEM, False),
    ],
)
def test_only_errors_that_the_file_has_caused_lead_to_a_recovery(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_the_file_s: bool
) -> None:
    def meet(_connection: sqlite3.Connection) -> str:
        error = sqlite3.DatabaseError("no")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("app.journal.file.recovery.complaint", meet)
    path = tmp_path / "j.db"
    path.write_bytes(closed.content)
    if is_the_file_s:
        assert exported(path)[0] == closed.rows
    else:
        with pytest.raises(JournalError, match="the journal cannot be read: no"):
            exported(path)


class FailingAtOnce(sqlite3.Connection):
    """A connection to a file whose disk fails at the first read."""

    def execute(self, *_: object) -> sqlite3.Cursor:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error


def test_a_cut_file_that_fails_at_the_first_read_is_recovered(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:-1])
    monkeypatch.setattr(
        "app.journal.file.recovery.open_for_reading",
        lambda path: sqlite3.connect(path, factory=FailingAtOnce),
    )
    assert check(closed, path, range(len(closed.content) - 1, len(closed.content))) < len(closed.rows)


def test_a_damaged_journal_that_cannot_be_opened_again_is_reported(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> None:
        raise OSError(13, "Permission denied")

    path = tmp_path / "j.db"
    path.write_bytes(closed.content[:-PAGE])
    monkeypatch.setattr("app.journal.file.recovery.opened_beside_sqlite", fail)
    with pytest.raises(JournalError) as raised:
        exported(path)
    told = "what can be read of it cannot be copied: [Errno 13] Permission denied"
    assert str(raised.value) == f"{path}: {told}"


def test_a_look_sees_no_later_commit(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    with closing(Look(tmp_path / "j.db")) as look:
        journal.write([("board", readings(random.Random(1), 1))], [])
        assert look.fetch("SELECT count(*) FROM segment") == [(0,)]
    journal.close()


def test_a_look_closes_the_connection_that_it_replaces(
    closed: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(closed.content)
    with closing(Look(path)) as look:
        dropped = [look.connection]
        look.recover()

    def fail(_pages: Pages, copy: sqlite3.Connection) -> int:
        dropped.append(copy)
        raise sqlite3.OperationalError("database or disk is full")

    def find_nothing(_pages: Pages, copy: sqlite3.Connection) -> int:
        dropped.append(copy)
        return 0

    path.write_bytes(bytes(PAGE) + closed.content[PAGE:])
    for copy_rows in (fail, find_nothing):
        monkeypatch.setattr("app.journal.file.recovery.copy_rows", copy_rows)
        with pytest.raises(JournalError):
            Look(path)
    assert len(dropped) == 3
    for connection in dropped:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
