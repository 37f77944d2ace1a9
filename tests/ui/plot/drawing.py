"""A real plot for tests, and functions that return the texts, the points and the places that it draws."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication, QGraphicsWidget
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.plot.curves import Key, Style
from ui.plot.plot import Plot
from ui.plot.strip import Strip
from ui.plot.time_view import TimeView
from ui.plot.trace import Series

NOW_S = 1_790_000_000.0
COLORS = ("#0072B2", "#D55E00", "#009E73", "#E69F00")


class Drawing:
    """A plot of 800 by 600 pixels, which shows the series of a test."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view = TimeView()
        self.plot = Plot(self.view)
        self.series: dict[str, Series] = {}
        self.now_s = NOW_S
        self.read: list[str] = []
        qtbot.addWidget(self.plot)
        self.plot.resize(800, 600)
        self.plot.set_history(self.history)
        with qtbot.waitExposed(self.plot, timeout=PATIENCE_MS):
            self.plot.show()

    def history(self, device: str, target: str, from_s: float, to_s: float) -> Series:
        assert device == ""
        self.read.append(target)
        times, values = self.series.get(target, (np.empty(0), np.empty(0)))
        first, last = np.searchsorted(times, from_s), np.searchsorted(times, to_s, side="right")
        return times[first:last], values[first:last]

    def put(self, target: str, *readings: tuple[float, float]) -> None:
        """Set the readings of a target; a reading is a pair of its age in seconds and its value."""
        times, values = zip(*readings, strict=True)
        self.series[target] = (NOW_S - np.array(times, float), np.array(values, float))

    def name(self, targets: Sequence[str], unit: str = "") -> None:
        """Show a curve for each of `targets`, all with the same unit."""
        colors = itertools.cycle(COLORS)
        self.plot.set_styles([Style(target, f"name of {target}", unit, next(colors)) for target in targets])
        QApplication.processEvents()

    def draw(self, frames: int = 1) -> None:
        for _ in range(frames):
            self.plot.refresh(self.now_s)

    @property
    def strip(self) -> Strip:
        """The topmost strip."""
        return self.plot.strips[0]


def keys(*targets: str) -> frozenset[Key]:
    """The keys of the curves of a drawing."""
    return frozenset(("", target) for target in targets)


def texts(strip: Strip) -> list[str]:
    """The texts in a strip's header, one for each curve."""
    return [drawn.label.text() for drawn in strip.drawn]


def points(strip: Strip, number: int = 0) -> list[tuple[float, float]]:
    """The points of a curve of a strip; X is in seconds relative to the right edge of the view."""
    lines = strip.drawn[number].curve.path().toSubpathPolygons()
    return [(round(at.x(), 6), round(at.y(), 6)) for line in lines for at in line.toList()]


def place(item: QGraphicsWidget) -> QRectF:
    """The rectangle of a part of the plot in the scene (`boundingRect` of an axis would include its grid)."""
    return item.mapRectToScene(QRectF(QPointF(), item.size()))
