"""A layout that puts widgets beside each other, and begins a new row when the width is used up."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.widgets.flow import FlowLayout, FlowWidget


class Block(QWidget):
    def __init__(self, parent: QWidget, width: int, height: int) -> None:
        super().__init__(parent)
        self._hint = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._hint


def test_a_new_row_begins_when_the_width_is_used_up(qtbot: QtBot) -> None:
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
    assert flow.heightForWidth(320) == 60
    assert flow.heightForWidth(319) == 90
    flow.setGeometry(QRect(7, 5, 250, 500))
    assert [(block.x(), block.y()) for block in blocks] == [(7, 5), (117, 5), (7, 45), (7, 75)]
    assert blocks[3].size() == QSize(400, 20)
    assert flow.geometry() == QRect(7, 5, 250, 500)
    flow.heightForWidth(100)
    assert (blocks[1].x(), blocks[1].y()) == (117, 5)  # asking for the height moves nothing


def test_a_widget_that_is_too_wide_stays_in_the_first_row_and_flat_ones_take_no_room(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page, spacing=10)
    assert flow.heightForWidth(250) == 0
    blocks = [Block(page, *size) for size in ((400, 20), (200, 0), (200, 0))]
    for block in blocks:
        flow.addWidget(block)
    flow.setGeometry(QRect(0, 0, 250, 500))
    assert [(block.x(), block.y()) for block in blocks] == [(0, 0), (0, 30), (0, 40)]
    assert flow.heightForWidth(250) == 40


def test_it_needs_room_for_the_widest_and_the_tallest_widget(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page)
    assert flow.minimumSize() == QSize()
    for size in ((100, 20), (50, 40)):
        block = QWidget(page)
        block.setMinimumSize(*size)
        flow.addWidget(block)
    assert flow.minimumSize() == flow.sizeHint() == QSize(100, 40)


def test_the_widget_is_as_tall_as_its_rows_at_its_width(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    flow = FlowWidget()
    below = QWidget()
    column.addWidget(flow)
    column.addWidget(below, 1)
    blocks = [Block(flow, 100, 20) for _ in range(3)]
    for block in blocks:
        flow.add(block)
    page.resize(250, 300)
    with qtbot.waitExposed(page, timeout=PATIENCE_MS):
        page.show()
    assert flow.height() == blocks[2].geometry().bottom() + 1
    assert [block.y() for block in blocks] == [0, 0, flow.height() - 20]
    assert blocks[1].x() - 100 == blocks[2].y() - 20 > 0
    flow.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert flow.findChildren(Block) == []


def test_items_are_added_and_removed(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page)
    flow.addWidget(Block(page, 10, 10))
    assert flow.count() == 1
    assert flow.itemAt(0) is not None
    assert flow.itemAt(1) is flow.itemAt(-1) is None
    assert flow.takeAt(1) is flow.takeAt(-1) is None
    assert flow.count() == 1
    assert flow.takeAt(0) is not None
    assert flow.count() == 0
