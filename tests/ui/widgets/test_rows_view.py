"""A table of one-line rows: how it looks, and what can be selected and copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView
from pytestqt.qtbot import QtBot

from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel

ROWS = [(f"{number}", f"line {number}", "what to do") for number in range(50)]


@pytest.fixture
def view(qtbot: QtBot) -> RowsView:
    view = RowsView("Lines")
    qtbot.addWidget(view)
    model = TextModel(("Number", "Line", "Hint"), view)
    view.setModel(model)
    model.show(ROWS)
    return view


def test_rows_are_low_without_lines_and_the_last_column_takes_the_remaining_width(view: RowsView) -> None:
    view.set_widths((5, 10))
    view.resize(900, 300)
    view.grab()
    letter = view.fontMetrics().averageCharWidth()
    widths = [view.columnWidth(column) for column in range(3)]
    assert widths == [5 * letter, 10 * letter, view.viewport().width() - 15 * letter]
    rows, header = view.verticalHeader(), view.horizontalHeader()
    assert rows.isHidden()
    assert {view.rowHeight(row) for row in range(50)} == {view.fontMetrics().height() + 5}
    assert rows.sectionResizeMode(0) is QHeaderView.ResizeMode.Fixed
    assert rows.minimumSectionSize() == 8
    assert (header.highlightSections(), header.sectionsClickable()) == (False, False)
    assert (view.showGrid(), view.wordWrap(), view.tabKeyNavigation()) == (False, False, False)
    assert view.frameShape() is QFrame.Shape.NoFrame
    assert view.verticalScrollMode() is QAbstractItemView.ScrollMode.ScrollPerItem
    assert view.accessibleName() == "Lines"


def test_a_very_low_view_shows_a_row_instead_of_its_header(view: RowsView) -> None:
    view.resize(900, 200)
    view.grab()
    assert view.horizontalHeader().isVisibleTo(view)
    view.resize(900, view.minimumSizeHint().height())
    view.grab()
    assert not view.horizontalHeader().isVisibleTo(view)
    assert view.viewport().height() >= view.rowHeight(0)
    view.resize(900, 200)
    view.grab()
    assert view.horizontalHeader().isVisibleTo(view)


def test_whole_rows_are_selected_and_copied_from_the_top(view: RowsView) -> None:
    assert view.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
    for row in (7, 3):
        view.selectionModel().select(
            view.model().index(row, 1),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    assert view.chosen == [3, 7]
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "3\tline 3\twhat to do\n7\tline 7\twhat to do"


def test_end_goes_to_the_newest_row_and_other_keys_are_qt_s(view: RowsView) -> None:
    view.resize(900, 200)
    view.grab()
    QTest.keyClick(view, Qt.Key.Key_End)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1


def test_a_column_can_be_as_wide_as_a_text_in_any_font(view: RowsView) -> None:
    model = view.model()
    assert isinstance(model, TextModel)
    model.show([("2026-11-27 19:04:33", "v1=5", "")])
    for size_pt in (9.0, 18.0):
        font = view.font()
        font.setPointSizeF(size_pt)
        view.setFont(font)
        view.set_widths(("2026-11-27 19:04:33", 10))
        assert view.sizeHintForColumn(0) <= view.columnWidth(0) < 1.5 * view.sizeHintForColumn(0)
    font.setPointSizeF(9.0)
    view.setFont(font)
    assert view.columnWidth(0) < 1.5 * view.sizeHintForColumn(0)
