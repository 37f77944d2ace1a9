"""The buttons of fixes in the window, pressed by mouse and keyboard: what they change and report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.bench.status import (
    BaudSearchStatus,
    CloudState,
    CloudStatus,
    LinkState,
    LinkStatus,
    RefusedReading,
    SearchState,
)
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message, verbatim
from tests.ui.browser import browser
from tests.ui.conftest import BENCH
from tests.ui.fake_bench import PORTS
from tests.ui.stage import Answer, Stage
from ui.boards.port_choice import PortChoice
from ui.dialogs.server_dialog import ServerDialog
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_test import TokenTestDialog
from ui.lower_pane import CLOUD, CONSOLE, REJECTED

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
UNREADABLE = Message("bytes_unreadable", port="/dev/ttyACM0", baud_rate=115200)


@pytest.fixture(autouse=True)
def bench_file(stage: Stage) -> Path:
    """The file of the bench that is connected."""
    path = stage.folder / "bench.pinbridge"
    path.write_bytes(BENCH)
    stage.window.connection.source = str(path)
    return path


def device(stage: Stage) -> DeviceConfig:
    return stage.bench.config.device[0]


def port_says(stage: Stage, message: Message, state: LinkState = LinkState.UNREADABLE) -> None:
    stage.device.link = LinkStatus(state, message)
    stage.frames()


def cloud_says(stage: Stage, message: Message, state: CloudState = CloudState.WAITING) -> None:
    stage.device.cloud = CloudStatus(state, message)
    stage.frames()


def told(stage: Stage) -> str:
    stage.frames()
    return stage.window.notices.lines[0]


def by_mouse(stage: Stage, button: QToolButton) -> None:
    stage.click(button)


def by_keyboard(stage: Stage, button: QToolButton) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.hasFocus()
    stage.press("Space", button)


Press = Callable[[Stage, QToolButton], None]
PRESSES = pytest.mark.parametrize("press", [by_mouse, pytest.param(by_keyboard, marks=pytest.mark.long)])


def named(stage: Stage, word: str) -> QToolButton:
    """The visible button of the notices' line with this label."""
    line = stage.window.notices
    (button,) = [b for b in (*line.fixes, line.also, line.button) if b.isVisible() and b.text() == word]
    return button


@pytest.mark.parametrize("press", [by_mouse, by_keyboard])
def test_another_baud_rate_is_tried_and_undone(stage: Stage, press: Press) -> None:
    port_says(stage, UNREADABLE)
    press(stage, named(stage, "Try 9600"))
    assert device(stage).baud_rate == 9600
    assert stage.window.connection.config == stage.bench.config
    assert told(stage) == "greenhouse: The baud rate is 9600 now."
    press(stage, named(stage, "Undo"))
    assert device(stage).baud_rate == 115200
    assert told(stage) == "greenhouse: Undone."
    assert not stage.window.notices.also.isVisible() or stage.window.notices.also.text() != "Undo"


@PRESSES
def test_the_baud_rate_is_found_with_progress(stage: Stage, press: Press) -> None:
    port_says(stage, UNREADABLE)
    press(stage, named(stage, "Find the baud rate"))
    port_says(stage, verbatim("The search listens."), LinkState.OPEN)
    assert "The search listens." in stage.window.notices.texts
    stage.device.search = BaudSearchStatus(SearchState.FOUND, 57600, 4, 17)
    assert told(stage) == "greenhouse: The baud rate is 57600 now."
    assert device(stage).baud_rate == 57600
    calls = len(stage.bench.calls)
    stage.frames()
    assert len(stage.bench.calls) == calls


ENDS = {
    SearchState.NOT_FOUND: "greenhouse: No baud rate gave lines, so 115200 is set again: "
    "does the sketch print all the time?",
    SearchState.CANCELLED: "greenhouse: The search for the baud rate has ended; 115200 is set.",
    SearchState.FOUND: "greenhouse: Lines come in at 115200: this baud rate is right.",
}


@pytest.mark.parametrize("state", ENDS)
def test_the_end_of_a_search_is_reported(stage: Stage, state: SearchState) -> None:
    port_says(stage, UNREADABLE)
    by_mouse(stage, named(stage, "Find the baud rate"))
    stage.device.search = BaudSearchStatus(state, 115200, 17, 17)
    assert told(stage) == ENDS[state]
    assert device(stage).baud_rate == 115200


def test_a_search_that_another_window_has_begun_is_ended_too(stage: Stage) -> None:
    stage.device.search = BaudSearchStatus(SearchState.LISTENING, 9600, 2, 17)
    port_says(stage, verbatim("The search listens."), LinkState.OPEN)
    assert "The search listens." in stage.window.notices.texts
    stage.device.search = BaudSearchStatus(SearchState.FOUND, 9600, 2, 17)
    assert told(stage) == "greenhouse: The baud rate is 9600 now."


def test_a_search_can_be_cancelled(stage: Stage) -> None:
    port_says(stage, UNREADABLE)
    by_mouse(stage, named(stage, "Find the baud rate"))
    port_says(stage, verbatim("The search listens."), LinkState.OPEN)
    stage.click_notice("Cancel")
    assert stage.bench.calls[-1] == ("find_baud_rate", "greenhouse", False)
    assert told(stage) == ENDS[SearchState.CANCELLED]


def test_a_search_at_a_closed_port_is_refused(stage: Stage) -> None:
    port_says(stage, UNREADABLE, LinkState.NO_SUCH_PORT)
    by_mouse(stage, named(stage, "Find the baud rate"))
    assert told(stage) == "greenhouse: The port is not open, so no baud rate can be tried."


def test_a_change_that_the_bench_refuses_is_reported_and_not_shown(stage: Stage) -> None:
    port_says(stage, UNREADABLE)
    stage.bench.trouble = "It does not work."
    by_mouse(stage, named(stage, "Try 9600"))
    assert told(stage) == "It does not work."
    assert stage.window.connection.config == stage.config


@PRESSES
def test_a_token_can_be_changed_while_the_board_runs(stage: Stage, press: Press) -> None:
    cloud_says(stage, Message("cloud_invalid_token"), CloudState.PAUSED)
    press(stage, named(stage, "Change token…"))
    dialog = stage.dialog(TokenDialog)
    assert list(dialog.fields) == ["greenhouse"]
    QTest.keyClicks(dialog.fields["greenhouse"], "another token")
    stage.press("Return", dialog.fields["greenhouse"])
    assert stage.bench.tokens["greenhouse"] == "another token"
    assert stage.keyring.held["greenhouse"] == "another token"
    assert told(stage) == "greenhouse: The new token is used now."


def test_the_region_that_takes_the_token_is_used(stage: Stage) -> None:
    london = "https://lon1.blynk.cloud"
    cloud_says(stage, Message("cloud_invalid_token"), CloudState.PAUSED)
    stage.keyring.answer = Answer(False, verbatim("Elsewhere."), london)
    by_mouse(stage, named(stage, "Choose the region…"))
    dialog = stage.dialog(TokenTestDialog)
    stage.wait_until(dialog.agree.isVisible)
    stage.click(dialog.agree)
    assert device(stage).server == london
    assert told(stage) == f"greenhouse: Readings go to {london} now."
    stage.click_notice("Undo")
    assert device(stage).server == stage.config.device[0].server


def test_another_server_can_be_chosen_and_gets_a_token_of_its_own(stage: Stage) -> None:
    cloud_says(stage, Message("cloud_points_elsewhere"), CloudState.PAUSED)
    by_mouse(stage, named(stage, "Change server…"))
    dialog = stage.dialog(ServerDialog)
    QTest.keyClicks(dialog.field, "iot.example.org/")
    stage.press("Return", dialog.field)
    tokens = stage.dialog(TokenDialog)
    QTest.keyClicks(tokens.fields["greenhouse"], "its token")
    stage.click(tokens.agree)
    assert device(stage).server == "https://iot.example.org"
    assert stage.bench.tokens["greenhouse"] == "its token"


def test_a_server_that_is_not_allowed_is_refused_in_words(stage: Stage) -> None:
    cloud_says(stage, Message("cloud_points_elsewhere"), CloudState.PAUSED)
    by_mouse(stage, named(stage, "Change server…"))
    dialog = stage.dialog(ServerDialog)
    QTest.keyClicks(dialog.field, "http://iot.example.org")
    stage.press("Return", dialog.field)
    assert dialog.isVisible()
    assert "https" in dialog.problem.text()
    assert device(stage) == stage.config.device[0]


def test_only_the_latest_are_sent(stage: Stage) -> None:
    advice = Message("advice_latest")
    stage.device.cloud = CloudStatus(
        CloudState.SENDING,
        verbatim("Sending."),
        warnings=(Message("overload", comes=9.0, may=1.0, advice=advice),),
    )
    stage.frames()
    by_mouse(stage, named(stage, "Send only the latest"))
    assert (device(stage).forward, device(stage).interval_s) == (Forward.LATEST, 1.0)
    assert told(stage) == "greenhouse: Only the latest readings are sent now, every 1 s."


def test_held_readings_are_sent_here_or_discarded_after_a_question(stage: Stage) -> None:
    stage.device.held = 5
    stage.frames()
    for word, call in (("Send here", "send_here"), ("Discard…", "discard")):
        stage.device.held = 5
        stage.window.notices.dismiss()
        stage.frames()
        by_mouse(stage, named(stage, word))
        stage.agree()
        assert stage.bench.calls[-1] == (call, "greenhouse")


@PRESSES
def test_refused_readings_of_the_sentence_are_discarded_after_a_question(stage: Stage, press: Press) -> None:
    wrong_pin = Message("refused_wrong_pin", words="Wrong pin format.")
    no_datastream = Message("refused_pin_without_datastream", words="No datastream.")
    stage.device.refused = [
        *(RefusedReading(7, "v300", 1.5, 0, wrong_pin), RefusedReading(8, "v300", 1.5, 0, wrong_pin)),
        RefusedReading(9, "v1", 1.5, 0, no_datastream),
    ]
    stage.frames()
    stage.click(stage.window.notices.more)
    (button,) = [b for row in stage.window.notices.popup.rows for b in row.buttons if b.text() == "Discard…"]
    press(stage, button)
    assert "2 readings of greenhouse" in stage.question().text()
    stage.agree()
    stage.wait_until(lambda: bool(stage.bench.calls))
    assert stage.bench.calls == [("discard_refused", "greenhouse", "v300", None)]


def test_a_fix_acts_on_the_board_of_its_notice(stage: Stage) -> None:
    stage.bench.devices["cellar"].link = LinkStatus(LinkState.UNREADABLE, UNREADABLE)
    stage.frames()
    by_mouse(stage, named(stage, "Try 9600"))
    assert [d.baud_rate for d in stage.bench.config.device] == [115200, 9600]
    assert stage.window.rail.chosen == "greenhouse"


def test_the_empty_plot_has_the_buttons_of_its_sentence(stage: Stage) -> None:
    stage.press("Ctrl+PgDown")
    stage.bench.devices["cellar"].link = LinkStatus(LinkState.UNREADABLE, UNREADABLE)
    stage.frames()
    fixes = stage.window.pane.empty.fixes
    assert [b.text() for b in fixes.buttons if b.isVisible()] == ["Find the baud rate", "Try 9600"]
    by_keyboard(stage, fixes.buttons[1])
    assert stage.bench.config.device[1].baud_rate == 9600


def test_a_free_port_is_chosen_from_the_list(stage: Stage) -> None:
    port_says(stage, Message("port_not_found", port="/dev/ttyACM9"), LinkState.NO_SUCH_PORT)
    by_mouse(stage, named(stage, "Choose the board…"))
    dialog = stage.dialog(PortChoice)
    stage.press("Space", dialog.buttons[1][0])
    stage.click(dialog.agree)
    assert device(stage).port == "/dev/ttyUSB0"
    assert told(stage) == "greenhouse: The port is /dev/ttyUSB0 now."


def test_a_port_of_another_device_cannot_be_chosen(stage: Stage) -> None:
    stage.press("Ctrl+PgDown")
    cellar = stage.bench.devices["cellar"]
    cellar.link = LinkStatus(LinkState.NO_SUCH_PORT, Message("port_not_found", port="COM7"))
    stage.frames()
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    dialog = stage.dialog(PortChoice)
    (used, _), (free, _) = dialog.buttons
    assert used.text().endswith("used by greenhouse")
    assert (used.isEnabled(), free.isEnabled()) == (False, True)
    stage.press("Esc", dialog)
    stage.ports = [*PORTS, PORTS[0]._replace(device="/dev/ttyACM1")]  # as much the same as two can be
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[0])
    assert all(button.isEnabled() for button, _ in stage.dialog(PortChoice).buttons)


def test_the_console_is_shown_for_a_sketch_that_crashes(stage: Stage) -> None:
    stage.window.lower_pane.show_page(CLOUD)
    port_says(stage, Message("sketch_crashed", port="x", seconds=3, words="Panic"), LinkState.RESTARTING)
    by_mouse(stage, named(stage, "Show the console"))
    assert stage.window.lower_pane.front == CONSOLE


def test_the_command_for_the_port_s_group_is_copied(stage: Stage) -> None:
    group = Message("join_port_group", group="dialout")
    port_says(stage, Message("port_no_permission", port="x", fix=group), LinkState.NO_PERMISSION)
    by_mouse(stage, named(stage, "Copy the command"))
    assert QGuiApplication.clipboard().text() == "sudo usermod -aG dialout $USER"
    assert told(stage).startswith("Copied.")


def test_the_browser_opens_for_the_login_of_a_network(stage: Stage) -> None:
    cloud_says(stage, Message("not_blynk_page"))
    with browser() as shown:
        by_mouse(stage, named(stage, "Open the browser"))
        assert shown.opened == [device(stage).server]


def test_a_stuck_reading_is_skipped(stage: Stage) -> None:
    stuck = Message("cloud_pins_stuck", count=1, targets=("v1",), answer=verbatim("No."))
    cloud_says(stage, stuck)
    by_mouse(stage, named(stage, "Skip this reading"))
    assert stage.bench.calls == [("skip", "greenhouse")]


def choose_rejected(stage: Stage, line: str) -> list[QToolButton]:
    """Say a line that is rejected, and select it on its page."""
    stage.device.say(line, stage.clock.now_s)
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(40)
    pane = stage.window.lower_pane.rejected
    rows = [pane.model.index(row, 2).data() for row in range(pane.model.rowCount())]
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    pane.view.selectionModel().select(pane.model.index(len(rows) - 1 - rows[::-1].index(line), 0), flags)
    return [button for button in pane.fixes.buttons if button.isVisible()]


@PRESSES
def test_the_chosen_rejected_line_has_its_button(stage: Stage, press: Press) -> None:
    (button,) = choose_rejected(stage, "v1=calm")
    assert button.text() == "Make it a string"
    press(stage, button)
    entry = next(d for d in device(stage).datastream if d.virtual_pin == 1)
    assert str(entry.type) == "string"
    assert told(stage) == "greenhouse: v1 is a string now."


def test_a_notice_about_rejected_lines_changes_the_datastream_of_the_newest(stage: Stage) -> None:
    stage.device.say("v1=calm", stage.clock.now_s)
    stage.device.say("temp: 3", stage.clock.now_s)
    lines = Message("no_valid_lines", port="x", reason="not_a_number", words=Message("hint_not_a_number"))
    port_says(stage, lines, LinkState.NONE_GOOD)
    by_mouse(stage, named(stage, "Make it a string"))
    assert told(stage) == "greenhouse: v1 is a string now."


def test_a_fix_without_a_line_at_hand_says_so(stage: Stage) -> None:
    lines = Message("no_valid_lines", port="x", reason="out_of_range", words=Message("hint_out_of_range"))
    port_says(stage, lines, LinkState.NONE_GOOD)
    by_mouse(stage, named(stage, "Allow this value"))
    assert told(stage) == "greenhouse: No line at hand can be helped that way."


def test_the_cloud_pane_offers_the_region_that_the_cloud_names(stage: Stage) -> None:
    server = "https://ny3.blynk.cloud"
    note = Message("cloud_region", region="ny3", server=server)
    stage.device.cloud = CloudStatus(CloudState.IDLE, verbatim("All sent."), notes=(note,))
    stage.window.lower_pane.show_page(CLOUD)
    stage.frames(10)
    (button,) = [b for b in stage.window.lower_pane.cloud.fixes.buttons if b.isVisible()]
    by_keyboard(stage, button)
    assert device(stage).server == server
    stage.device.cloud = CloudStatus(CloudState.IDLE, verbatim("All sent."))
    stage.frames(10)
    assert not button.isVisible()
