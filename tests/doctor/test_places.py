"""What the doctor says of the journal's place; it leaves nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.doctor.finding import Grade
from app.doctor.places import journal
from app.journal.journal import Journal


@pytest.mark.parametrize(("free_mb", "grade"), [(100, Grade.WRONG), (1000, Grade.NOTE), (5000, Grade.OK)])
def test_room_is_told(free_mb: int, grade: Grade, tmp_path: Path) -> None:
    (finding,) = journal(tmp_path / "new" / "b.db", 2000, lambda _: free_mb * 1_000_000)
    assert finding.grade is grade
    assert f"{free_mb:,} MB free" in finding.sentence
    assert not list(tmp_path.iterdir())


def test_a_journal_that_is_one_is_well(tmp_path: Path) -> None:
    Journal(tmp_path / "b.db").close()
    assert [finding.grade for finding in journal(tmp_path / "b.db", 1)] == [Grade.OK]


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("my homework")
    wrong = [finding.sentence for finding in journal(tmp_path / "b.db", 1) if finding.grade is Grade.WRONG]
    assert "not a Pinbridge journal" in wrong[0]


def test_a_folder_that_is_copied_about_is_told(tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    findings = list(journal(tmp_path / "OneDrive" / "b.db", 1))
    assert findings[0].grade is Grade.WRONG
    assert "OneDrive" in findings[0].sentence


def test_a_folder_that_cannot_be_written_is_told() -> None:
    (finding,) = journal(Path("/proc/self/b.db"), 1)
    assert finding.grade is Grade.WRONG
    assert "choose another folder" in finding.sentence
