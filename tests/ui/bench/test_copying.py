"""What the editor has is saved to another file, if its own cannot be written or the user wants that."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config.loading import load
from tests.ui.bench.desk import FILE, Desk
from ui.boards.recent import shown

GREENHOUSE, CELLAR = 2, 3


def rename(desk: Desk, name: str = "roof") -> None:
    desk.edit()
    desk.choose(CELLAR)
    desk.type("name", name)


def make_unwritable(desk: Desk) -> None:
    """A folder in place of the file: also the superuser cannot write it."""
    desk.path.unlink()
    desk.path.mkdir()


@pytest.mark.parametrize("is_connected", [True, False])
def test_a_file_that_cannot_be_written_is_saved_as_another_one(desk: Desk, is_connected: bool) -> None:
    if is_connected:
        desk.connect()
    rename(desk)
    make_unwritable(desk)
    desk.press("Save")
    assert "save under another name" in desk.said
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.press("Save as…")
    assert [device.name for device in load(other).device] == ["greenhouse", "roof"]
    assert "# at the window" in other.read_text(encoding="utf-8")
    in_effect = "Saved, and in effect now." if is_connected else "Saved. It takes effect at the next Connect."
    assert desk.said == f"The bench file is {other}, and it is open now. {in_effect}"
    assert not desk.editor.draft.is_changed
    assert desk.editor.windowTitle() == "Edit other.toml"
    assert desk.window.connection.source == str(other)
    assert desk.window.connection.config == load(other)
    assert shown(desk.stage.settings.recent[0]).name == "other.toml"
    if is_connected:
        assert desk.stage.bench.calls == [("reconfigure", load(other), {}, {"roof": "cellar"})]
    desk.type("name", "attic")
    desk.press("Save")
    assert load(other).device[1].name == "attic"


def test_the_menu_s_entry_saves_what_the_editor_has(desk: Desk) -> None:
    rename(desk)
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.window.editing.save_as()
    assert load(other).device[1].name == "roof"
    assert desk.path.read_text(encoding="utf-8") == FILE
    assert desk.window.connection.source == str(other)
    desk.choose(CELLAR)
    desk.type("name", "attic")
    desk.press("Save")
    assert (load(other).device[1].name, desk.path.read_text(encoding="utf-8")) == ("attic", FILE)


def test_a_copy_in_another_folder_has_the_same_journal(desk: Desk) -> None:
    rename(desk)
    folder = desk.path.with_name("elsewhere")
    folder.mkdir()
    desk.stage.answers_with(folder / "other.toml")
    desk.window.editing.save_as()
    assert load(folder / "other.toml").bench.journal == desk.loaded.bench.journal
    assert not desk.editor.draft.is_changed


def test_a_journal_beside_the_file_stays_relative_in_its_folder(desk: Desk) -> None:
    rename(desk)
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.window.editing.save_as()
    assert 'journal = "bench-1.db"' in other.read_text(encoding="utf-8")


def test_what_is_wrong_is_not_saved_elsewhere(desk: Desk) -> None:
    rename(desk, "greenhouse")
    asked = desk.stage.answers_with(desk.path.with_name("other.toml"))
    desk.window.editing.save_as()
    assert asked == []
    assert desk.said == "This cannot be saved yet: what is wrong is listed below."


def test_a_copy_that_is_cancelled_or_cannot_be_written_loses_nothing(desk: Desk) -> None:
    rename(desk)
    desk.stage.answers_with("")
    desk.window.editing.save_as()
    assert desk.said == ""
    desk.stage.answers_with(desk.path.with_name("missing") / "other.toml")
    desk.window.editing.save_as()
    assert "cannot be saved" in desk.said
    assert desk.editor.draft.devices[1].get("name") == "roof"
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.press("Save as…")
    assert load(other).device[1].name == "roof"


def test_an_editor_without_changes_follows_to_no_file_that_it_does_not_edit(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.window.editing.save_as()
    assert desk.window.editing.editor is None
    desk.edit()
    assert desk.editor.windowTitle() == "Edit other.toml"


def test_an_editor_of_another_file_than_the_window_s_saves_its_own_copy(desk: Desk) -> None:
    rename(desk)
    second = desk.path.with_name("second.toml")
    second.write_text(FILE.replace("Bench 1", "Second"), encoding="utf-8")
    desk.window.connection.open_file(second)
    make_unwritable(desk)
    desk.press("Save")
    other: Path = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.press("Save as…")
    assert desk.said == f"Saved to {other}."
    assert load(other).device[1].name == "roof"
    assert desk.window.connection.source == str(second)
    third = desk.path.with_name("third.toml")
    desk.stage.answers_with(third)
    desk.window.editing.save_as()
    assert load(third).bench.name == "Second"


def test_a_demo_s_changes_become_a_bench_file(desk: Desk) -> None:
    desk.window.connection.start_demo()
    desk.edit()
    desk.choose(0)
    desk.type("name", "My demo")
    other = desk.path.with_name("other.toml")
    desk.stage.answers_with(other)
    desk.window.editing.save_as()
    assert load(other).bench.name == "My demo"
