"""The place of the plot: a plot that is made late is like one that was there from the start."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.plot.drawing import NOW_S
from ui.plot.area import PlotArea
from ui.plot.curves import Style
from ui.plot.time_view import TimeView
from ui.plot.trace import Series
from ui.theme.colors import DARK

STYLES = [Style("v1", "one", "", "#0072B2"), Style("v2", "two", "", "#D55E00")]


def history(*_: object) -> Series:
    return np.array([NOW_S - 2, NOW_S - 1]), np.array([1.0, 2.0])


def test_a_plot_that_is_made_late_has_all_that_was_set_before(qtbot: QtBot) -> None:
    area = PlotArea(TimeView())
    qtbot.addWidget(area)
    area.set_history(history)
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
    assert (strip.styles[0].target, strip.bottom.zero_s) == ("v1", NOW_S - 3)
    assert plot.backgroundBrush().color() == QColor(DARK.card)
    assert not strip.drawn[0].curve.path().isEmpty()


def test_space_in_the_plot_asks_for_a_pause(qtbot: QtBot) -> None:
    area = PlotArea(TimeView())
    qtbot.addWidget(area)
    area.plot.setFocus()
    with qtbot.waitExposed(area):
        area.show()
    with qtbot.waitSignal(area.pause_asked):
        QTest.keyClick(area.plot, Qt.Key.Key_Space)
