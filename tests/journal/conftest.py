"""Journals for the tests to start from: an undamaged one that they share, and one of version 1."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.journal.file.sound import Sound, sound, written

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""sqlite3's `iterdump` of a journal that has the tables of version 1."""


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """An undamaged journal that was closed, so that it has no log."""
    path = tmp_path_factory.mktemp("sound") / "j.db"
    written(path, 24).close()
    return sound(path)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The path of a closed journal that has the tables of version 1."""
    path = tmp_path / "j.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.executescript(VERSION_1.read_text())
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return path
