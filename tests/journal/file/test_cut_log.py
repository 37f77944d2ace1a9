"""A log that is cut off or overwritten while the journal is open costs no reading.

SQLite does not notice this. It writes its next frames behind the hole, and later copies the hole into the
database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal.file.neighbours import index_of, log_of
from app.journal.file.wal import EMPTY_LOG, INDEX_HEADER_BYTES, read_index
from app.journal.journal import Journal
from tests.journal.file.sound import exported
from tests.journal.test_journal import batch, opened

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file from being cut off")


def empty(log: Path) -> None:
    os.truncate(log, 0)


def cut_in_half(log: Path) -> None:
    os.truncate(log, log.stat().st_size // 2)


def cut_last_byte(log: Path) -> None:
    os.truncate(log, log.stat().st_size - 1)


def fill_with_zeros(log: Path) -> None:
    with log.open("r+b") as file:
        file.write(bytes(log.stat().st_size))


def filled(path: Path) -> Journal:
    journal = opened(path)
    for number in range(20):
        journal.write([("board", batch(f"v{number}={number}\n"))], [])
    return journal


@pytest.mark.parametrize("has_grown", [False, True])
@pytest.mark.parametrize("damage", [empty, cut_in_half, fill_with_zeros])
def test_a_log_that_was_cut_off_costs_no_reading(
    tmp_path: Path, damage: Callable[[Path], None], has_grown: bool
) -> None:
    path = tmp_path / "j.db"
    with closing(filled(path)) as journal:
        assert not journal.is_taken_away
        damage(log_of(path))
        if has_grown:
            journal.write([("board", batch("v20=20\n"))], [])
        assert journal.is_taken_away
        assert journal.return_to_place()
        assert not journal.is_taken_away
    assert [row["value"] for row in exported(journal.path)[0]] == list(map(str, range(20 + has_grown)))


def test_a_log_without_its_last_byte_is_cut_off(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "j.db")) as journal:
        cut_last_byte(log_of(tmp_path / "j.db"))
        assert journal.is_taken_away


def test_a_log_that_sqlite_begins_anew_is_whole(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "j.db")) as journal:
        for checkpoint in ("PASSIVE", "RESTART", "TRUNCATE"):
            journal.execute(f"PRAGMA wal_checkpoint({checkpoint})")
            assert not journal.is_taken_away
            journal.write([("board", batch("v1=1\n"))], [])
            assert not journal.is_taken_away


def test_an_index_that_another_file_has_replaced_says_nothing_about_the_log(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with closing(filled(path)) as journal:
        index_of(path).unlink()
        # Only a read would wait for a writer.
        os.mkfifo(index_of(path))
        assert journal.is_taken_away
        assert journal.return_to_place()
    assert len(exported(journal.path)[0]) == 20


def test_the_index_of_a_log_names_frames_and_the_size_of_pages(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "j.db")) as journal:
        start = index_of(journal.path).read_bytes()[:INDEX_HEADER_BYTES]
        log = log_of(journal.path).read_bytes()
    frames, page_bytes, salts = read_index(start)
    assert (page_bytes, salts, len(log)) == (4096, log[16:24], 32 + frames * (24 + 4096))
    # SQLite writes 1 for pages of 65,536 bytes, which have no room in two bytes.
    largest = start[:14] + (1).to_bytes(2, sys.byteorder) + start[16:]
    assert read_index(largest).page_bytes == 65536
    assert read_index(start[:-1]) == EMPTY_LOG
