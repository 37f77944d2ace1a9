"""A power cut while SQLite copies its log into the file leaves torn pages that are whole only in the log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.file.neighbours import log_of
from app.journal.file.wal import has_foreign_log
from tests.journal.test_journal import batch, opened, values


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file from being taken away")
def test_a_journal_whose_first_page_is_only_in_the_log_is_in_place(tmp_path: Path) -> None:
    path, torn = tmp_path / "j.db", tmp_path / "torn.db"
    with closing(opened(path)) as journal:
        for _ in range(9):  # SQLite writes the first page when the file grows
            journal.write([("board", batch("v1=1\n" * 999))], [])
        shutil.copy(path, torn)
        shutil.copy(log_of(path), log_of(torn))
    content = torn.read_bytes()
    torn.write_bytes(os.urandom(512) + content[512:])
    with closing(opened(torn)) as journal:
        assert (journal.warning, journal.is_taken_away) == (None, False)
        assert values(journal, "v1", limit=9999) == [1] * 9 * 999
        journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not journal.is_taken_away
        torn.write_bytes(b"my homework, which is not a journal")
        assert journal.is_taken_away


def test_the_log_of_a_page_that_a_power_cut_has_torn_is_not_foreign(tmp_path: Path) -> None:
    """The page has the secret."""
    path = tmp_path / "j.db"
    with closing(opened(path)) as journal:
        journal.write([("board", batch("v1=5\n"))], [])
        log = log_of(path).read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        (secret,) = connection.execute("SELECT secret FROM meta").fetchone()
    content = path.read_bytes()
    at = content.rindex(secret) - 2
    # The header of the row says how long the secret is: 12 plus twice its length.
    assert content[at] == 12 + 2 * len(secret)
    path.write_bytes(content[:at] + bytes([12 + 2 * 8]) + content[at + 1 :])
    log_of(path).write_bytes(log)
    assert not has_foreign_log(path)
