"""The table of statistics: its size, its widths, and what is copied from it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.gestures import proves
from tests.ui.stage import LEFT, NO_KEYS, PATIENCE_MS
from ui.plot.curves import Style
from ui.plot.measuring.model import Row
from ui.plot.measuring.table import StatisticsTable

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
SHORT = ("1", "2", "3", "4", "5", "6", "7", "8")
LONG = ("−1000000000.125",) * 8


def rows(count: int, figures: Sequence[str] = SHORT) -> list[Row]:
    return [Row(Style(f"v{n}", f"curve {n}", "", "#0072B2"), tuple(figures)) for n in range(count)]


class Page(QWidget):
    """A table above an empty space, as in the pane of the plot."""

    def __init__(self) -> None:
        super().__init__()
        self.table = StatisticsTable()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        column.addWidget(QWidget(), 1)
        self.resize(900, 400)

    def settle(self) -> None:
        """Let the layout follow."""
        for _ in range(3):
            QApplication.processEvents()

    @property
    def rows_in_sight(self) -> float:
        """How many rows can be seen."""
        return self.table.viewport().height() / self.table.rowHeight(0)

    @property
    def widths(self) -> list[int]:
        return [self.table.columnWidth(column) for column in range(9)]


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.table.rows.show(rows(3))
    with qtbot.waitExposed(page, timeout=PATIENCE_MS):
        page.show()
    page.settle()
    return page


def test_the_table_is_as_high_as_its_rows_up_to_five(page: Page) -> None:
    assert page.rows_in_sight == 3
    for count, seen in ((5, 5), (9, 5), (1, 1)):
        page.table.rows.show(rows(count))
        page.settle()
        assert page.rows_in_sight == seen
        assert page.table.verticalScrollBar().isVisible() is (count > seen)
    page.table.rows.show(rows(9))
    page.table.set_most_rows(2)
    page.settle()
    assert page.rows_in_sight == 2


def test_rows_are_not_covered_by_the_bar_that_scrolls_sideways(page: Page) -> None:
    for width in (400, 250):
        page.resize(width, 400)
        page.table.rows.show(rows(3, LONG))
        page.settle()
        assert page.table.horizontalScrollBar().isVisible()
        assert page.rows_in_sight == 3
    page.resize(2500, 400)
    page.settle()
    assert not page.table.horizontalScrollBar().isVisible()
    assert page.rows_in_sight == 3
    # A bar at the right takes room, too.
    page.table.rows.show(rows(9))
    page.settle()
    page.resize(sum(page.table._widths()) + 1, 400)
    page.settle()
    assert page.table.horizontalScrollBar().isVisible()
    assert page.rows_in_sight == 5


def test_the_name_takes_the_spare_width_and_columns_only_grow(page: Page) -> None:
    assert sum(page.widths) == page.table.viewport().width()
    before = page.widths
    page.table.rows.show(rows(3, LONG))
    grown = page.widths
    assert all(now > then for now, then in zip(grown[1:], before[1:], strict=True))
    for column in range(1, 9):
        assert grown[column] >= page.table.sizeHintForIndex(page.table.rows.index(0, column)).width()
    page.table.rows.show(rows(3))
    assert page.widths == grown
    page.table.rows.show(rows(2))
    assert page.widths == before


def test_a_long_name_leaves_room_for_the_figures(page: Page) -> None:
    letter = page.table.fontMetrics().averageCharWidth()
    for name, letters in (("n" * 200, 36), ("n", 12)):
        page.table.rows.show([Row(Style("v1", name, "", "#0072B2"), LONG)])
        page.resize(200, 400)
        page.settle()
        assert page.widths[0] == letters * letter


def test_another_font_needs_other_widths(page: Page) -> None:
    page.table.rows.show(rows(3, LONG))
    before = page.widths
    font = page.table.font()
    font.setPointSizeF(2 * font.pointSizeF())
    page.table.setFont(font)
    page.settle()
    assert all(now > then for now, then in zip(page.widths[1:], before[1:], strict=True))
    assert page.rows_in_sight == 3


def test_the_copy_key_copies_selected_rows_or_else_all_with_the_titles(page: Page) -> None:
    table, clipboard = page.table, QGuiApplication.clipboard()
    whole = table.rows.whole_text()
    QTest.keySequence(table, "Ctrl+C")
    assert clipboard.text() == whole
    table.selectRow(1)
    table.rows.show(rows(3, LONG))  # The row stays selected.
    QTest.keySequence(table, "Ctrl+C")
    assert clipboard.text() == table.rows.text_of([1])


def menu_of(table: StatisticsTable) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5), NO_KEYS)
    QApplication.sendEvent(table.viewport(), event)
    (menu,) = table.findChildren(QMenu)
    return menu


def choose(table: StatisticsTable, number: int) -> None:
    menu = menu_of(table)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[number]).center())
    QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
    assert table.findChildren(QMenu) == []


@proves("StatisticsTable.contextMenuEvent")
def test_the_menu_copies_the_selected_rows_or_all_of_them(page: Page) -> None:
    table, clipboard = page.table, QGuiApplication.clipboard()
    menu = menu_of(table)
    texts = [entry.text() for entry in menu.actions()]
    assert texts == ["&Copy the selected rows (Ctrl+C)", "Copy &all with the titles"]
    assert [entry.isEnabled() for entry in menu.actions()] == [False, True]
    menu.close()
    QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
    table.selectRow(2)
    choose(table, 0)
    assert clipboard.text() == table.rows.text_of([2])
    choose(table, 1)
    assert clipboard.text() == table.rows.whole_text()


def test_the_table_can_be_reached_and_is_named(page: Page) -> None:
    assert page.table.accessibleName() == "Statistics between the cursors"
    assert page.table.focusPolicy() & Qt.FocusPolicy.TabFocus
