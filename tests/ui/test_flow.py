"""Widgets beside each other, a new row where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.flow import FlowLayout


class Block(QWidget):
    def __init__(self, parent: QWidget, width: int, height: int) -> None:
        super().__init__(parent)
        self._hint = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._hint


def test_rows_break_where_the_width_ends(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page, spacing=10)
    blocks = [Block(page, *size) for size in ((100, 20), (100, 30), (100, 20), (400, 20))]
    for block in blocks:
        flow.addWidget(block)
    flow.setGeometry(QRect(0, 0, 250, 500))
    assert [(block.x(), block.y()) for block in blocks] == [(0, 0), (110, 0), (0, 40), (0, 70)]
    assert flow.hasHeightForWidth()
    assert flow.heightForWidth(250) == 90
    assert flow.heightForWidth(1000) == 30
    assert flow.expandingDirections() == Qt.Orientation(0)


def test_items_come_and_go(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page)
    flow.addWidget(Block(page, 10, 10))
    assert flow.count() == 1
    assert flow.itemAt(0) is not None
    assert flow.itemAt(1) is None
    assert flow.takeAt(5) is None
    assert flow.takeAt(0) is not None
    assert flow.count() == 0
