"""The user's folders: the system's own, or beside a portable program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from app import folders


def test_a_program_from_its_source_uses_the_systems_folders() -> None:
    assert folders.data_folder() == Path(platformdirs.user_data_dir("pinbridge", appauthor=False))
    assert folders.settings_folder() == Path(platformdirs.user_config_dir("pinbridge", appauthor=False))
    assert folders.log_folder() == Path(platformdirs.user_log_dir("pinbridge", appauthor=False))


@pytest.mark.parametrize("folder", [folders.data_folder, folders.settings_folder, folders.log_folder])
def test_a_frozen_program_is_portable_by_the_file_beside_it_alone(
    folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "pinbridge.exe"))
    assert tmp_path not in folder().parents
    (tmp_path / folders.PORTABLE_MARK).touch()
    assert tmp_path / "data" in (folder(), folder().parent)
