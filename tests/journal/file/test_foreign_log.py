"""A log beside a journal that belongs to another file is damage: SQLite would replay it into the journal."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.file.neighbours import log_of
from app.journal.file.wal import has_foreign_log
from app.journal.journal import Journal
from app.wire.streams import Fate, Run
from tests.journal.file.sound import exported
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened

PAGE = 4096


def log_while_open(path: Path, write: Callable[[Journal], object]) -> bytes:
    """The log of a journal that was killed after `write`."""
    opened(path).close()
    with closing(opened(path)) as journal:
        write(journal)
        return log_of(path).read_bytes()


def of_readings(folder: Path) -> bytes:
    return log_while_open(
        folder / "other.db", lambda journal: journal.write([("board", batch("v1=9\n"))], [])
    )


def of_another_program(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "notes.db", isolation_level=None)) as notes:
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("CREATE TABLE note (text)")
        return log_of(folder / "notes.db").read_bytes()


def of_another_page_size(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "notes.db", isolation_level=None)) as notes:
        notes.execute("PRAGMA page_size = 1024")
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("CREATE TABLE note (text)")
        return log_of(folder / "notes.db").read_bytes()


def of_homework(_folder: Path) -> bytes:
    return b"my homework, which is not a log"


def of_one_letter(_folder: Path) -> bytes:
    return b"x"


FOREIGN = (of_readings, of_another_program, of_another_page_size, of_homework, of_one_letter)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with three pending readings and one that was forwarded."""
    path = tmp_path / "j.db"
    with closing(opened(path)) as journal:
        journal.write([("board", batch("v1=1\nv1=2\nv1=3\nv1=4\n"))], [Run(1, 1, 1, Fate.FORWARDED)])
    return path


@pytest.mark.parametrize("log", FOREIGN)
def test_a_journal_with_a_foreign_log_is_set_aside(path: Path, log: Callable[[Path], bytes]) -> None:
    (path.parent / "others").mkdir()
    content, foreign = path.read_bytes(), log(path.parent / "others")
    log_of(path).write_bytes(foreign)
    assert has_foreign_log(path)
    # It is exported as it is without the log.
    assert [row["value"] for row in exported(path)[0]] == ["1", "2", "3", "4"]
    assert log_of(path).read_bytes() == foreign
    journal = opened(path)
    (aside,) = path.parent.glob("j.damaged-*.db")
    assert str(journal.warning) == (
        f"{path}: the journal is damaged: j.db-wal beside it belongs to another file. The damaged file is "
        f"now {aside}, and a new one was started. 3 pending readings will not be sent: pinbridge export "
        "gives what can still be read of the old one"
    )
    assert journal.streams() == []
    journal.close()
    assert (aside.read_bytes(), log_of(aside).read_bytes()) == (content, foreign)
    assert [row["value"] for row in exported(aside)[0]] == ["1", "2", "3", "4"]


def cut(log: bytes) -> bytes:
    return log[: len(log) // 2]


def torn(log: bytes) -> bytes:
    """A power cut came before the first sector was written."""
    return bytes(512) + log[512:]


def half_a_header(log: bytes) -> bytes:
    return log[:20]


def without_size(log: bytes) -> bytes:
    return log[:8] + bytes(24) + log[32:]


def emptied(_log: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("change", [bytes, cut, torn, half_a_header, without_size, emptied])
def test_the_journal_s_own_log_is_replayed_or_ignored_as_sqlite_does(
    path: Path, change: Callable[[bytes], bytes]
) -> None:
    with closing(opened(path)) as journal:
        journal.write([], [Run(1, 2, 2, Fate.FORWARDED)])
        journal.write([("board", batch("v1=5\n"))], [])
        content, log = path.read_bytes(), log_of(path).read_bytes()
    path.write_bytes(content)
    log_of(path).write_bytes(change(log))
    assert not has_foreign_log(path)
    with closing(opened(path)) as journal:
        assert journal.warning is None
        pending = [reading.value for reading in outbox(journal).pending(1, 1, 9)]
    assert pending[-1] == (5 if change is bytes else 4)


def test_a_file_that_is_no_log_is_renamed_and_the_journal_goes_on(path: Path) -> None:
    garbage = bytes(range(250, 100, -1)) * 40
    log_of(path).write_bytes(garbage)
    assert [row["value"] for row in exported(path)[0]] == ["1", "2", "3", "4"]
    with closing(opened(path)) as journal:
        assert journal.warning is None
        assert [reading.value for reading in outbox(journal).pending(1, 1, 9)] == [2, 3, 4]
    (renamed,) = path.parent.glob("j.db-wal.unusable-*")
    assert renamed.read_bytes() == garbage


@pytest.mark.parametrize("text", ["x", "Größe\n", "日本語のファイルです。これはログではない。", "a" * 40])
def test_a_text_in_place_of_the_log_is_foreign(path: Path, text: str) -> None:
    log_of(path).write_text(text, encoding="utf-8")
    assert has_foreign_log(path)


def test_a_log_that_does_not_tell_is_not_foreign(path: Path, tmp_path: Path) -> None:
    assert not has_foreign_log(path)
    (tmp_path / "folder.db-wal").mkdir()
    assert not has_foreign_log(tmp_path / "folder.db")
    settled = log_while_open(
        tmp_path / "k.db", lambda journal: journal.write([], [Run(1, 1, 1, Fate.EXPIRED)])
    )
    log_of(path).write_bytes(settled)
    assert not has_foreign_log(path)


def test_frames_that_an_earlier_use_of_the_log_has_left_do_not_count(path: Path, tmp_path: Path) -> None:
    foreign = of_readings(tmp_path)
    salts = struct.pack(">2I", 1, 2)
    log_of(path).write_bytes(foreign[:16] + salts + foreign[24:])
    assert not has_foreign_log(path)


def test_a_journal_without_a_readable_secret_is_judged_by_its_content(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    log_of(path).write_bytes(of_readings(tmp_path))
    path.write_bytes(content[: 2 * PAGE] + bytes(PAGE) + content[3 * PAGE :])
    assert not has_foreign_log(path)
