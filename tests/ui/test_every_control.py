"""Every control of the window by mouse or keyboard, seen where it counts.

A control that is added without its row here fails, as does a row whose control is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QTabBar,
    QWidget,
)

import ui
from app.status import CloudState, CloudStatus, LinkState, LinkStatus, PortInfo, RefusedReading
from tests.ui.drawing import texts
from tests.ui.stage import LEFT, Stage
from ui.lower_pane import CLOUD, CONSOLE, WRONG
from ui.port_choice import PortChoice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Use = Callable[[Stage, QWidget], None]
ROWS: dict[str, Use] = {}
REFUSED = [
    RefusedReading(7, "v1", 21.5, 0, "No datastream setup for that pin."),
    RefusedReading(9, "v2", 4.0, 0, "No datastream setup for that pin."),
]


def control(name: str) -> Callable[[Use], Use]:
    def add(use: Use) -> Use:
        ROWS[name] = use
        return use

    return add


def type_in(widget: QWidget, text: str) -> None:
    """Replace what stands in a field, or in the field of a box."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


@control("Port")
def chooses_the_port(stage: Stage, box: QWidget) -> None:
    stage.window.close_bench_file()
    stage.press("Down", box)
    stage.window.connect_bench()
    assert stage.bench.config.device[0].port == "/dev/ttyUSB0"
    assert stage.settings.last_port == "/dev/ttyUSB0"


@control("Baud rate")
def chooses_the_baud_rate(stage: Stage, box: QWidget) -> None:
    stage.window.close_bench_file()
    type_in(box, "74880")
    stage.window.connect_bench()
    assert stage.bench.config.device[0].baud_rate == 74880


@control("Server")
def chooses_the_server(stage: Stage, box: QWidget) -> None:
    stage.window.close_bench_file()
    for _ in range(2):
        stage.press("Down", box)
    QTest.keyClicks(stage.window.bar.form.token_field, "a token")
    stage.window.connect_bench()
    assert stage.bench.config.device[0].server == "https://lon1.blynk.cloud"


@control("Auth token")
def takes_the_token_and_return_connects(stage: Stage, field: QWidget) -> None:
    stage.window.close_bench_file()
    type_in(stage.window.bar.form.server_box, "fra1.blynk.cloud")
    QTest.keyClicks(field, "a token")
    stage.press("Return", field)
    assert stage.window.connected
    assert stage.bench.tokens == {"board": "a token"}
    stage.press("Return", field)
    assert stage.window.connected


@control("Device")
def looks_at_another_device(stage: Stage, box: QWidget) -> None:
    stage.press("Down", box)
    stage.window.acts.try_now()
    assert stage.bench.told == [("try_now", "cellar")]


@control("Record")
def records(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    stage.frames()
    stage.click(button)
    assert stage.bench.told == [("record", "greenhouse", True), ("record", "greenhouse", False)]


@control("Release port")
def lends_the_port(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    stage.frames()
    stage.click(button)
    assert stage.bench.told == [("release_port", "greenhouse"), ("take_port", "greenhouse")]


@control("Disconnect")
def disconnects_and_connects(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.bench.stopped == 1
    stage.click(button)
    assert len(stage.made) == 2
    assert stage.bench.started == 1


@control("Datastreams")
def shows_the_datastreams(_stage: Stage, table: QWidget) -> None:
    assert isinstance(table, QAbstractItemView)
    model = table.model()
    shown = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
    assert [row[0] for row in shown] == ["Sine", "Temperature", "Counter", "Wind"]
    assert shown[2][1:] == ["39", "40 sent"]
    assert shown[3][1:] == ["calm", "2 sent"]


@control("Pause the view; reading and sending go on (P or Space)")
def pauses(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    axis = stage.window.pane.plot.lanes[-1].bottom
    stage.clock.now_s += 5
    stage.frames()
    assert axis.right_edge_s == stage.clock.now_s - 5
    stage.click(button)
    stage.frames()
    assert axis.right_edge_s == stage.clock.now_s


@control("Time window")
def chooses_the_time_window(stage: Stage, box: QWidget) -> None:
    stage.press("Down", box)
    stage.frames()
    assert stage.window.pane.plot.lanes[0].box.viewRange()[0] == [-30, 0]


@control("Keep the value axes as they are (L)")
def locks_the_value_axes(stage: Stage, button: QWidget) -> None:
    box = stage.window.pane.plot.lanes[0].box
    before = box.viewRange()[1]
    stage.click(button)
    stage.device.say("v0=1000", stage.clock.now_s)
    stage.frames()
    assert box.viewRange()[1] == before
    stage.click(button)
    stage.frames()
    assert box.viewRange()[1][1] > 1000


@control("Fit the value axes and follow the newest readings (R)")
def resets(stage: Stage, button: QWidget) -> None:
    pane = stage.window.pane
    box = pane.plot.lanes[0].box
    before = box.viewRange()
    for key in ("Left", "Shift+Up"):
        stage.press(key, pane.plot)
    pane.view.zoom(0.5, 1.0, stage.clock.now_s)
    stage.frames()
    assert box.viewRange() != before
    stage.click(button)
    stage.frames()
    assert box.viewRange() == before
    assert not pane.is_paused


@control("Measure between two cursors (X)")
def measures(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert "Δt 3 s" in stage.window.pane.measured
    stage.click(button)
    stage.frames()
    assert "Δy" not in texts(stage.window.pane.plot.lanes[0])[0]


@control("All curves in one plot, on one scale (T)")
def draws_together(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert len(stage.window.pane.plot.lanes) == 1


@control("Clock time below the plot, not seconds ago (C)")
def shows_the_clock(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.window.pane.plot.lanes[-1].bottom.shows_clock


def hides(name: str, left: list[str]) -> None:
    @control(f"Show the curve of {name}")
    def use(stage: Stage, button: QWidget) -> None:
        stage.click(button)
        assert [lane.styles[0].name for lane in stage.window.pane.plot.lanes] == left


hides("Sine", ["Temperature", "Counter"])
hides("Temperature", ["Sine", "Counter"])
hides("Counter", ["Sine", "Temperature"])


@control("Console, what was wrong, and cloud")
def turns_the_pages(stage: Stage, tabs: QWidget) -> None:
    assert isinstance(tabs, QTabBar)
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(WRONG).center())
    assert stage.window.lower_pane.wrong.isVisible()


@control("Console: lines of the board with their verdicts")
def shows_lines(_stage: Stage, view: QWidget) -> None:
    assert isinstance(view, QAbstractItemView)
    model = view.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, 2).data() == "temp: 21.4")
    time, verdict, _, hint = (model.index(row, column).data() for column in range(4))
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", time)
    assert verdict == "✗ rejected"
    assert "=" in hint


@control("Only wrong lines")
def shows_wrong_lines_alone(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert {str(line.verdict.kind) for line in stage.window.console.model.lines} == {"rejected"}


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
    assert stage.bench.told == [("send", "greenhouse", "led=1", "\n")]


@control("Line end")
def chooses_the_line_end(stage: Stage, box: QWidget) -> None:
    for line_end in ("\r", "\r\n", ""):
        stage.press("Down", box)
        QTest.keyClicks(stage.window.console.send_box.field, "x")
        stage.press("Return", stage.window.console.send_box.field)
        assert stage.bench.told[-1] == ("send", "greenhouse", "x", line_end)
    assert stage.settings.line_ends == {"usb:2341:0043:85734323": ""}


@control("Send the line")
def sends_by_button(stage: Stage, button: QWidget) -> None:
    QTest.keyClicks(stage.window.console.send_box.field, "led=0")
    stage.click(button)
    assert stage.bench.told == [("send", "greenhouse", "led=0", "\n")]


@control("Copy all")
def copies_what_was_wrong(stage: Stage, button: QWidget) -> None:
    stage.window.lower_pane.show_page(WRONG)
    stage.frames(10)
    stage.click(button)
    assert QGuiApplication.clipboard().text().startswith("1\tno_assignment\n")


@control("Reasons, with how many lines each")
def filters_by_reason(stage: Stage, reasons: QWidget) -> None:
    stage.device.say("v256=1", stage.clock.now_s)
    stage.window.lower_pane.show_page(WRONG)
    stage.frames(10)
    assert isinstance(reasons, QListWidget)
    item = reasons.findItems("wrong pin", Qt.MatchFlag.MatchContains)[0]
    QTest.mouseClick(reasons.viewport(), LEFT, pos=reasons.visualItemRect(item).center())
    model = stage.window.lower_pane.wrong.view.model()
    assert [model.index(row, 2).data() for row in range(model.rowCount())] == ["v256=1"]


@control("Rejected lines with their reasons")
def shows_rejected_lines(stage: Stage, view: QWidget) -> None:
    stage.window.lower_pane.show_page(WRONG)
    stage.frames(10)
    assert isinstance(view, QAbstractItemView)
    shown = [view.model().index(0, column).data() for column in range(4)]
    assert shown[1:3] == ["no assignment", "temp: 21.4"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", shown[0])
    assert "=" in shown[3]


def show_cloud(stage: Stage) -> None:
    """A cloud that waits, with readings that it refused and others that are held."""
    stage.device.refused, stage.device.held = list(REFUSED), 5
    stage.device.cloud = CloudStatus(CloudState.WAITING, "The cloud does not answer.")
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
    assert stage.bench.told == [("skip", "greenhouse")]


def agree(stage: Stage, word: str) -> None:
    box = stage.question()
    (button,) = [button for button in box.buttons() if button.text() == word]
    stage.click(button)


@control("Send here")
def sends_held_readings_here(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    stage.click(button)
    agree(stage, "Send here")
    assert stage.bench.told == [("send_here", "greenhouse")]


@control("Discard…")
def discards_held_readings(stage: Stage, button: QWidget) -> None:
    show_cloud(stage)
    stage.click(button)
    agree(stage, "Discard")
    assert stage.bench.told == [("discard", "greenhouse")]


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
        assert stage.bench.told[-1] == ("resend", "greenhouse", target, ids)


def controls(stage: Stage) -> dict[str, QWidget]:
    """All controls by name; parts that Qt puts into them are left out."""
    found: dict[str, QWidget] = {}
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTabBar, QAbstractItemView)
    for widget in stage.window.findChildren(QWidget):
        of_qt = widget.objectName().startswith("qt_") or type(widget) is QAbstractButton
        part = isinstance(widget.parent(), QComboBox | QTabBar) or widget.window() is not stage.window
        if isinstance(widget, kinds) and not of_qt and not part and "Header" not in type(widget).__name__:
            text = widget.text().strip() if isinstance(widget, QAbstractButton) else ""
            name = widget.accessibleName() or text
            assert name not in found, f"two controls are called {name}"
            found[name] = widget
    return found


def test_every_control_has_a_row(stage: Stage) -> None:
    assert set(controls(stage)) == set(ROWS)


@pytest.mark.parametrize("name", ROWS, ids=[name.replace("…", "...") for name in ROWS])
def test_control_does_what_it_says(stage: Stage, name: str) -> None:
    ROWS[name](stage, controls(stage)[name])


def test_every_menu_hangs_in_the_menu_bar_or_at_a_button(stage: Stage) -> None:
    """A menu by the right button would need its own rows."""
    names = {menu.title() for menu in stage.window.findChildren(QMenu)}
    assert names == {"&Bench", "&Device", "&View", "T&heme", "&Faults", "&Help", ""}
    untitled = [menu for menu in stage.window.findChildren(QMenu) if not menu.title()]
    # The menu bar's own is Qt's, for what has no room in it.
    assert {menu.parent() for menu in untitled} == {
        stage.window.lower_pane.cloud.resend_button,
        stage.window.menuBar(),
    }
    for widget in stage.window.findChildren(QWidget):
        assert widget.contextMenuPolicy() in (
            Qt.ContextMenuPolicy.DefaultContextMenu,
            Qt.ContextMenuPolicy.NoContextMenu,
        )


BOARDS = (
    PortInfo("/dev/ttyUSB0", "USB Serial", "1A86:7523", "", "1-1.2"),
    PortInfo("/dev/ttyUSB1", "USB Serial", "1A86:7523", "", "1-1.3"),
)


def choose(stage: Stage) -> None:
    question = stage.dialog(PortChoice)
    stage.click(question.buttons[1][0])
    stage.click(question.agree)
    assert stage.bench.told == [("choose_port", "greenhouse", "/dev/ttyUSB1")]


NOTICES: dict[str, tuple[Callable[[Stage], None], Callable[[Stage], None]]] = {}


def notice(word: str, follows: Callable[[Stage], None]) -> Callable[[Callable[[Stage], None]], None]:
    def add(come: Callable[[Stage], None]) -> None:
        NOTICES[word] = come, follows

    return add


def told(*call: object) -> Callable[[Stage], None]:
    def look(stage: Stage) -> None:
        assert stage.bench.told == [call]

    return look


@notice("Try now", told("try_now", "greenhouse"))
def cloud_that_waits(stage: Stage) -> None:
    stage.device.cloud = CloudStatus(CloudState.PAUSED, "The cloud does not know the token.")


@notice("Choose…", choose)
def two_boards(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.AMBIGUOUS, "Two boards could be meant.", BOARDS)


@notice("Take port back", told("take_port", "greenhouse"))
def released_port(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.RELEASED, "The port is let go of.")


def cloud_page_is_shown(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CLOUD
    assert stage.window.lower_pane.cloud.isVisible()


@notice("Look", cloud_page_is_shown)
def held_readings(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CONSOLE
    stage.device.held = 5


def no_notice_is_left(stage: Stage) -> None:
    stage.frames()
    assert stage.window.notices.texts == []


@notice("Close", no_notice_is_left)
def something_told(stage: Stage) -> None:
    stage.window.tell("It is so.", "good")


def test_every_button_of_a_notice_has_a_row() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(ui.__file__).parent.glob("*.py")]
    words = {word for text in sources for word in re.findall(r'Notice\([^\n]*, "([^"\n]+)", ', text)}
    # An export that can be cancelled needs one that runs: see test_saving.
    assert words == {*NOTICES, "Cancel"}


@pytest.mark.parametrize("word", NOTICES, ids=[word.replace("…", "...") for word in NOTICES])
def test_button_of_a_notice_does_what_it_says(stage: Stage, word: str) -> None:
    come, follows = NOTICES[word]
    come(stage)
    stage.frames()
    stage.click_notice(word)
    follows(stage)


def test_questions_are_about_what_cannot_be_undone_and_return_is_no(stage: Stage) -> None:
    show_cloud(stage)
    for ask in (stage.window.acts.send_here, stage.window.acts.discard, stage.window.acts.delete_data):
        for key in ("Return", "Esc"):
            ask()
            stage.press(key, stage.question())
            assert not [box for box in stage.window.findChildren(QMessageBox) if box.isVisible()]
    assert stage.bench.told == []
