"""What is noted beside a journal before a bench file is saved, and what it means afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.journal.journal import Journal
from app.journal.noted_names import SUFFIX, forget, note, noted, withdraw


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "j.db"
    made = Journal(path)
    for name in ("a", "b"):
        made.bind(name, b"")
    made.close()
    (tmp_path / "bench.toml").write_text("1", encoding="utf-8")
    return path


def place_of(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}{SUFFIX}")


def save(journal: Path, text: str, **renamed: str) -> None:
    file = journal.with_name("bench.toml")
    note(journal, file, renamed)
    file.write_text(text, encoding="utf-8")


def test_a_note_counts_when_the_file_is_saved(journal: Path) -> None:
    note(journal, journal.with_name("bench.toml"), {"c": "a"})
    assert noted(journal) == {}
    save(journal, "2", c="a")
    assert noted(journal) == {1: "c"}
    journal.with_name("bench.toml").unlink()
    assert noted(journal) == {1: "c"}
    forget(journal)
    assert noted(journal) == {}
    assert not place_of(journal).exists()


def test_what_was_noted_before_counts_if_the_file_is_not_saved(journal: Path) -> None:
    save(journal, "2", c="a")
    note(journal, journal.with_name("bench.toml"), {"d": "c", "e": "b"})
    assert noted(journal) == {1: "c"}
    withdraw(journal)
    save(journal, "3")
    assert noted(journal) == {1: "c"}
    save(journal, "4", d="c", e="b")
    assert noted(journal) == {1: "d", 2: "e"}


def test_the_first_note_is_withdrawn_whole(journal: Path) -> None:
    note(journal, journal.with_name("bench.toml"), {"c": "a"})
    withdraw(journal)
    withdraw(journal)
    assert not place_of(journal).exists()


def test_nothing_is_noted_for_devices_or_a_journal_that_are_not_known(journal: Path) -> None:
    save(journal, "2")
    save(journal, "3", c="x")
    journal.write_bytes(b"no journal")
    save(journal, "4", c="a")
    journal.unlink()
    save(journal, "5", c="a")
    assert not place_of(journal).exists()


def test_a_file_that_is_no_note_stays(journal: Path) -> None:
    place_of(journal).write_text("mine", encoding="utf-8")
    save(journal, "2", c="a")
    withdraw(journal)
    forget(journal)
    assert noted(journal) == {}
    assert place_of(journal).read_text(encoding="utf-8") == "mine"
