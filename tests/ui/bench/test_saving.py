"""What is saved, what is asked before something is lost, and how the running bench follows."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMessageBox, QPushButton

from app.bench.bench import BenchError
from app.bench.status import LinkState, LinkStatus
from app.config.loading import load
from app.messages.message import Message
from tests.ui.bench.desk import FILE, Desk
from tests.ui.fake_bench import FakeBench, play
from ui.dialogs.token_dialog import TokenDialog

GREENHOUSE, CELLAR = 2, 3


def rename_the_bench(desk: Desk, name: str = "Lab 7") -> None:
    desk.edit()
    desk.choose(0)
    desk.type("name", name)


def press_in(box: QMessageBox, name: str) -> None:
    (button,) = [b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == name]
    button.click()


def test_a_file_that_another_program_changed_is_noticed_and_can_be_reloaded(desk: Desk) -> None:
    rename_the_bench(desk)
    desk.path.write_text(FILE.replace("COM7", "COM8"), encoding="utf-8")
    desk.press("Save")
    assert desk.said.startswith(f"Another program has changed {desk.path}")
    assert load(desk.path).bench.name == "Bench 1"
    desk.press("Reload")
    assert not desk.editor.draft.is_changed
    assert desk.editor.draft.devices[1].get("port") == "COM8"
    desk.press("Use the file")
    assert desk.window.connection.config == desk.loaded
    desk.choose(0)
    desk.type("name", "Lab 8")
    assert desk.save().device[1].port == "COM8"


def test_a_file_that_cannot_be_reloaded_says_why_and_can_be_overwritten(desk: Desk) -> None:
    rename_the_bench(desk)
    desk.path.write_text(f"{FILE}\n[[[", encoding="utf-8")
    desk.press("Save")
    desk.press("Reload")
    assert desk.said.startswith(f"{desk.path}: is not TOML")
    assert desk.editor.draft.is_changed
    desk.press("Overwrite")
    assert load(desk.path).bench.name == "Lab 7"


@pytest.mark.parametrize("is_changed_outside", [False, True])
def test_a_fix_beside_the_editor_is_no_change_of_another_program(
    desk: Desk, is_changed_outside: bool
) -> None:
    desk.connect()
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "glass house")
    if is_changed_outside:
        desk.path.write_text(FILE.replace("COM7", "COM8"), encoding="utf-8")
    unreadable = Message("bytes_unreadable", port="COM5", baud_rate=115200)
    desk.stage.device.link = LinkStatus(LinkState.UNREADABLE, unreadable)
    desk.stage.frames()
    desk.stage.click(desk.window.pane.empty.fixes.buttons[1])
    desk.editor.focused.emit()
    assert desk.said.startswith("Another program has changed") == is_changed_outside
    assert desk.loaded.device[1].port == ("COM8" if is_changed_outside else "COM7")
    assert desk.loaded.device[0].baud_rate == 9600
    if not is_changed_outside:
        assert desk.said == ""
        box = desk.binding("baud_rate").field.focus
        assert isinstance(box, QComboBox)
        assert box.currentText() == "9600"
        saved = desk.save().device[0]
        assert (saved.name, saved.baud_rate) == ("glass house", 9600)


@pytest.mark.long
def test_it_is_noticed_when_the_editor_becomes_active(desk: Desk) -> None:
    editor = desk.edit()
    desk.path.write_text(FILE.replace("COM7", "COM8"), encoding="utf-8")
    editor.focused.emit()
    assert desk.said.startswith("Another program has changed")
    desk.path.unlink()
    desk.press("Reload")
    assert desk.said.startswith(f"{desk.path} is not there any more")
    desk.press("Save it again")
    assert desk.path.read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("is_saved_before", [False, True])
def test_a_file_that_was_deleted_outside_is_saved_again_although_nothing_is_unsaved(
    desk: Desk, is_saved_before: bool
) -> None:
    desk.edit()
    text = FILE
    if is_saved_before:
        rename_the_bench(desk)
        desk.save()
        text = FILE.replace("Bench 1", "Lab 7")
    desk.path.unlink()
    assert not desk.button("Save").isEnabled()
    desk.editor.focused.emit()
    assert desk.said == f"{desk.path} is not there any more: it was deleted, moved or renamed."
    desk.press("Save it again")
    assert desk.path.read_text(encoding="utf-8") == text
    assert desk.said == "Saved."
    desk.editor.focused.emit()
    assert desk.said == "Saved."


def test_a_deleted_file_is_put_back_without_the_changes_that_are_not_saved(desk: Desk) -> None:
    rename_the_bench(desk)
    desk.path.unlink()
    desk.editor.focused.emit()
    desk.press("Save it again")
    assert desk.path.read_text(encoding="utf-8") == FILE
    assert desk.editor.draft.is_changed
    desk.save()
    assert desk.loaded.bench.name == "Lab 7"


def test_a_file_that_cannot_be_saved_again_says_why(desk: Desk) -> None:
    editor = desk.edit()
    desk.path.unlink()
    editor.focused.emit()
    desk.path.mkdir()
    desk.press("Save it again")
    assert "cannot be saved" in desk.said
    desk.path.rmdir()
    desk.press("Save it again")
    assert desk.path.read_text(encoding="utf-8") == FILE


def test_it_can_be_overwritten_and_its_content_is_kept(desk: Desk) -> None:
    rename_the_bench(desk)
    other = FILE.replace("COM7", "COM8")
    desk.path.write_text(other, encoding="utf-8")
    desk.press("Save")
    desk.press("Overwrite")
    assert (desk.loaded.bench.name, desk.loaded.device[1].port) == ("Lab 7", "COM7")
    assert desk.path.with_name("lab.toml.previous").read_text(encoding="utf-8") == other
    assert desk.said == "Saved. It takes effect at the next Connect."


@pytest.mark.long
def test_an_editor_of_a_changed_file_offers_its_contents_to_the_window(desk: Desk) -> None:
    desk.connect()
    desk.path.write_text(FILE.replace("COM7", "COM8"), encoding="utf-8")
    desk.edit()
    assert desk.said == f"The window has older contents of {desk.path} than the file."
    desk.press("Use the file")
    assert desk.stage.bench.config.device[1].port == "COM8"


@pytest.mark.long
def test_a_file_that_cannot_be_written_is_said_and_nothing_is_lost(desk: Desk) -> None:
    rename_the_bench(desk)
    folder = desk.path.parent
    desk.path.unlink()
    desk.path.mkdir()
    desk.press("Save")
    assert desk.said.startswith(f"{desk.path}: ")
    assert desk.editor.draft.bench.get("name") == "Lab 7"
    desk.path.rmdir()
    assert desk.save().bench.name == "Lab 7"
    assert folder.exists()


@pytest.mark.long
def test_a_file_that_cannot_be_read_is_not_edited(desk: Desk) -> None:
    desk.path.write_text("nonsense", encoding="utf-8")
    desk.stage.press("Ctrl+E", desk.window)
    assert desk.window.editing.editor is None
    assert "is not TOML" in desk.window.notices.texts[0]


@pytest.mark.long
def test_a_renamed_device_is_followed_by_the_window_and_keeps_its_readings(desk: Desk) -> None:
    desk.connect()
    device = desk.stage.device
    play(device, desk.stage.clock.now_s - 2, desk.stage.clock.now_s)
    desk.stage.frames()
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "roof")
    config = desk.save()
    assert desk.stage.bench.calls[-1] == ("reconfigure", config, {}, {"roof": "greenhouse"})
    assert desk.window.rail.chosen == "roof"
    desk.stage.frames()
    assert desk.window.left.rows.rowCount() == 4
    desk.choose(GREENHOUSE)
    assert desk.editor.outline.node.get("name") == "roof"


def test_a_bench_that_cannot_follow_says_why_and_follows_the_next_change(desk: Desk) -> None:
    desk.connect()
    desk.stage.bench.trouble = "the journal is elsewhere"
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "roof")
    desk.press("Save")
    assert desk.said == "Saved. It takes effect at the next Connect, because: the journal is elsewhere"
    assert desk.loaded.device[0].name == "roof"
    desk.stage.bench.trouble = ""
    desk.type("name", "attic")
    config = desk.save()
    assert desk.stage.bench.calls == [("reconfigure", config, {}, {"attic": "greenhouse"})]
    desk.stage.bench.trouble = "no"
    desk.type("name", "tower")
    desk.press("Save")
    desk.window.connection.disconnect_bench()
    desk.stage.keyring.held["tower"] = "a token"
    desk.connect()
    assert [device.name for device in desk.stage.bench.config.device] == ["tower", "cellar"]
    desk.type("name", "hut")
    config = desk.save()
    assert desk.stage.bench.calls == [("reconfigure", config, {}, {"hut": "tower"})]


def test_a_missing_token_is_asked_for(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    desk.choose(CELLAR)
    desk.pick("server", "https://lon1.blynk.cloud")
    desk.press("Save")
    dialog = desk.stage.dialog(TokenDialog)
    QTest.keyClicks(dialog.fields["cellar"], "a new token")
    dialog.agree.click()
    _, (_, _, tokens, _) = desk.stage.bench.calls
    assert tokens == {"cellar": "a new token"}
    assert desk.stage.keyring.held["cellar"] == "a new token"
    assert "a new token" not in desk.path.read_text(encoding="utf-8")
    assert desk.said == "Saved, and in effect now."


def test_a_token_that_is_typed_after_disconnecting_takes_effect_at_the_next_connect(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    desk.choose(CELLAR)
    desk.pick("server", "https://lon1.blynk.cloud")
    desk.press("Save")
    dialog = desk.stage.dialog(TokenDialog)
    QTest.keyClicks(dialog.fields["cellar"], "a new token")
    desk.window.connection.disconnect_bench()
    dialog.agree.click()
    assert len(desk.stage.bench.calls) == 1
    assert desk.said == "Saved. It takes effect at the next Connect."


@pytest.mark.long
def test_a_typed_token_does_not_go_to_another_server(desk: Desk) -> None:
    prompts = desk.window.prompts
    greenhouse = desk.loaded.device[0]
    prompts.type_in(greenhouse, "a typed token")
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "roof")
    desk.press("Save")
    assert prompts.typed == {"roof": "a typed token"}
    desk.type("server", "https://example.com")
    desk.press("Save")
    assert prompts.typed == {}


def test_closing_asks_before_changes_are_lost(desk: Desk) -> None:
    rename_the_bench(desk)
    desk.press("Close")
    (box,) = [b for b in desk.editor.findChildren(QMessageBox) if b.isVisible()]
    press_in(box, "Cancel")
    assert desk.editor.draft.bench.get("name") == "Lab 7"
    desk.stage.press("Esc", desk.editor)
    (box,) = [b for b in desk.editor.findChildren(QMessageBox) if b.isVisible()]
    press_in(box, "Discard")
    assert desk.window.editing.editor is None
    assert desk.loaded.bench.name == "Bench 1"


@pytest.mark.long
def test_another_file_in_the_window_does_not_lose_the_changes_of_this_one(desk: Desk) -> None:
    rename_the_bench(desk)
    other = desk.path.with_name("other.toml")
    other.write_text(FILE.replace("Bench 1", "Other"), encoding="utf-8")
    desk.window.connection.open_file(other)
    assert desk.editor.draft.bench.get("name") == "Lab 7"
    desk.edit()
    assert desk.said == f"This is still the file {desk.path}, which has unsaved changes."
    desk.press("Save")
    assert desk.said == "Saved."
    assert desk.loaded.bench.name == "Lab 7"
    assert desk.window.windowTitle() == "Other – Pinbridge"
    desk.window.connection.open_file(desk.path)
    assert desk.window.editing.editor is None


@pytest.mark.long
def test_a_bench_without_a_file_is_changed_as_long_as_it_runs(desk: Desk) -> None:
    desk.window.connection.open_bench(desk.loaded, "")
    desk.connect()
    desk.edit()
    desk.choose(0)
    desk.type("name", "Demo 2")
    desk.press("Save")
    ((_, config, _, _),) = desk.stage.bench.calls
    assert isinstance(desk.stage.bench, FakeBench)
    assert desk.window.connection.config == config
    assert desk.window.windowTitle() == "Demo 2 – Pinbridge"
    desk.press("Close")
    desk.stage.bench.trouble = str(BenchError("verbatim", text="no"))
    assert desk.window.editing.editor is None


@pytest.mark.long
def test_the_window_asks_before_it_closes_over_unsaved_changes(desk: Desk) -> None:
    rename_the_bench(desk)
    desk.window.ask_to_close()
    (box,) = [b for b in desk.editor.findChildren(QMessageBox) if b.isVisible()]
    press_in(box, "Cancel")
    assert desk.window.isVisible()
    desk.window.ask_to_close()
    (box,) = [b for b in desk.editor.findChildren(QMessageBox) if b.isVisible()]
    press_in(box, "Discard")
    assert not desk.window.isVisible()
    assert desk.loaded.bench.name == "Bench 1"


@pytest.mark.long
def test_a_demo_is_changed_until_it_is_disconnected(desk: Desk) -> None:
    window = desk.window
    window.connection.start_demo()
    desk.edit()
    desk.choose(0)
    desk.type("name", "My demo")
    desk.press("Save")
    assert window.connection.config
    assert window.connection.config.bench.name == "My demo"
    window.connection.disconnect_bench()
    desk.type("name", "Our demo")
    desk.press("Save")
    assert desk.said.startswith("Connect the demo first")
    window.editing.close()
    window.editing.edit()
    assert window.editing.editor is None
    assert window.notices.texts[0].startswith("Connect the demo first")
    window.connection.connect_bench()
    assert window.connection.demo
    assert window.connection.config == window.connection.demo.config
    assert window.windowTitle() == "Bench 1 – Pinbridge"
