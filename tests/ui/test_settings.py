"""The settings that the window saves: language, looks, and the choices for each board, but never a token."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.ui.kept_settings import ROWS, Row
from tests.ui.stage import Stage
from ui import settings as memory
from ui.settings import Settings
from ui.theme.colors import Theme


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "window.json"
    kept = Settings(language="de", theme=Theme.DARK, span_s=60.0, clock=True, last_port="COM5")
    kept.remember(kept.baud_rates, "COM5", 9600)
    memory.save(kept, path)
    assert memory.load(path) == kept
    assert [entry.name for entry in path.parent.iterdir()] == ["window.json"]


def test_the_first_window_has_the_default_settings() -> None:
    first = Settings()
    assert (first.width, first.height) == (1280, 800)
    assert (first.theme, first.span_s, first.together, first.clock) == (Theme.SYSTEM, 10, False, False)
    assert (first.language, first.separator, first.decimal) == ("", "", "")
    assert (first.layout, first.times, first.file_kind) == ("wide", "local", "csv")
    assert (first.last_port, first.last_server) == ("", "")


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b'{"theme": "\xff"}', b'{"x":' + b"[" * 100_000, b'{"span_s": "ten"}', b"[]"]
)
def test_damaged_settings_are_replaced_by_the_defaults(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(text)
    assert memory.load(path) == Settings()


def test_keys_of_a_newer_version_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"clock": true, "sparkles": 7}', encoding="utf-8")
    assert memory.load(path) == Settings(clock=True)


@pytest.mark.parametrize("theme", ["system", "light", "dark", "high_contrast"])
def test_themes_are_kept_by_their_names(tmp_path: Path, theme: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(f'{{"clock": true, "theme": "{theme}"}}', encoding="utf-8")
    assert memory.load(path) == Settings(clock=True, theme=Theme(theme))


def test_settings_that_cannot_be_written_raise_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    memory.save(Settings(), file / "window.json")
    memory.save(Settings(), None)
    assert memory.load(tmp_path / "none.json") == Settings()


def test_a_full_disk_leaves_the_earlier_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a folder" / "in a folder" / "window.json"
    memory.save(Settings(last_port="COM5"), path)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write_half)
        memory.save(Settings(last_port="COM6"), path)
    assert memory.load(path) == Settings(last_port="COM5")


def test_the_board_that_was_used_longest_ago_is_forgotten_first() -> None:
    settings = Settings()
    for number in range(100):
        settings.remember(settings.baud_rates, f"COM{number}", 9600)
    settings.remember(settings.baud_rates, "COM0", 115200)
    settings.remember(settings.baud_rates, "COM100", 9600)
    assert len(settings.baud_rates) == 100
    assert settings.baud_rates["COM0"] == 115200
    assert "COM1" not in settings.baud_rates


def test_the_settings_are_in_the_user_s_own_folder() -> None:
    path = memory.default_path()
    assert path.is_absolute()
    assert path.name == "window.json"
    assert "pinbridge" in os.fspath(path)


def test_every_field_has_a_row() -> None:
    # The looks of curves are those of a journal, which `datastreams/test_legend` restarts.
    fields = [field for row in ROWS for field in row.kept]
    assert sorted([*fields, "looks"]) == sorted(field.name for field in msgspec.structs.fields(Settings))


@pytest.mark.parametrize("row", ROWS, ids=["-".join(row.kept) for row in ROWS])
def test_what_the_user_sets_is_there_after_a_restart(
    stage: Stage, reopened: Callable[[], Stage], row: Row
) -> None:
    for field, value in row.kept.items():
        assert getattr(Settings(), field) != value, field
    row.sets(stage)
    stage.window.close()
    saved = memory.load(stage.settings_path)
    assert {field: getattr(saved, field) for field in row.kept} == row.kept
    assert row.seen(reopened()) == row.as_what
