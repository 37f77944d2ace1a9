"""Each thread reads the journal through its own connection."""

from __future__ import annotations

import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.journal.file.readers import Readers
from app.journal.file.schema import JournalError
from tests.journal.test_journal import opened


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_each_thread_has_one_connection_until_there_is_a_new_file(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    readers = Readers(tmp_path / "j.db")
    with ThreadPoolExecutor(1) as pool:
        mine, others = readers.connection(), pool.submit(readers.connection).result(60)
        assert mine is not others
        assert readers.connection() is mine
        assert pool.submit(readers.connection).result(60) is others
        readers.turn_to_new_file(tmp_path / "j.db")
        newer = readers.connection()
        assert newer is not mine
        assert not is_open(mine)
        # Another thread's connection is closed when that thread reads again.
        assert is_open(others)
        assert readers.connection() is newer
        last = pool.submit(readers.connection).result(60)
        assert not is_open(others)
        readers.turn_to_new_file(tmp_path / "j.db")
        readers.turn_to_new_file(tmp_path / "j.db")
        newest = readers.connection()
        assert newest is not newer
        readers.close()
        assert not any(map(is_open, (newest, last)))


def test_a_thread_reads_again_after_a_second_loss(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    readers = Readers(tmp_path / "j.db")
    first, is_lost = readers.connection(), True
    readers.turn_to_new_file(tmp_path / "j.db", lambda: is_lost)
    for _ in range(2):
        with pytest.raises(JournalError):
            readers.connection()
    assert not is_open(first)
    is_lost = False
    assert is_open(readers.connection())
    readers.close()


def test_connections_to_earlier_files_are_not_kept(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    readers = Readers(tmp_path / "j.db")
    readers.connection()
    before = alive()
    for _ in range(3):
        readers.turn_to_new_file(tmp_path / "j.db")
        readers.connection()
    assert alive() <= before
    readers.close()


def alive() -> int:
    gc.collect()
    return sum(type(thing) is sqlite3.Connection for thing in gc.get_objects())


def test_a_reading_connection_never_writes(tmp_path: Path) -> None:
    opened(tmp_path / "j.db").close()
    readers = Readers(tmp_path / "j.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        readers.connection().execute("DELETE FROM device")
    readers.close()
