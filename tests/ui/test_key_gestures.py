"""Keys in the plot, the lists and the tabs: the tests send real events and check what is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.gestures import Board, proves
from tests.ui.plot.drawing import values
from tests.ui.stage import LEFT
from ui.lower_pane import CLOUD


@proves("Plot.keyPressEvent", "Key_Left", "Key_Right")
def test_left_and_right_move_through_time(board: Board) -> None:
    for key, ago_s in (("Left", -1), ("Left", -2), ("Right", -1), ("Right", 0), ("Right", 0)):
        board.stage.press(key)
        assert board.right_s() == pytest.approx(ago_s)
    assert board.stage.window.pane.is_paused


@proves("Key_Up", "Key_Down")
@pytest.mark.parametrize(
    ("keys", "moved", "factor"),
    [("Up", 0.1, 1), ("Down", -0.1, 1), ("Shift+Up", 0, 0.8), ("Shift+Down", 0, 1.25)],
)
def test_up_and_down_move_and_zoom_the_values_of_every_strip(
    board: Board, keys: str, moved: float, factor: float
) -> None:
    strips = board.plot.strips[:3]
    before = [values(strip) for strip in strips]
    board.stage.press(keys)
    board.stage.frames()
    assert all(group.scale.is_locked for strip in board.plot.strips for group in strip.groups)
    for strip, (low, high) in zip(strips, before, strict=True):
        new_low, new_high = values(strip)
        assert new_high - new_low == pytest.approx(factor * (high - low))
        assert (new_low + new_high - low - high) / 2 == pytest.approx(moved * (high - low), abs=1e-9)


def test_keys_move_the_cursors(board: Board) -> None:
    stage, cursors = board.stage, board.plot.cursors

    def places() -> tuple[float, ...]:
        return tuple(round(at_s - stage.clock.now_s, 6) for at_s in cursors.times_s(stage.clock.now_s))

    stage.press("Ctrl+Left")
    assert places() == (-6.5, -3.5)  # hidden cursors are not moved
    stage.press("X")
    assert places() == (-6.5, -3.5)
    for keys, wanted in (
        ("Ctrl+Left", (-6.55, -3.5)),
        ("Ctrl+Right", (-6.5, -3.5)),
        ("Ctrl+Shift+Left", (-6.5, -3.55)),
        ("Ctrl+Shift+Right", (-6.5, -3.5)),
        ("Ctrl+Up", (-6.5, -3.5)),
    ):
        stage.press(keys, board.plot)
        assert places() == wanted
    assert not stage.window.pane.is_paused
    assert not stage.window.pane.tools.lock_button.isChecked()
    for _ in range(6):
        stage.press("Left", board.plot)
    assert board.right_s() == pytest.approx(-6)
    stage.press("Ctrl+Up", board.plot)
    assert places() == (-6.5, -3.5)  # the second one is beyond the right edge of the paused view


@proves("Panes.Key_Space", "MainWindow.keyPressEvent", "Key_Space")
def test_space_pauses_unless_a_widget_uses_it(board: Board) -> None:
    pane, window = board.stage.window.pane, board.stage.window
    window.console.view.selectRow(1)
    window.console.view.selectAll()
    chosen = window.console.view.chosen
    places: list[QWidget] = [board.plot, window.console.view, window.status_line, window]
    for number, widget in enumerate(places):
        board.stage.press("Space", widget)
        assert pane.is_paused is (number % 2 == 0)
    assert window.console.view.chosen == chosen  # a list of Qt would select the current row
    button = pane.tools.together_button
    button.setFocus()
    board.stage.press("Space", button)
    assert (pane.is_paused, button.isChecked()) == (False, True)


@proves("RowsView.keyPressEvent", "StandardKey.Copy", "StandardKey.MoveToEndOfLine")
def test_keys_copy_lines_of_the_console_and_follow_it(board: Board) -> None:
    console = board.stage.window.console
    view = console.view
    view.selectRow(1)
    board.stage.press("Ctrl+C", view)
    assert QGuiApplication.clipboard().text() == "v0=0.000"
    view.scrollToTop()
    assert console.newest_button.isVisible()
    board.stage.press("End", view)
    assert not console.newest_button.isVisible()


@proves("SendField.keyPressEvent")
def test_up_and_down_bring_back_what_was_sent(board: Board) -> None:
    field = board.stage.window.console.send_box.field
    for line in ("one", "two"):
        QTest.keyClicks(field, line)
        board.stage.press("Return", field)
    QTest.keyClicks(field, "thr")
    seen = []
    for key in ("Up", "Up", "Down", "Down"):
        board.stage.press(key, field)
        seen.append(field.text())
    assert seen == ["two", "one", "two", "thr"]


def test_tabs_show_their_pages(board: Board) -> None:
    lower = board.stage.window.lower_pane
    pages = (lower.console, lower.rejected, lower.cloud)
    for number in (1, 2, 0):
        QTest.mouseClick(lower.tabs, LEFT, pos=lower.tabs.tabRect(number).center())
        assert [page.isVisible() for page in pages] == [number == n for n in range(3)]
        assert [page.tools.isVisible() for page in pages] == [number == n for n in range(3)]
    lower.tabs.setFocus()
    board.stage.press("Left", lower.tabs)
    assert lower.front == 0
    board.stage.press("Right", lower.tabs)
    board.stage.press("Right", lower.tabs)
    assert lower.front == CLOUD


@proves("Key_Escape")
def test_escape_ends_the_view_for_an_audience_and_does_nothing_else(board: Board) -> None:
    window = board.stage.window
    window.toggle_beamer()
    assert window.isFullScreen()
    board.stage.press("Esc")
    assert not window.isFullScreen()
    board.stage.press("Esc")
    assert window.isVisible()
    assert not window.isFullScreen()


@proves("ScrollPage.eventFilter")
def test_a_window_that_is_too_small_scrolls_to_what_has_the_focus(board: Board) -> None:
    window = board.stage.window
    window.resize(640, 400)
    for _ in range(5):
        board.stage.press("Ctrl++")
    QApplication.processEvents()
    button = window.console.send_box.button
    assert window.page.width() > window.width()
    assert button.visibleRegion().isEmpty()
    before = window.focusWidget()
    while window.focusWidget() is not button:
        board.stage.press("Tab")
        assert window.focusWidget() is not before, "Tab does not reach the button"
    assert button.visibleRegion().boundingRect().size() == button.size()


@proves("DatastreamTable.keyPressEvent", "Key_Space")
def test_space_hides_the_curve_of_the_chosen_row_and_does_not_pause(board: Board) -> None:
    stage, table = board.stage, board.stage.window.left.table
    table.setFocus()
    for keys, hidden in (
        (("Home", "Space"), {"v0"}),
        (("Down", "Right", "Space"), {"v0", "v1"}),
        (("Up", "Space"), {"v1"}),
        (("Ctrl+End", "Space"), {"v1", "v3"}),
    ):
        for key in keys:
            stage.press(key, table)
        assert stage.window.pane.hidden == {("greenhouse", target) for target in hidden}
    assert not stage.window.pane.is_paused
