"""A model whose list of rows is replaced at once; selected rows that are in the new list stay selected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from ui.widgets.rows_view import RowsView
from ui.widgets.text_model import TextModel


def rows(*numbers: int) -> list[tuple[str, ...]]:
    return [(str(number), f"line {number}") for number in numbers]


def test_a_selection_stays_when_rows_are_added_and_old_ones_removed(
    qtbot: QtBot,
) -> None:
    model = TextModel(("Number", "Text"))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    view = RowsView("Rows")
    qtbot.addWidget(view)
    view.setModel(model)
    model.show(rows(1, 2, 3))
    view.selectRow(2)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.show(rows(2, 3, 4))
    assert view.chosen == [1]
    model.show(rows(2, 3, 4))
    model.show(rows(3))
    assert (resets, view.chosen) == ([1], [])
    model.show(rows(7, 8))
    assert model.text_of([1]) == "8\tline 8"
    model.show([])
    assert model.rowCount() == 0


def test_selected_rows_are_copied(qtbot: QtBot) -> None:
    model = TextModel(("Number", "Text"))
    view = RowsView("Rows")
    qtbot.addWidget(view)
    view.setModel(model)
    model.show(rows(1, 2, 3))
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\tline 1\n2\tline 2\n3\tline 3"


@pytest.mark.usefixtures("qtbot")
def test_text_from_a_board_is_no_markup_in_a_tool_tip() -> None:
    model = TextModel(("Text",))
    model.show([("<b>bold</b>",)])
    assert model.index(0, 0).data() == "<b>bold</b>"
    assert "<b>" not in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.usefixtures("qtbot")
def test_columns_have_headers() -> None:
    model = TextModel(("Number", "Text"))
    model.show(rows(1))
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [model.headerData(column, across) for column in (0, 1)] == ["Number", "Text"]
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert model.headerData(0, across, Qt.ItemDataRole.TextAlignmentRole) == left
    assert model.headerData(0, across, Qt.ItemDataRole.ToolTipRole) is None
    assert model.headerData(0, down) is None
    assert (model.rowCount(), model.columnCount()) == (1, 2)
    cell = model.index(0, 0)
    assert (model.rowCount(cell), model.columnCount(cell)) == (0, 0)
    assert model.rowCount(QModelIndex()) == 1
    assert model.columnCount(QModelIndex()) == 2
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "<span>1</span>"
    assert cell.data(Qt.ItemDataRole.DecorationRole) is None


@pytest.mark.usefixtures("qtbot")
def test_views_are_told_only_of_added_and_removed_rows() -> None:
    model = TextModel(("Number", "Text"))
    heard: list[tuple[object, ...]] = []
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(("out", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset",)))
    for shown, wanted in (
        (rows(1, 2, 3), [("in", 0, 2)]),
        (rows(1, 2, 3), []),
        (rows(1, 2, 3, 4), [("in", 3, 3)]),
        (rows(3, 4), [("out", 0, 1)]),
        (rows(4, 5, 6), [("out", 0, 0), ("in", 1, 2)]),
        (rows(4, 6), [("reset",)]),
        ([], [("out", 0, 1)]),
    ):
        heard.clear()
        model.show(shown)
        assert heard == wanted
        assert model.text_of(range(model.rowCount())) == "\n".join("\t".join(row) for row in shown)
