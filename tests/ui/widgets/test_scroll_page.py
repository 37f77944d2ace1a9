"""A page that scrolls: its parts adapt to the room before the page is fitted into it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.widgets.scroll_page import ScrollPage


def test_parts_that_adapt_to_the_room_find_back_from_a_page_that_is_wider(qtbot: QtBot) -> None:
    page, part = QWidget(), QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part)

    def adapt(room_px: int) -> None:
        part.setMinimumWidth(300 if room_px < 400 else 600)

    scrolling = ScrollPage(page, adapt)
    qtbot.addWidget(scrolling)
    scrolling.resize(700, 200)
    with qtbot.waitExposed(scrolling, timeout=PATIENCE_MS):
        scrolling.show()
    widths = [page.width()]
    for room_px in (500, 350):
        scrolling.resize(room_px, 200)
        QApplication.processEvents()
        widths.append(page.width())
    assert widths == [700, 600, 350]
