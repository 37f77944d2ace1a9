"""Rows that are renewed as a whole and yet keep their place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from ui.rows_view import RowsView
from ui.text_model import TextModel


def rows(*numbers: int) -> list[tuple[str, ...]]:
    return [(str(number), f"line {number}") for number in numbers]


def test_selection_outlives_new_rows_and_the_loss_of_old_ones(
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
def test_text_of_a_stranger_stays_plain() -> None:
    model = TextModel(("Text",))
    model.show([("<b>bold</b>",)])
    assert model.index(0, 0).data() == "<b>bold</b>"
    assert "<b>" not in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
