"""The looks of the window: the panes stand out from the background, and the plot fills its room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from tests.ui.stage import Stage
from ui.plot.pane import PlotPane
from ui.theme.colors import LIGHT


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


def place(widget: QWidget, pane: QWidget) -> QRect:
    return QRect(widget.mapTo(pane, QPoint()), widget.size())


def plot_area(pane: PlotPane) -> QScrollArea:
    (area,) = [area for area in pane.findChildren(QScrollArea) if area.widget() is pane.plot]
    return area


def test_everything_above_the_plot_takes_no_more_room_than_it_needs(stage: Stage) -> None:
    pane = stage.window.pane
    pane.toggle_pause()
    stage.frames()
    (word,) = [label for label in pane.findChildren(QLabel) if label.text().startswith("View paused")]
    stage.wait_until(lambda: word.height() == word.sizeHint().height())
    assert word.property("tone") == "warn"
    tools = place(pane.tools, pane)
    said, plot = place(word, pane), place(plot_area(pane).viewport(), pane)
    assert pane.whole
    whole = place(pane.whole, pane)
    assert tools.height() == pane.tools.heightForWidth(tools.width())
    for above, below in ((tools, said), (said, plot), (plot, whole)):
        assert above.bottom() < below.top() <= above.bottom() + 10
    # The margins at the left and the right are the same for all, and equal to the margin at the top.
    assert tools.left() == said.left() == plot.left() == tools.top()
    assert 8 <= tools.left() <= 12
    assert {tools.right(), plot.right(), whole.right()} == {pane.width() - 1 - tools.left()}
    assert 4 <= pane.height() - 1 - whole.bottom() <= tools.top()


def test_the_plot_fills_its_room_and_scrolls_if_its_strips_need_more(stage: Stage) -> None:
    plot = stage.window.pane.plot
    area = plot_area(stage.window.pane)
    assert plot.size() == area.viewport().size()
    plot.setMinimumHeight(2000)
    stage.wait_until(area.verticalScrollBar().isVisible)
    assert (plot.width(), plot.height()) == (area.viewport().width(), 2000)
