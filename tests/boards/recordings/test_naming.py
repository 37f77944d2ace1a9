"""A run gets a name that is safe on all systems, and never that of another file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.recordings.format import RecordingError
from app.boards.recordings.naming import rename, safe_name
from app.config.addresses import is_device


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Lüfter an", "Lüfter an"),
        ("温度 2", "温度 2"),
        ("a/b\\c:d", "a-b-c-d"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("con", "run con"),
        (" .hidden. ", "hidden"),
        ("line\nbreak", "line-break"),
        ("", ""),
        (" ... ", ""),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_every_name_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & set('<>:"/\\|?*\n\0')
    assert len(safe.encode()) <= 204
    assert not is_device(safe) or not safe
    assert safe == safe.strip(" .")


def test_the_file_gets_the_name_and_keeps_its_folder_and_suffix(tmp_path: Path) -> None:
    path = tmp_path / "a.pbrec"
    path.write_bytes(b"run")
    new = rename(path, "with fan")
    assert new == tmp_path / "with fan.pbrec"
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"run"]
    assert rename(new, "with fan.pbrec") == new


def test_no_other_file_is_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "a.pbrec", tmp_path / "b.pbrec"
    path.write_bytes(b"run")
    other.write_bytes(b"another")
    with pytest.raises(RecordingError, match="is there already"):
        rename(path, "b")
    assert (path.read_bytes(), other.read_bytes()) == (b"run", b"another")


def test_a_file_that_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be renamed"):
        rename(tmp_path / "a.pbrec", "b")
    assert list(tmp_path.iterdir()) == []


def test_a_name_without_a_letter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="needs a name"):
        rename(tmp_path / "a.pbrec", " . ")
