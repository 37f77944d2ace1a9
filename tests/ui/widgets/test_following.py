"""A list follows its newest row until the user scrolls up."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.widgets.following import Following
from ui.widgets.text_model import TextModel


class List:
    """A list with as many rows as a test wants."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view, self.model = QTableView(), TextModel(["number"])
        self.view.setModel(self.model)
        self.view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerItem)
        qtbot.addWidget(self.view)
        self.following = Following(self.view)
        self.heard: list[bool] = []
        self.following.changed.connect(self.heard.append)
        with qtbot.waitExposed(self.view, timeout=PATIENCE_MS):
            self.view.show()

    def show(self, first: int, last: int, dropped: int = 0) -> None:
        def change() -> int:
            self.model.show([(str(number),) for number in range(first, last)])
            return dropped

        self.following.add(change)

    @property
    def top(self) -> str:
        return str(self.model.index(self.view.rowAt(0), 0).data())

    @property
    def is_at_the_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() == bar.maximum() > 0


@pytest.fixture
def rows(qtbot: QtBot) -> List:
    made = List(qtbot)
    made.show(0, 200)
    return made


def test_the_newest_row_is_in_sight(rows: List) -> None:
    assert rows.is_at_the_end
    rows.show(0, 300)
    assert rows.is_at_the_end
    assert (rows.following.is_on, rows.heard) == (True, [])


def test_after_scrolling_up_the_same_rows_stay_in_sight(rows: List) -> None:
    rows.view.verticalScrollBar().setValue(100)
    assert rows.heard == [False]
    rows.show(0, 250)
    assert rows.top == "100"
    rows.show(30, 280, dropped=30)
    assert rows.top == "100"
    rows.show(150, 300, dropped=120)
    assert rows.top == "150"  # The rows themselves have left.
    rows.following.begin()
    assert rows.is_at_the_end
    assert rows.heard == [False, True]


def test_scrolling_down_to_the_end_follows_again(rows: List) -> None:
    bar = rows.view.verticalScrollBar()
    bar.setValue(100)
    bar.setValue(bar.maximum())
    rows.show(0, 260)
    assert rows.is_at_the_end
