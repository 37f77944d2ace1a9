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
from ui.boards.port_choice import PortChoice
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


def choose_board(stage: Stage) -> PortChoice:
    """Let the form's board be gone, and press the button that offers the ports."""
    gone = Message("port_not_found", port="/dev/ttyACM9")
    stage.bench.devices["board"].link = LinkStatus(LinkState.NO_SUCH_PORT, gone)
    stage.frames()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    return stage.dialog(PortChoice)


def test_another_board_of_the_form_is_connected_when_it_is_chosen_and_not_before(stage: Stage) -> None:
    stage.window.connection.close_bench_file()
    stage.window.connection.connect_bench()
    made = len(stage.made)
    stage.press("Esc", choose_board(stage))
    assert stage.window.connection.connected
    dialog = choose_board(stage)
    assert any("disconnected" in label.text() for label in dialog.findChildren(QLabel))
    stage.press("Space", dialog.buttons[1][0])
    stage.click(dialog.agree)
    assert stage.window.connection.connected
    assert len(stage.made) == made + 1
    assert device(stage).port == "/dev/ttyUSB0"
    assert stage.window.bar.form.port == "/dev/ttyUSB0"


def test_another_board_of_the_form_is_asked_for_a_token_of_its_own(form_stage: Stage) -> None:
    stage = form_stage
    dialog = choose_board(stage)
    stage.press("Space", dialog.buttons[1][0])
    stage.click(dialog.agree)
    assert not stage.window.connection.connected
    assert stage.window.bar.form.token_field.hasFocus()
    assert stage.window.notices.texts[0].startswith("Enter the device's auth token")


def test_choosing_another_board_loses_no_readings_without_a_question(form_stage: Stage) -> None:
    stage = form_stage
    unwritten = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))
    stage.bench.devices["board"].unwritten = unwritten
    for answer in ("Esc", "Tab"):
        dialog = choose_board(stage)
        stage.press("Space", dialog.buttons[1][0])
        stage.click(dialog.agree)
        assert stage.question().text().startswith("62 readings are not in the journal yet and would be lost.")
        assert stage.window.connection.connected
        if answer == "Esc":
            stage.press("Esc", stage.question())
            assert stage.window.connection.connected
    stage.agree()
    assert not stage.window.connection.connected


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
