"""A journal that cannot be used is not changed, and can be opened once the reason is gone."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from app.journal.file.damage import set_aside
from app.journal.file.schema import SCHEMA_VERSION, open_for_reading
from app.journal.journal import Journal, JournalError


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_the_next_version_of_the_tables_is_neither_read_nor_written(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Journal(path).close()
    set_version(path, SCHEMA_VERSION + 1)
    before = path.read_bytes()
    for open_file in (Journal, open_for_reading):
        with pytest.raises(JournalError, match="was written by a newer Pinbridge"):
            open_file(path)
    assert path.read_bytes() == before


def test_a_journal_can_be_opened_once_the_reason_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Journal(path).close()
    set_version(path, SCHEMA_VERSION + 1)
    # Keep the error, its traceback and all objects in it, as a caller that tries again may do.
    with pytest.raises(JournalError) as refused:
        Journal(path)
    set_version(path, SCHEMA_VERSION)
    Journal(path).close()
    assert refused.value


def test_a_journal_that_is_set_aside_leaves_no_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    for ending in ("", "-wal"):
        path.with_name(f"j.db{ending}").write_bytes(b"damaged")
    path.with_name("j.db-shm").write_bytes(struct.pack("=I", 3_007_000) + bytes(100))
    set_aside(path, datetime(2026, 11, 24, 20, 30, 5))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "j.damaged-2026-11-24-203005.db",
        "j.damaged-2026-11-24-203005.db-wal",
    ]
