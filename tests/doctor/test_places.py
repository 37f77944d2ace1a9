"""The doctor's checks of the journal's folder, which leave no file in it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.doctor.finding import Grade
from app.doctor.places import journal
from app.journal.journal import Journal
from tests.doctor.shown import shown


@pytest.mark.parametrize(
    ("free_mb", "check", "grade", "words"),
    [
        (199, "disk", Grade.WRONG, "199 MB free: make room, or readings cannot be kept."),
        (200, "disk", Grade.NOTE, "200 MB free, and the journal may grow to 2,000 MB."),
        (1999, "disk", Grade.NOTE, "1,999 MB free, and the journal may grow to 2,000 MB."),
        (2000, "journal", Grade.OK, "2,000 MB free, and the journal can be written."),
    ],
)
def test_the_free_room_is_graded(free_mb: int, check: str, grade: Grade, words: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "b.db"
    asked: list[Path] = []

    def free(folder: Path) -> int:
        asked.append(folder)
        return free_mb * 1_000_000

    assert [*map(shown, journal(path, 2000, free))] == [(check, grade, f"{path}: the disk has {words}")]
    assert asked == [tmp_path]
    assert not list(tmp_path.iterdir())


def test_a_byte_less_than_there_should_be_is_too_little(tmp_path: Path) -> None:
    (finding,) = journal(tmp_path / "b.db", 2000, lambda _: 199_999_999)
    assert (finding.check, finding.grade) == ("disk", Grade.WRONG)


def test_this_computer_s_disk_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=7_000_000))
    (finding,) = journal(tmp_path / "b.db", 2000)
    assert "has 7 MB free" in str(finding.message)


def test_a_good_journal_is_ok(tmp_path: Path) -> None:
    Journal(tmp_path / "b.db").close()
    assert [finding.grade for finding in journal(tmp_path / "b.db", 1, lambda _: 10**9)] == [Grade.OK]


def test_a_file_that_is_no_journal_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("my homework")
    wrong, _ = journal(tmp_path / "b.db", 1, lambda _: 10**9)
    assert (wrong.check, wrong.grade) == ("journal", Grade.WRONG)
    assert "not a Pinbridge journal" in str(wrong.message)


def test_whatever_keeps_a_run_from_making_the_journal_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "homework").write_text("my homework")
    (tmp_path / "Cargo-wal").write_text("my homework")
    for name, words in {
        "homework/b.db": "homework: the journal cannot be written here",
        "Cargo": "Cargo-wal is not part of this journal",
        "n" * 300: "File name too long",
    }.items():
        findings = [*journal(tmp_path / name, 1, lambda _: 10**9)]
        assert (findings[0].check, findings[0].grade) == ("journal", Grade.WRONG)
        assert words in str(findings[0].message)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_broken_link_or_a_circle_of_links_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "broken").symlink_to("nowhere")
    for name in ("circle", "broken", "circle/b.db", "broken/b.db"):
        finding = next(journal(tmp_path / name, 1, lambda _: 10**9))
        assert (finding.check, finding.grade) == ("journal", Grade.WRONG)


def test_a_synchronised_folder_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    wrong, _ = journal(tmp_path / "OneDrive" / "b.db", 1, lambda _: 10**9)
    assert (wrong.check, wrong.grade) == ("journal", Grade.WRONG)
    assert "OneDrive" in str(wrong.message)


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Mocked, because root may write to a folder whatever its permissions are.
    def refuse(*, dir: Path) -> None:  # noqa: A002 - the library's own word
        raise OSError(errno.EROFS, "Read-only file system", str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    words = "the journal cannot be written here (Read-only file system): choose another folder."
    told = ("journal", Grade.WRONG, f"{tmp_path}: {words}")
    assert [*map(shown, journal(tmp_path / "new" / "b.db", 1))] == [told]
    # On a drive that does not exist, even the topmost folder is missing.
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    told = ("journal", Grade.WRONG, f"{tmp_path.anchor}: {words}")
    assert [*map(shown, journal(tmp_path / "new" / "b.db", 1))] == [told]
