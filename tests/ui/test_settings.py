"""What the window remembers: looks, and what was chosen for each board; never a token."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ui import settings as memory
from ui.colors import Theme
from ui.settings import Settings


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "window.json"
    kept = Settings(theme=Theme.DARK, span_s=60.0, clock=True, last_port="COM5")
    kept.remember(kept.baud_rates, "COM5", 9600)
    memory.save(kept, path)
    assert memory.load(path) == kept
    assert [entry.name for entry in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b'{"theme": "\xff"}', b'{"x":' + b"[" * 100_000, b'{"span_s": "ten"}', b"[]"]
)
def test_damaged_memory_costs_the_memory_alone(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(text)
    assert memory.load(path) == Settings()


def test_keys_of_a_newer_version_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"clock": true, "sparkles": 7}', encoding="utf-8")
    assert memory.load(path) == Settings(clock=True)


def test_nothing_to_write_to_is_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    memory.save(Settings(), file / "window.json")
    memory.save(Settings(), None)
    assert memory.load(None) == memory.load(tmp_path / "none.json") == Settings()


def test_the_board_that_was_used_longest_ago_is_forgotten_first() -> None:
    settings = Settings()
    for number in range(100):
        settings.remember(settings.baud_rates, f"COM{number}", 9600)
    settings.remember(settings.baud_rates, "COM0", 115200)
    settings.remember(settings.baud_rates, "COM100", 9600)
    assert len(settings.baud_rates) == 100
    assert settings.baud_rates["COM0"] == 115200
    assert "COM1" not in settings.baud_rates


def test_the_memory_lies_in_the_users_own_folder() -> None:
    path = memory.default_path()
    assert path.is_absolute()
    assert path.name == "window.json"
    assert "pinbridge" in os.fspath(path)
