"""Test rows for the pages below the plot: the console, the rejected lines, and the cloud."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QMenu, QTabBar, QToolButton, QWidget

from app.bench.status import CloudState, CloudStatus, RefusedReading
from app.messages.message import verbatim
from tests.ui.controls import Controls
from tests.ui.stage import LEFT, Stage
from ui.console.model import HINT, TEXT, TIME, VERDICT
from ui.console.sending.file_sending import Pacing
from ui.lower_pane import CLOUD, REJECTED

CONTROLS = Controls()
control = CONTROLS.row


REFUSED = [
    RefusedReading(7, "v1", 21.5, 0, verbatim("No datastream setup for that pin.")),
    RefusedReading(9, "v2", 4.0, 0, verbatim("No datastream setup for that pin.")),
]


@control("Console, rejected lines, and cloud")
def turns_the_pages(stage: Stage, tabs: QWidget) -> None:
    assert isinstance(tabs, QTabBar)
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(REJECTED).center())
    assert stage.window.lower_pane.rejected.isVisible()


@control("Console: the board's lines with their verdicts")
def shows_lines(_stage: Stage, view: QWidget) -> None:
    assert isinstance(view, QAbstractItemView)
    model = view.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, TEXT).data() == "temp: 21.4")
    time, verdict, hint = (model.index(row, column).data() for column in (TIME, VERDICT, HINT))
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", time)
    assert verdict == "✗ rejected"
    assert "=" in hint


@control("Only rejected lines")
def shows_rejected_lines_only(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert {str(line.tag.kind) for line in stage.window.console.model.rows} == {"rejected"}


@control("Find in the console")
def opens_the_search(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.window.focusWidget() is stage.window.console.find_bar.field


def search(stage: Stage, text: str) -> None:
    stage.window.console.open_search()
    QTest.keyClicks(stage.window.console.find_bar.field, text)


@control("Text to find in the console")
def finds_a_text(stage: Stage, field: QWidget) -> None:
    stage.window.console.open_search()
    QTest.keyClicks(field, "temp")
    console = stage.window.console
    assert console.find_bar.count.text() == "1 of 1"
    assert [console.model.row(row).text for row in console.view.chosen] == ["temp: 21.4"]


@control("Find previous")
def finds_the_previous(stage: Stage, button: QWidget) -> None:
    search(stage, "v3=")
    console = stage.window.console
    (newest,) = console.view.chosen
    stage.click(button)
    assert console.view.chosen < [newest]


@control("Find next")
def finds_the_next(stage: Stage, button: QWidget) -> None:
    search(stage, "v3=")
    console = stage.window.console
    stage.click(button)
    assert console.find_bar.count.text().startswith("1 of ")


@control("Match case")
def tells_capital_letters_apart(stage: Stage, button: QWidget) -> None:
    search(stage, "TEMP")
    assert stage.window.console.find_bar.count.text() == "1 of 1"
    stage.click(button)
    assert stage.window.console.find_bar.count.text() == "not found"


@control("Show only lines with the text")
def shows_only_hits(stage: Stage, button: QWidget) -> None:
    search(stage, "temp")
    stage.click(button)
    assert [row.text for row in stage.window.console.model.rows] == ["temp: 21.4"]


@control("Close the search")
def closes_the_search(stage: Stage, button: QWidget) -> None:
    search(stage, "temp")
    stage.click(button)
    assert not stage.window.console.find_bar.isVisible()
    assert stage.window.focusWidget() is stage.window.console.view


@control("How the lines are shown, copied and saved")
def opens_the_menu_of_the_console(stage: Stage, button: QWidget) -> None:
    # `test_every_entry` chooses each of its entries.
    assert isinstance(button, QToolButton)
    assert button.menu() is stage.window.console.menu


@control("Keep this line as a button")
def keeps_a_line(stage: Stage, button: QWidget) -> None:
    QTest.keyClicks(stage.window.console.send_box.field, "led=1")
    stage.click(button)
    (macro,) = stage.window.console.sending.macros.buttons
    stage.click(macro)
    assert stage.bench.calls == [("send", "greenhouse", "led=1", "\n")]


@control("All lines sent often")
def opens_the_lines_sent_often(stage: Stage, button: QWidget) -> None:
    assert isinstance(button, QToolButton)
    assert button.menu() is stage.window.console.sending.macros.menu


@control("Send no more lines of the file")
def cancels_a_file(stage: Stage, button: QWidget) -> None:
    sending = stage.window.console.sending
    sending.file.begin("greenhouse", "g.txt", ["a", "b"], Pacing(60.0), "\n")
    stage.click(button)
    assert stage.bench.calls == [("send", "greenhouse", "a", "\n")]
    assert sending.file.sending is None
    assert "g.txt: cancelled" in stage.window.notices.texts[0]


@control("Jump to newest")
def jumps_to_the_newest(stage: Stage, button: QWidget) -> None:
    stage.window.console.view.scrollToTop()
    stage.click(button)
    bar = stage.window.console.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    assert not button.isVisible()


@control("Clear the console")
def clears_the_console(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.window.console.view.model().rowCount() == 0


@control("Line to send to the board")
def sends_a_line(stage: Stage, field: QWidget) -> None:
    QTest.keyClicks(field, "led=1")
    stage.press("Return", field)
    assert stage.bench.calls == [("send", "greenhouse", "led=1", "\n")]


@control("Line end")
def chooses_the_line_end(stage: Stage, box: QWidget) -> None:
    for line_end in ("\r", "\r\n", ""):
        stage.press("Down", box)
        QTest.keyClicks(stage.window.console.send_box.field, "x")
        stage.press("Return", stage.window.console.send_box.field)
        assert stage.bench.calls[-1] == ("send", "greenhouse", "x", line_end)
    assert stage.settings.line_ends == {"usb:2341:0043:85734323": ""}


@control("Send the line")
def sends_by_button(stage: Stage, button: QWidget) -> None:
    QTest.keyClicks(stage.window.console.send_box.field, "led=0")
    stage.click(button)
    assert stage.bench.calls == [("send", "greenhouse", "led=0", "\n")]


@control("Copy all")
def copies_the_rejected_lines(stage: Stage, button: QWidget) -> None:
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(10)
    stage.click(button)
    assert QGuiApplication.clipboard().text().startswith("1\tno_assignment\n")


@control("Reasons, with the number of lines for each")
def filters_by_reason(stage: Stage, reasons: QWidget) -> None:
    stage.device.say("v256=1", stage.clock.now_s)
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(10)
    assert isinstance(reasons, QListWidget)
    item = reasons.findItems("wrong pin", Qt.MatchFlag.MatchContains)[0]
    QTest.mouseClick(reasons.viewport(), LEFT, pos=reasons.visualItemRect(item).center())
    model = stage.window.lower_pane.rejected.view.model()
    assert [model.index(row, 2).data() for row in range(model.rowCount())] == ["v256=1"]


@control("Rejected lines with their reasons")
def shows_rejected_lines(stage: Stage, view: QWidget) -> None:
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(10)
    assert isinstance(view, QAbstractItemView)
    shown = [view.model().index(0, column).data() for column in range(4)]
    assert shown[1:3] == ["no assignment", "temp: 21.4"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", shown[0])
    assert "=" in shown[3]


def show_cloud(stage: Stage) -> None:
    """Show the cloud page while a reading blocks its pin, with pending, refused and held readings."""
    stage.device.refused, stage.device.held = list(REFUSED), 5
    stage.device.cloud = CloudStatus(CloudState.SENDING, verbatim("Sending."), can_skip=True)
    for stream in stage.device.streams.values():
        stream.counts += type(stream.counts)(readings=1, pending=1)
    stage.window.lower_pane.show_page(CLOUD)
    stage.frames(30)


@control("Refused readings with the cloud's reasons")
def shows_refused_readings(stage: Stage, view: QWidget) -> None:
    show_cloud(stage)
    assert isinstance(view, QAbstractItemView)
    shown = [view.model().index(1, column).data() for column in range(4)]
    assert shown[1:] == ["v2", "4", "No datastream setup for that pin."]


@control("Skip this reading")
def skips(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    stage.click(button)
    assert stage.bench.calls == [("skip", "greenhouse")]


def agree(stage: Stage, word: str) -> None:
    box = stage.question()
    (button,) = [button for button in box.buttons() if button.text() == word]
    stage.click(button)


@control("Send here")
def sends_held_readings_here(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    stage.click(button)
    agree(stage, "Send here")
    assert stage.bench.calls == [("send_here", "greenhouse")]


@control("Discard…")
def discards_held_and_refused_readings(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    stage.window.lower_pane.cloud.view.selectRow(1)
    wanted: list[tuple[object, ...]] = [
        ("discard", "greenhouse"),
        ("discard_refused", "greenhouse", None, [9]),
        ("discard_refused", "greenhouse", "v2", None),
        ("discard_refused", "greenhouse", None, None),
    ]
    (menu,) = button.findChildren(QMenu)
    for action, call in zip(menu.actions(), wanted, strict=True):
        show_cloud(stage)
        stage.window.lower_pane.cloud.view.selectRow(1)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        agree(stage, "Discard")
        assert stage.bench.calls[-1] == call
    stage.device.held = 0
    stage.frames()
    assert not button.isVisible()


@control("Send again")
def sends_refused_readings_again(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    view = stage.window.lower_pane.cloud.view
    view.selectRow(1)
    (menu,) = button.findChildren(QMenu)
    wanted: list[tuple[str | None, list[int] | None]] = [(None, [9]), ("v2", None), (None, None)]
    assert len(menu.actions()) == len(wanted)
    for action, (target, ids) in zip(menu.actions(), wanted, strict=True):
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        assert stage.bench.calls[-1] == ("resend", "greenhouse", target, ids)
