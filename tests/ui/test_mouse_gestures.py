"""The mouse in the plot and the lists: the tests send real events and check what is drawn."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from tests.ui.gestures import Board, proves
from tests.ui.plot.drawing import lines, texts, values
from tests.ui.stage import LEFT, NO_KEYS, SHIFT
from ui.bench.fields import FormBox
from ui.datastreams.model import NAME
from ui.plot.cursors import measured


def locked(board: Board) -> list[bool]:
    """For each strip, whether its value axis is locked."""
    return [group.scale.is_locked for strip in board.plot.strips for group in strip.groups]


@proves("Canvas.wheelEvent")
@pytest.mark.parametrize(
    ("clicks", "span_s"), [(1, 8.0), pytest.param(-1, 12.5, marks=pytest.mark.long), (2, 8.0)]
)
def test_wheel_zooms_time_and_a_running_view_keeps_now_at_its_edge(
    board: Board, clicks: int, span_s: float
) -> None:
    board.stage.wheel(board.canvas, board.at(board.canvas, 0.2), clicks)
    board.stage.frames(1)
    assert board.shows(span_s)
    assert board.right_s() == 0
    assert not board.stage.window.pane.is_paused


@pytest.mark.parametrize(
    "across", [0.25, *(pytest.param(across, marks=pytest.mark.long) for across in (0.01, 0.75, 0.99))]
)
def test_wheel_zooms_a_paused_view_at_the_pointer(board: Board, across: float) -> None:
    board.stage.press("Left")
    before_s = board.right_s()
    board.stage.wheel(board.canvas, board.at(board.canvas, across), 1)
    board.stage.frames(1)
    assert board.shows(8)
    assert board.right_s() == pytest.approx(before_s - 2 * (1 - across), abs=0.03)


@pytest.mark.parametrize(("eighths", "span_s"), [pytest.param(1, 8.0, marks=pytest.mark.long), (-1, 12.5)])
def test_the_smallest_turn_of_a_fine_wheel_zooms(board: Board, eighths: int, span_s: float) -> None:
    board.stage.turn(board.canvas, board.at(board.canvas, 0.5), eighths)
    board.stage.frames(1)
    assert board.shows(span_s)


@proves("TimeAxis.wheelEvent")
def test_wheel_below_the_plot_zooms_time_too(board: Board) -> None:
    board.stage.wheel(board.plot.time_axis, board.at(board.plot.time_axis, 0.5, 0.3), 1)
    board.stage.frames(1)
    assert board.shows(8)
    assert locked(board) == [False, False, False]


@proves("ValueAxis.wheelEvent")
@pytest.mark.parametrize(("clicks", "factor"), [(1, 0.8), pytest.param(-1, 1.25, marks=pytest.mark.long)])
def test_wheel_on_a_value_axis_zooms_its_values_and_locks_only_them(
    board: Board, clicks: int, factor: float
) -> None:
    low, high = values(board.strip)
    (axis,) = board.strip.axes
    board.stage.wheel(axis, board.at(axis, 0.5), clicks)
    board.stage.frames()
    new_low, new_high = values(board.strip)
    assert new_high - new_low == pytest.approx(factor * (high - low))
    assert new_high + new_low == pytest.approx(high + low)
    assert locked(board) == [True, False, False]
    assert board.shows(10)


@proves("Canvas.mousePressEvent", "Canvas.mouseMoveEvent", "Canvas.mouseReleaseEvent")
def test_drag_pans_and_pauses(board: Board) -> None:
    canvas = board.canvas
    board.stage.hold(canvas, board.at(canvas, 0.2), board.at(canvas, 0.3), board.at(canvas, 0.5))
    assert board.stage.window.pane.is_paused
    assert board.stage.window.pane.tools.pause_button.isChecked()
    assert board.right_s() == pytest.approx(-3, abs=0.05)
    board.stage.frames(1)
    assert board.shows(10)
    board.stage.hold(canvas, board.at(canvas, 0.5), board.at(canvas, 0.4))
    assert board.right_s() == pytest.approx(-2, abs=0.1)
    board.stage.hold(canvas, board.at(canvas, 0.9), board.at(canvas, 0.1))
    assert board.right_s() == 0


@proves("ValueAxis.mousePressEvent", "ValueAxis.mouseMoveEvent", "ValueAxis.mouseReleaseEvent")
def test_drag_on_a_value_axis_moves_its_values_and_locks_only_them(board: Board) -> None:
    low, high = values(board.strip)
    (axis,) = board.strip.axes
    board.stage.hold(axis, board.at(axis, 0.5, 0.6), board.at(axis, 0.5, 0.5), board.at(axis, 0.5, 0.2))
    board.stage.frames()
    new_low, new_high = values(board.strip)
    assert new_high - new_low == pytest.approx(high - low)
    assert low - new_low == pytest.approx(-0.4 * (high - low), rel=0.05)
    assert locked(board) == [True, False, False]
    assert not board.stage.window.pane.is_paused
    board.stage.move(axis, board.at(axis, 0.5, 0.9))
    assert values(board.strip) == (new_low, new_high)


@proves("ValueAxis.mouseDoubleClickEvent")
def test_double_click_on_a_value_axis_fits_its_values(board: Board) -> None:
    before = values(board.strip)
    for strip in board.plot.strips:
        (axis,) = strip.axes
        board.stage.wheel(axis, board.at(axis, 0.5), -1)
    (axis,) = board.strip.axes
    QTest.mouseDClick(axis, LEFT, pos=board.at(axis, 0.5))
    board.stage.frames()
    assert values(board.strip) == before
    assert locked(board) == [False, True, True]
    board.stage.press("R", board.plot)
    assert locked(board) == [False, False, False]


@pytest.mark.parametrize(
    ("from_", "to"), [((0.2, 0.9), (0.6, 0.4)), pytest.param((0.6, 0.4), (0.2, 0.9), marks=pytest.mark.long)]
)
def test_drag_with_shift_zooms_into_a_box_and_double_click_shows_all_again(
    board: Board, from_: tuple[float, float], to: tuple[float, float]
) -> None:
    canvas, pane = board.canvas, board.stage.window.pane
    low, high = values(board.strip)
    QTest.mousePress(canvas, LEFT, SHIFT, board.at(canvas, *from_))
    board.stage.move(canvas, board.at(canvas, *to), LEFT)
    QTest.mouseRelease(canvas, LEFT, SHIFT, board.at(canvas, *to))
    board.stage.frames()
    assert pane.is_paused
    assert pane.view.span_s == pytest.approx(4, rel=0.02)
    assert board.right_s() == pytest.approx(-4, abs=0.05)
    new_low, new_high = values(board.strip)
    assert new_low == pytest.approx(low + 0.4 * (high - low), abs=0.02 * (high - low))
    assert new_high == pytest.approx(low + 0.9 * (high - low), abs=0.02 * (high - low))
    assert locked(board) == [True, False, False]
    assert pane.tools.span_box.currentIndex() == -1
    QTest.mouseDClick(canvas, LEFT, pos=board.at(canvas, 0.5))
    board.stage.frames()
    assert (values(board.strip), board.shows(10), pane.is_paused) == ((low, high), True, False)
    assert locked(board) == [False, False, False]


def test_a_click_with_shift_is_no_box(board: Board) -> None:
    canvas = board.canvas
    QTest.mousePress(canvas, LEFT, SHIFT, board.at(canvas, 0.5))
    board.stage.move(canvas, board.at(canvas, 0.5) + QPoint(2, 2), LEFT)
    QTest.mouseRelease(canvas, LEFT, SHIFT, board.at(canvas, 0.5) + QPoint(2, 2))
    board.stage.frames()
    assert board.shows(10)
    assert not board.stage.window.pane.is_paused
    assert locked(board) == [False, False, False]


@pytest.mark.parametrize("which", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_dragged_cursor_measures_where_it_is_left(board: Board, which: int) -> None:
    stage, canvas = board.stage, board.canvas
    stage.press("X")
    stage.frames()
    from_, to = board.at(canvas, (0.35, 0.65)[which]), board.at(canvas, 0.5)
    stage.move(canvas, from_)
    stage.hold(canvas, from_, board.at(canvas, 0.4), to)
    moved_s = board.plot.cursors.times_s(stage.clock.now_s)
    assert moved_s[which] - stage.clock.now_s == pytest.approx(-5, abs=0.05)
    assert moved_s[1 - which] - stage.clock.now_s == (-3.5, -6.5)[which]
    assert not stage.window.pane.is_paused
    stage.frames()
    assert stage.window.pane.measured == measured(*moved_s)


def test_a_cursor_dragged_beyond_the_edge_is_at_the_edge_when_released(board: Board) -> None:
    stage, canvas = board.stage, board.canvas
    stage.press("X")
    stage.frames()
    places = [board.at(canvas, across) for across in (0.35, 0.1, -0.05)]
    QTest.mousePress(canvas, LEFT, pos=places[0])
    for place in places[1:]:
        stage.move(canvas, place, LEFT)
        stage.frames()
    for strip in board.plot.strips:
        assert lines(strip, now_s=stage.clock.now_s)[0] == ("A", -10)
    QTest.mouseRelease(canvas, LEFT, pos=places[-1])
    stage.move(canvas, places[0])
    stage.frames()
    assert lines(board.strip, now_s=stage.clock.now_s)[0] == ("A", -10)


@proves("Canvas.leaveEvent")
def test_hovering_shows_a_value_and_leaving_shows_the_newest_again(board: Board) -> None:
    stage = board.stage
    newest = texts(board.strip)[0]
    stage.device.say("v0=123", stage.clock.now_s - 1e-3)
    assert newest.startswith("Sine   ")
    assert " at " not in newest
    stage.move(board.canvas, board.at(board.canvas, 0.9))
    stage.frames(1)
    hovered = texts(board.strip)[0]
    assert " at " in hovered
    assert hovered != newest
    counter = texts(board.plot.strips[2])[0]
    assert re.fullmatch(r"Counter   \d+   at \d\d:\d\d:\d\d\.\d{3}", counter)
    # The counter started two seconds ago and counts 20 per second; the pointer is at one second ago.
    assert int(counter.split()[1]) == pytest.approx(20, abs=1)
    QApplication.sendEvent(board.canvas, QEvent(QEvent.Type.Leave))
    stage.clock.now_s += 0.2
    stage.frames()
    assert texts(board.strip)[0].startswith("Sine   123")
    assert " at " not in texts(board.strip)[0]


def test_a_pointer_beside_the_strips_shows_no_value(board: Board) -> None:
    (axis,) = board.strip.axes
    board.stage.move(axis, board.at(axis, 0.5))
    board.stage.frames()
    assert board.plot.hovered_s() is None
    assert " at " not in texts(board.strip)[0]


@proves("Canvas.mouseDoubleClickEvent")
def test_right_click_and_double_click_open_nothing(board: Board) -> None:
    place = board.at(board.canvas, 0.5)
    QTest.mouseClick(board.canvas, Qt.MouseButton.RightButton, pos=place)
    QTest.mouseDClick(board.canvas, LEFT, pos=place)
    assert QApplication.activePopupWidget() is None
    board.stage.frames()
    assert board.shows(10)


@proves("DatastreamTable.mouseReleaseEvent")
def test_a_click_on_a_mark_hides_a_curve_and_shows_it_again(board: Board) -> None:
    stage, rows = board.stage, board.stage.window.left.rows
    check = Qt.ItemDataRole.CheckStateRole
    for state, shown in (
        ("Unchecked", ["Temperature", "Counter"]),
        ("Checked", ["Sine", "Temperature", "Counter"]),
    ):
        stage.click_mark(0)
        assert [strip.styles[0].name for strip in board.plot.strips] == shown
        assert Qt.CheckState(rows.index(0, NAME).data(check)).name == state
    stage.click_mark(3)  # a text has no mark
    assert len(board.plot.strips) == 3
    assert stage.window.pane.hidden == frozenset()


@proves("DatastreamTable.mouseDoubleClickEvent")
def test_a_double_click_beside_a_mark_edits_and_one_on_it_is_two_clicks(board: Board) -> None:
    table = board.stage.window.left.table
    asked: list[str] = []
    table.edit_asked.disconnect()
    table.edit_asked.connect(lambda target, device: asked.append(f"{device} {target}"))
    rows = {row: table.visualRect(table.rows.index(row, NAME)) for row in (0, 3)}
    QTest.mouseDClick(table.viewport(), LEFT, pos=rows[3].center())
    QTest.mouseDClick(table.viewport(), LEFT, pos=QPoint(5, table.viewport().height() - 2))
    board.stage.click_mark(0)
    QTest.mouseDClick(table.viewport(), LEFT, pos=QPoint(rows[0].left() + 15, rows[0].center().y()))
    QTest.mouseRelease(table.viewport(), LEFT, pos=QPoint(rows[0].left() + 15, rows[0].center().y()))
    assert asked == ["greenhouse v3"]
    assert len(board.plot.strips) == 2 + board.stage.window.pane.hidden.isdisjoint({("greenhouse", "v0")})
    table.setFocus()
    table.selectRow(1)
    board.stage.press("Return", table)
    assert asked[-1] == "greenhouse v1"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@proves("DatastreamTable.contextMenuEvent")
def test_the_menu_of_a_row_hides_its_curve_and_asks_for_its_look_and_edits_it(board: Board) -> None:
    stage, table = board.stage, board.stage.window.left.table
    asked: list[tuple[str, ...]] = []
    for signal, name in ((table.look_asked, "look"), (table.edit_asked, "edit")):
        signal.disconnect()
        signal.connect(lambda target, device, name=name: asked.append((name, target, device)))
    for word in ("Hide", "Show", "Hide"):
        stage.choose_in_row(1, f"{word} the curve")
    assert stage.window.pane.hidden == {("greenhouse", "v1")}
    stage.choose_in_row(1, "Colour")
    stage.choose_in_row(3, "Edit")
    assert asked == [("look", "v1", "greenhouse"), ("edit", "v3", "greenhouse")]
    menu = stage.row_menu(3)
    assert [entry.text() for entry in menu.actions()] == ["&Edit the datastream… (Enter)"]
    menu.close()
    QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
    table.selectRow(2)
    for at in (QPoint(5, table.viewport().height() - 2), QPoint(5, 5)):
        is_key = at.y() == 5
        reason = QContextMenuEvent.Reason.Keyboard if is_key else QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, at, QPoint(), NO_KEYS))
        assert len(table.findChildren(QMenu)) == is_key
    (menu,) = table.findChildren(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert ("greenhouse", "v2") in stage.window.pane.hidden


@proves("FormBox.wheelEvent")
def test_the_wheel_changes_a_list_of_the_editor_only_if_it_has_the_focus(board: Board) -> None:
    page = QWidget()
    board.stage.qtbot.addWidget(page)
    other, box = QLineEdit(page), FormBox()
    box.setParent(page)
    box.addItems(["one", "two"])
    with board.stage.qtbot.waitExposed(page):
        page.show()
    other.setFocus()
    board.stage.wheel(box, box.rect().center(), -1)
    assert box.currentText() == "one"
    box.setFocus()
    board.stage.wheel(box, box.rect().center(), -1)
    assert box.currentText() == "two"


def test_the_end_of_a_touchpads_gesture_does_not_zoom(board: Board) -> None:
    for part in (board.canvas, *board.strip.axes):
        board.stage.turn(part, board.at(part, 0.5), 0)
    board.stage.frames(1)
    assert board.shows(10)
    assert locked(board) == [False, False, False]
