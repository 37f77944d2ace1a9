"""Fixes and changes of the form's board while it is connected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit

from app.bench.status import (
    LinkState,
    LinkStatus,
    UnwrittenReadings,
)
from app.config.bench_file import BenchConfig
from app.messages.message import Message
from tests.ui.fixing.test_fixing import UNREADABLE, by_mouse, device
from tests.ui.gestures import proves
from tests.ui.stage import Stage
from ui.dialogs.token_dialog import TokenDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def form_stage(stage: Stage) -> Stage:
    """The stage with a board that is connected from the form."""
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    form.server_box.setCurrentText("https://fra1.blynk.cloud")
    QTest.keyClicks(form.token_field, "first token")
    stage.window.connection.connect_bench()
    stage.frames()
    return stage


def line_of(box: QComboBox) -> QLineEdit:
    line = box.lineEdit()
    assert line is not None
    return line


def test_the_form_s_baud_rate_changes_on_return_and_not_on_each_key(form_stage: Stage) -> None:
    stage, box = form_stage, form_stage.window.bar.form.baud_box
    made = len(stage.made)
    line_of(box).selectAll()
    QTest.keyClicks(line_of(box), "57600")
    stage.press("Down", box)
    stage.press("Up", box)
    assert device(stage).baud_rate == 115200
    box.setCurrentText("57600")
    stage.press("Return", line_of(box))
    assert device(stage).baud_rate == 57600
    assert len(stage.made) == made
    assert stage.window.connection.connected
    assert stage.settings.baud_rates[device(stage).port] == 57600


@proves("LiveFields.eventFilter")
def test_what_was_not_used_is_dropped_when_the_focus_leaves_the_form(form_stage: Stage) -> None:
    stage, form = form_stage, form_stage.window.bar.form
    form.baud_box.setFocus()
    stage.press("Down", form.baud_box)
    assert form.baud_box.currentText() == "230400"
    form.server_box.setFocus()
    assert form.baud_box.currentText() == "115200"
    form.server_box.setCurrentText("lon1.blynk.cloud")
    form.token_field.setFocus()
    QTest.keyClicks(form.token_field, "for another server")
    assert form.server_box.currentText() == "lon1.blynk.cloud"
    stage.window.console.view.setFocus()
    assert form.server_box.currentText() == "https://fra1.blynk.cloud"
    # A token that was meant for one server must not be used for another.
    assert form.token_field.text() == ""


def test_a_cancelled_token_leaves_the_server_that_is_used(form_stage: Stage) -> None:
    stage, form = form_stage, form_stage.window.bar.form
    form.server_box.setCurrentText("https://iot.example.org")
    stage.press("Return", line_of(form.server_box))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    dialog.reject()
    assert form.server_box.currentText() == "https://fra1.blynk.cloud"
    assert device(stage).server == "https://fra1.blynk.cloud"


def test_an_entry_of_the_list_is_used_at_once(form_stage: Stage) -> None:
    stage, box = form_stage, form_stage.window.bar.form.baud_box
    box.showPopup()
    view = box.view()
    index = box.model().index(box.findText("9600"), 0)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    view.setCurrentIndex(index)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert device(stage).baud_rate == 9600


def test_the_form_s_server_and_token_change_while_connected(form_stage: Stage) -> None:
    stage, form = form_stage, form_stage.window.bar.form
    form.server_box.setCurrentText("lon1.blynk.cloud")
    stage.press("Return", line_of(form.server_box))
    assert device(stage).server == "https://lon1.blynk.cloud"
    assert form.server_box.currentText() == "https://lon1.blynk.cloud"
    QTest.keyClicks(form.token_field, "second token")
    stage.press("Return", form.token_field)
    assert stage.bench.tokens["board"] == "second token"
    assert form.token_field.text() == ""
    assert stage.window.connection.connected
    form.server_box.setCurrentText("")
    stage.press("Return", line_of(form.server_box))
    assert (device(stage).server, device(stage).auth_token) == ("", "")


def test_a_board_that_was_plotted_only_has_no_token_yet(form_stage: Stage) -> None:
    stage, form = form_stage, form_stage.window.bar.form
    form.server_box.setCurrentText("")
    stage.press("Return", form.server_box)
    form.server_box.setCurrentText("https://iot.example.org")
    stage.press("Return", form.server_box)
    dialog = stage.dialog(TokenDialog)
    assert [field.placeholderText() for field in dialog.fields.values()] == ["hidden"]
    assert [button.isEnabled() for button in dialog.tests.values()] == [False]
    assert not [label for label in dialog.findChildren(QLabel) if "PINBRIDGE_WINDOW" in label.text()]


def test_a_fix_shows_its_value_in_the_form(form_stage: Stage) -> None:
    stage = form_stage
    stage.bench.devices["board"].link = LinkStatus(LinkState.UNREADABLE, UNREADABLE)
    stage.frames()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[1])
    assert stage.window.bar.form.baud_box.currentText() == "9600"
    stage.window.connection.disconnect_bench()
    config: BenchConfig = stage.window.bar.form.config(stage.folder)
    assert config.device[0].baud_rate == 9600


def test_another_board_of_the_form_needs_a_connection_of_its_own(form_stage: Stage) -> None:
    stage = form_stage
    gone = Message("port_not_found", port="/dev/ttyACM9")
    stage.bench.devices["board"].link = LinkStatus(LinkState.NO_SUCH_PORT, gone)
    stage.frames()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    assert not stage.window.connection.connected
    box = stage.window.bar.form.port_box
    assert box.isEnabled()
    assert box.view().isVisible()
    box.hidePopup()


def test_choosing_another_board_loses_no_readings_without_a_question(form_stage: Stage) -> None:
    stage = form_stage
    board, box = stage.bench.devices["board"], stage.window.bar.form.port_box
    board.link = LinkStatus(LinkState.NO_SUCH_PORT, Message("port_not_found", port="/dev/ttyACM9"))
    board.unwritten = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))
    stage.frames()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    assert stage.question().text().startswith("62 readings are not in the journal yet and would be lost.")
    stage.press("Return", stage.question())
    assert stage.window.connection.connected
    assert not box.view().isVisible()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    stage.agree()
    assert not stage.window.connection.connected
    assert box.view().isVisible()
    box.hidePopup()


def test_a_board_whose_token_is_not_at_hand_is_plotted_with_one_click(stage: Stage) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    form.server_box.setCurrentText("https://fra1.blynk.cloud")
    stage.window.connection.connect_bench()
    assert not stage.window.connection.connected
    assert "leave the server empty" in stage.window.notices.texts[0]
    stage.click_notice("Plot only")
    assert stage.window.connection.connected
    assert stage.bench.config.device[0].server == ""
    assert (form.server_box.currentText(), stage.settings.last_server) == ("", "")
    assert stage.window.notices.texts == []


def test_a_button_of_an_old_message_changes_nothing_that_runs(form_stage: Stage) -> None:
    stage, made = form_stage, len(form_stage.made)
    stage.window.show_message(Message("token_not_given"))
    stage.click_notice("Plot only")
    assert (len(stage.made), device(stage).server) == (made, "https://fra1.blynk.cloud")
