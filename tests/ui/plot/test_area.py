"""The place of the plot: a late plot is like one from the start; the time axis stays in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.plot.drawing import NOW_S, on_screen, place, points
from tests.ui.plot.fixed_source import fixed
from tests.ui.stage import PATIENCE_MS
from ui.plot.area import PlotArea
from ui.plot.curves import Style
from ui.plot.pane import PlotPane
from ui.plot.plot import Plot
from ui.plot.time_view import TimeView
from ui.theme.colors import DARK

STYLES = [Style("v1", "one", "", "#0072B2"), Style("v2", "two", "", "#D55E00")]


def test_a_plot_that_is_made_late_has_all_that_was_set_before(qtbot: QtBot) -> None:
    area = PlotArea(TimeView())
    qtbot.addWidget(area)
    area.set_source(fixed((NOW_S - 2, 1.0), (NOW_S - 1, 2.0)))
    area.set_hidden(frozenset({("", "v2")}))
    area.set_scheme(DARK)
    area.set_zero(NOW_S - 3)
    area.read_again()
    area.touch()
    assert area.made is None
    with qtbot.waitSignal(area.plot_made):
        plot = area.plot
    assert area.plot is area.made is area.widget() is plot
    plot.set_styles(STYLES)
    plot.refresh(NOW_S)
    (strip,) = plot.strips
    assert strip.styles[0].target == "v1"
    assert "00:00" in [tick.label for tick in plot.time_axis.ticks]
    assert points(strip) == [(-2, 1), (-1, 2)]
    with qtbot.waitExposed(area, timeout=PATIENCE_MS):
        area.show()
    assert on_screen(area.viewport()).pixelColor(1, 1) == QColor(DARK.card)


def test_space_in_the_plot_asks_for_a_pause(qtbot: QtBot) -> None:
    area = PlotArea(TimeView())
    qtbot.addWidget(area)
    area.plot.setFocus()
    with qtbot.waitExposed(area):
        area.show()
    with qtbot.waitSignal(area.pause_asked):
        QTest.keyClick(area.plot, Qt.Key.Key_Space)


@pytest.fixture
def pane(qtbot: QtBot) -> PlotPane:
    """A pane with six strips, of which less than two are in sight."""
    pane = PlotPane()
    qtbot.addWidget(pane)
    pane.set_styles([Style(f"v{number}", "Sine", "", "#0072B2") for number in range(6)])
    pane.show_plot()
    pane.resize(600, 230)
    with qtbot.waitExposed(pane, timeout=PATIENCE_MS):
        pane.show()
    draw(pane.plot_area)
    return pane


@pytest.fixture
def area(pane: PlotPane) -> PlotArea:
    return pane.plot_area


def draw(area: PlotArea) -> Plot:
    QApplication.processEvents()
    plot = area.widget()
    assert isinstance(plot, Plot)
    plot.refresh(NOW_S)
    return plot


def axis_bottom(plot: Plot) -> int:
    """The lower edge of the time axis, counted from the top of the area."""
    return plot.y() + place(plot.time_axis, plot).bottom() + 1


def test_the_time_axis_stays_at_the_bottom_of_the_area(area: PlotArea) -> None:
    bar, plot = area.verticalScrollBar(), draw(area)
    assert bar.maximum() > 100
    for at in (0, 100, bar.maximum()):
        bar.setValue(at)
        assert axis_bottom(plot) == area.viewport().height()
    bar.setValue(0)
    for height in (260, 900):
        area.window().resize(600, height)
        draw(area)
        assert axis_bottom(plot) == area.viewport().height()
    assert bar.maximum() == 0


def test_a_header_is_shown_whole_or_not_at_all(area: PlotArea) -> None:
    plot = draw(area)
    for at in range(0, 120, 7):
        area.verticalScrollBar().setValue(at)
        covered = place(plot.time_axis, plot)
        assert covered.bottom() + 1 == area.viewport().height() + at
        for strip in plot.strips:
            header = place(strip.header, plot)
            assert header.bottom() < covered.top() or covered.top() <= header.top()


@pytest.mark.parametrize("size_pt", [9, 18])
def test_there_is_always_room_for_one_strip(area: PlotArea, size_pt: int) -> None:
    font = area.window().font()
    font.setPointSizeF(size_pt)
    area.window().setFont(font)
    QApplication.processEvents()
    area.window().resize(600, area.window().minimumSizeHint().height())
    plot = draw(area)
    assert area.height() == area.minimumSizeHint().height()
    assert place(plot.strips[0].canvas, plot).bottom() < place(plot.time_axis, plot).top()
    assert plot.strips[0].canvas.height() > 28


def test_a_larger_area_shows_the_time_axis_at_its_new_lower_edge(area: PlotArea) -> None:
    """The plot stays as high as it was, so it has no news of the area."""
    plot = draw(area)
    height = plot.height()
    area.window().resize(600, area.window().height() + 60)
    QApplication.processEvents()
    assert plot.height() == height
    assert axis_bottom(plot) == area.viewport().height()
