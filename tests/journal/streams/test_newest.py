"""The newest reading of each stream is known when a journal is opened."""

from __future__ import annotations

from pathlib import Path

from app.journal.streams.newest import newest
from tests.journal.summaries.small import Reading, write
from tests.journal.test_journal import opened


def test_each_stream_has_its_newest_reading(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    write(journal, [Reading(1_000, 1.5), Reading(2_000, 2.5)])
    write(journal, [Reading(3_000, 3.5)])
    assert newest(journal.reader(), journal.streams()) == {("board", "v1"): (3.5, 3_000)}


def test_a_segment_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    write(journal, [Reading(1_000, 1.5)])
    journal.execute("UPDATE segment SET vals = x'0102'")
    assert newest(journal.reader(), journal.streams()) == {}


def test_a_new_journal_has_none(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    assert newest(journal.reader(), journal.streams()) == {}
