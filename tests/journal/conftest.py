"""Journals that the tests start from: an undamaged one for all tests, and one that version 1 wrote."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.journal.file.sound import Sound, sound, written

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""The output of `iterdump` for a journal that version 1 had written."""


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A journal whose program has ended, so that it has no log."""
    path = tmp_path_factory.mktemp("sound") / "j.db"
    written(path, 24).close()
    return sound(path)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A journal as version 1 left it."""
    path = tmp_path / "j.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.executescript(VERSION_1.read_text())
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return path
