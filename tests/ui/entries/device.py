"""Test rows for the entries of the Device menu."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QFileDialog

from tests.ui.browser import browser
from tests.ui.conftest import BENCH
from tests.ui.entries import Entries
from tests.ui.stage import Stage
from ui.console.sending.file_dialog import FileDialog
from ui.console.sending.macro_dialog import MacroDialog
from ui.lower_pane import REJECTED

ENTRIES = Entries()
entry = ENTRIES.row


@entry("Device / Record", "Ctrl+R")
def records(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    yield
    assert stage.bench.calls == [("record", "greenhouse", True), ("record", "greenhouse", False)]


@entry("Device / Release the port, or take it back", "Ctrl+U")
def releases_the_port_and_takes_it_back(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    yield
    assert stage.bench.calls == [("release_port", "greenhouse"), ("take_port", "greenhouse")]


@entry("Device / Send a line…", "Ctrl+L")
def lets_a_line_be_typed(stage: Stage) -> Iterator[None]:
    stage.window.lower_pane.show_page(REJECTED)
    stage.window.pane.plot.setFocus()
    yield
    assert stage.window.focusWidget() is stage.window.console.send_box.field
    assert stage.window.console.isVisible()


@entry("Device / Send a file line by line…")
def asks_for_a_file(stage: Stage) -> Iterator[None]:
    path = stage.folder / "g.txt"
    path.write_text("a\nb\n")
    stage.monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    yield
    stage.dialog(FileDialog).accept()
    assert stage.bench.calls == [("send", "greenhouse", "a", "\n")]


@entry("Device / Lines sent often / Keep the line in the send box")
def keeps_the_line(stage: Stage) -> Iterator[None]:
    stage.window.console.send_box.field.setText("led=1")
    yield
    assert [macro.line for macro in stage.settings.macros] == ["led=1"]


@entry("Device / Lines sent often / Edit…")
def edits_the_lines_sent_often(stage: Stage) -> Iterator[None]:
    yield
    dialog = stage.dialog(MacroDialog)
    dialog.new_button.click()
    dialog.line_field.insert("?")
    dialog.line_field.textEdited.emit("?")
    dialog.accept()
    assert [macro.line for macro in stage.settings.macros] == ["?"]


@entry("Device / Try the cloud now")
def tries_the_cloud(stage: Stage) -> Iterator[None]:
    yield
    assert stage.bench.calls == [("try_now", "greenhouse")]


@entry("Device / Open the cloud's web page")
def opens_the_page_of_the_cloud(stage: Stage) -> Iterator[None]:
    with browser() as shown:
        yield
        assert stage.window.notices.texts == []
        assert shown.opened == ["https://fra1.blynk.cloud"]


@entry("Device / Edit device…")
def opens_the_editor_at_the_device(stage: Stage) -> Iterator[None]:
    path = stage.folder / "lab.toml"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    stage.window.connection.connect_bench()
    stage.window.rail.step(1)
    stage.window.activateWindow()
    yield
    editor = stage.window.editing.editor
    assert editor
    assert editor.outline.node is editor.draft.devices[1]
    editor.close()


@entry("Device / Next device", "Ctrl+PgDown")
def looks_at_the_next_device(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.rail.chosen == "cellar"
    stage.window.device_actions.try_now()
    assert stage.bench.calls == [("try_now", "cellar")]
    yield
    assert stage.window.rail.chosen == "greenhouse"


@entry("Device / Previous device", "Ctrl+PgUp")
def looks_at_the_device_before(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.rail.chosen == "cellar"
    yield
    assert stage.window.rail.chosen == "greenhouse"


@entry("Device / Delete its data…")
def deletes_after_a_question(stage: Stage) -> Iterator[None]:
    yield
    stage.press("Return", stage.question())
    assert stage.bench.calls == []
    yield
    (delete,) = [button for button in stage.question().buttons() if button.text() == "Delete"]
    stage.click(delete)
    assert stage.bench.calls == [("delete_data", "greenhouse")]
