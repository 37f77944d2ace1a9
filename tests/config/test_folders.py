"""Data, settings and logs are in the system's folders for the user, or beside a portable program."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from app.config import folders


@pytest.fixture(autouse=True)
def _a_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system's folders for this user be `/home/pupil/data`, `.../config` and `.../log`."""
    for kind in ("data", "config", "log"):

        def place(name: str, *, appauthor: bool, kind: str = kind) -> str:
            assert not appauthor
            return f"/home/pupil/{kind}/{name}"

        monkeypatch.setattr(platformdirs, f"user_{kind}_dir", place)


def places() -> list[Path]:
    return [folders.data_folder(), folders.settings_folder(), folders.log_folder()]


HOME = [Path("/home/pupil") / kind / "pinbridge" for kind in ("data", "config", "log")]


def test_a_program_from_its_source_uses_the_systems_folders(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / folders.PORTABLE_MARK).touch()
    assert places() == HOME


def test_a_frozen_program_is_portable_only_with_the_file_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "pinbridge.exe"))
    assert places() == HOME
    (tmp_path / "portable.txt").touch()
    assert places() == [tmp_path / "data", tmp_path / "data", tmp_path / "data" / "logs"]
