"""The mouse in the plot and the lists: the tests send real events and check what is drawn."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.ui.gestures import Board, proves
from tests.ui.plot.drawing import texts
from tests.ui.stage import LEFT
from ui.bench.fields import FormBox
from ui.datastreams.model import NAME
from ui.plot.cursors import measured


@proves("StripBox.wheelEvent")
@pytest.mark.parametrize(("clicks", "span_s"), [(1, 8.0), (-1, 12.5), (2, 8.0)])
def test_wheel_zooms_time_and_a_running_view_keeps_now_at_its_edge(
    board: Board, clicks: int, span_s: float
) -> None:
    board.stage.wheel(board.viewport, board.at(board.strip.box, 0.2), clicks)
    board.stage.frames(1)
    assert board.x_range() == (-span_s, 0)
    assert board.right_s() == 0
    assert not board.stage.window.pane.is_paused


@pytest.mark.parametrize("across", [0.01, 0.25, 0.75, 0.99])
def test_wheel_zooms_a_paused_view_at_the_pointer(board: Board, across: float) -> None:
    board.stage.press("Left")
    before_s = board.right_s()
    board.stage.wheel(board.viewport, board.at(board.strip.box, across), 1)
    board.stage.frames(1)
    assert board.x_range() == (-8, 0)
    assert board.right_s() == pytest.approx(before_s - 2 * (1 - across), abs=0.03)


@pytest.mark.parametrize(("eighths", "span_s"), [(1, 8.0), (-1, 12.5)])
def test_the_smallest_turn_of_a_fine_wheel_zooms(board: Board, eighths: int, span_s: float) -> None:
    board.stage.turn(board.viewport, board.at(board.strip.box, 0.5), eighths)
    board.stage.frames(1)
    assert board.x_range() == (-span_s, 0)


def test_wheel_below_the_plot_zooms_time_too(board: Board) -> None:
    board.stage.wheel(board.viewport, board.at(board.plot.time_axis, 0.5, 0.3), 1)
    board.stage.frames(1)
    assert board.x_range() == (-8, 0)
    assert not board.stage.window.pane.lock_button.isChecked()


@pytest.mark.parametrize(("clicks", "factor"), [(1, 0.8), (-1, 1.25)])
def test_wheel_on_the_value_axis_zooms_the_values_and_locks_them(
    board: Board, clicks: int, factor: float
) -> None:
    low, high = board.y_range()
    board.stage.wheel(board.viewport, board.at(board.strip.left, 0.5), clicks)
    board.stage.frames()
    new_low, new_high = board.y_range()
    assert new_high - new_low == pytest.approx(factor * (high - low))
    assert new_high + new_low == pytest.approx(high + low)
    assert board.stage.window.pane.lock_button.isChecked()
    assert board.x_range() == (-10, 0)


@proves("StripBox.mouseDragEvent")
def test_drag_pans_and_pauses(board: Board) -> None:
    box = board.strip.box
    board.stage.hold(board.viewport, board.at(box, 0.2), board.at(box, 0.3), board.at(box, 0.5))
    assert board.stage.window.pane.is_paused
    assert board.stage.window.pane.pause_button.isChecked()
    assert board.right_s() == pytest.approx(-3, abs=0.05)
    board.stage.frames(1)
    assert board.strip.bottom.right_edge_s == pytest.approx(board.stage.clock.now_s - 3, abs=0.05)
    board.stage.hold(board.viewport, board.at(box, 0.5), board.at(box, 0.4))
    assert board.right_s() == pytest.approx(-2, abs=0.1)
    board.stage.hold(board.viewport, board.at(box, 0.9), board.at(box, 0.1))
    assert board.right_s() == 0


def test_drag_on_the_value_axis_moves_the_values_and_locks_them(board: Board) -> None:
    low, high = board.y_range()
    axis = board.strip.left
    board.stage.hold(
        board.viewport, board.at(axis, 0.5, 0.6), board.at(axis, 0.5, 0.5), board.at(axis, 0.5, 0.2)
    )
    board.stage.frames()
    new_low, new_high = board.y_range()
    assert new_high - new_low == pytest.approx(high - low)
    assert new_low - low == pytest.approx(0.4 * (high - low), rel=0.05)
    assert board.stage.window.pane.lock_button.isChecked()
    assert not board.stage.window.pane.is_paused


@proves("Strip.sigDragged")
@pytest.mark.parametrize("which", [0, 1])
def test_a_dragged_cursor_measures_where_it_is_left(board: Board, which: int) -> None:
    stage, box = board.stage, board.strip.box
    stage.press("X")
    stage.frames()
    from_, to = board.at(box, (0.35, 0.65)[which]), board.at(box, 0.5)
    stage.move(board.viewport, from_)
    stage.hold(board.viewport, from_, board.at(box, 0.4), to)
    moved_s = board.plot.cursors.times_s(stage.clock.now_s)
    assert moved_s[which] - stage.clock.now_s == pytest.approx(-5, abs=0.05)
    assert moved_s[1 - which] - stage.clock.now_s == (-3.5, -6.5)[which]
    assert not stage.window.pane.is_paused
    stage.frames()
    assert stage.window.pane.measured == measured(*moved_s)


def test_a_cursor_dragged_beyond_the_edge_is_at_the_edge_when_released(board: Board) -> None:
    stage, box = board.stage, board.strip.box
    stage.press("X")
    stage.frames()
    places = [board.at(box, across) for across in (0.35, 0.1, -0.05)]
    stage.move(board.viewport, places[0])
    QTest.mousePress(board.viewport, LEFT, pos=places[0])
    for place in places[1:]:
        stage.move(board.viewport, place, LEFT)
        stage.frames()
    line = board.strip.cursors[0]
    assert line.value() == pytest.approx(-10.5, abs=0.05)
    assert board.plot.strips[1].cursors[0].value() == -10
    QTest.mouseRelease(board.viewport, LEFT, pos=places[-1])
    stage.frames()
    assert line.value() == -10


@proves("Plot.sigMouseMoved", "Plot.leaveEvent")
def test_hovering_shows_a_value_and_leaving_shows_the_newest_again(board: Board) -> None:
    stage = board.stage
    newest = texts(board.strip)[0]
    stage.device.say("v0=123", stage.clock.now_s - 1e-3)
    assert newest.startswith("Sine   ")
    assert " at " not in newest
    stage.move(board.viewport, board.at(board.strip.box, 0.9))
    hovered = texts(board.strip)[0]
    assert " at " in hovered
    assert hovered != newest
    counter = texts(board.plot.strips[2])[0]
    assert re.fullmatch(r"Counter   \d+   at \d\d:\d\d:\d\d\.\d{3}", counter)
    # The counter started two seconds ago and counts 20 per second; the pointer is at one second ago.
    assert int(counter.split()[1]) == pytest.approx(20, abs=1)
    QApplication.sendEvent(board.plot, QEvent(QEvent.Type.Leave))
    stage.frames(6)
    assert texts(board.strip)[0].startswith("Sine   123")
    assert " at " not in texts(board.strip)[0]


def test_a_cursor_is_highlighted_only_while_the_pointer_is_on_it(board: Board) -> None:
    stage, line = board.stage, board.strip.cursors[0]
    stage.press("X")
    stage.frames()
    stage.move(board.viewport, board.at(board.strip.box, 0.35))
    assert line.mouseHovering
    QApplication.sendEvent(board.plot, QEvent(QEvent.Type.Leave))
    assert not line.mouseHovering


def test_a_pointer_beside_the_strips_shows_no_value(board: Board) -> None:
    board.stage.move(board.viewport, board.at(board.strip.left, 0.5))
    assert board.plot.hovered_s() is None
    assert " at " not in texts(board.strip)[0]


def test_right_click_and_double_click_open_nothing(board: Board) -> None:
    place = board.at(board.strip.box, 0.5)
    QTest.mouseClick(board.viewport, Qt.MouseButton.RightButton, pos=place)
    QTest.mouseDClick(board.viewport, LEFT, pos=place)
    assert QApplication.activePopupWidget() is None
    board.stage.frames()
    assert board.x_range() == (-10, 0)


def test_click_on_the_legend_hides_a_curve_and_shows_it_again(board: Board) -> None:
    stage = board.stage
    (sine, *_) = stage.window.pane.legend.buttons
    stage.click(sine)
    assert [strip.styles[0].name for strip in board.plot.strips] == ["Temperature", "Counter"]
    check = Qt.ItemDataRole.CheckStateRole
    rows = stage.window.left.rows
    assert Qt.CheckState(rows.index(0, NAME).data(check)) is Qt.CheckState.Unchecked
    stage.click(sine)
    assert [strip.styles[0].name for strip in board.plot.strips] == ["Sine", "Temperature", "Counter"]
    assert Qt.CheckState(rows.index(0, NAME).data(check)) is Qt.CheckState.Checked


@proves("DatastreamTable.mouseReleaseEvent", "DatastreamTable.mouseDoubleClickEvent")
def test_a_click_on_a_dot_asks_for_a_look_and_a_double_click_beside_it_edits(board: Board) -> None:
    table = board.stage.window.left.table
    asked: list[str] = []
    table.look_asked.disconnect()
    table.edit_asked.disconnect()
    table.look_asked.connect(lambda target: asked.append(f"look {target}"))
    table.edit_asked.connect(lambda target: asked.append(f"edit {target}"))
    dots = {row: table.visualRect(table.rows.index(row, NAME)) for row in (0, 3)}
    for row, across in ((0, 15), (0, 40), (3, 15)):
        QTest.mouseClick(
            table.viewport(), LEFT, pos=QPoint(dots[row].left() + across, dots[row].center().y())
        )
    assert asked == ["look v0"]  # the text in row 3 has no dot
    QTest.mouseDClick(table.viewport(), LEFT, pos=dots[3].center())
    QTest.mouseDClick(table.viewport(), LEFT, pos=QPoint(dots[0].left() + 15, dots[0].center().y()))
    QTest.mouseDClick(table.viewport(), LEFT, pos=QPoint(5, table.viewport().height() - 2))
    assert [words for words in asked if "edit" in words] == ["edit v3"]
    table.setFocus()
    table.selectRow(1)
    board.stage.press("Return", table)
    assert asked[-1] == "edit v1"


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
    for item in (board.strip.box, board.strip.left):
        board.stage.turn(board.viewport, board.at(item, 0.5), 0)
    board.stage.frames(1)
    assert board.x_range() == (-10, 0)
    assert not board.stage.window.pane.lock_button.isChecked()
