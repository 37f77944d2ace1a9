"""What the eye goes by: panes that stand out from the ground, and a plot that fills its room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QScrollArea

from tests.ui.stage import Stage
from ui.colors import LIGHT


def test_each_pane_is_a_card_with_an_edge(stage: Stage) -> None:
    window = stage.window
    picture = window.grab().toImage()
    for pane in (window.bar, window.left, window.pane, window.lower_pane):
        edge = pane.mapTo(window, QPoint(0, pane.height() // 2))
        places = (edge - QPoint(2, 0), edge, edge + QPoint(1, 0))
        seen = [picture.pixelColor(place) for place in places]
        assert seen == [QColor(LIGHT.window), QColor(LIGHT.border), QColor(LIGHT.card)], type(pane).__name__


def test_the_window_opens_as_large_as_it_was(stage: Stage, reopened: Callable[[], Stage]) -> None:
    stage.window.resize(1000, 700)
    assert reopened().window.size() == QSize(1000, 700)


def test_the_plot_fills_its_room_and_is_scrolled_where_its_lanes_need_more(stage: Stage) -> None:
    plot = stage.window.pane.plot
    (area,) = [area for area in stage.window.pane.findChildren(QScrollArea) if area.widget() is plot]
    assert plot.size() == area.viewport().size()
    plot.setMinimumHeight(2000)
    stage.wait_until(area.verticalScrollBar().isVisible)
    assert (plot.width(), plot.height()) == (area.viewport().width(), 2000)
