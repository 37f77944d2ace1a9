"""A real plot for tests, and functions that return the texts, the points and the places that it draws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.wire.states import StateRow, during, fitted, state_rows
from tests.ui.fake_timelines import FakeTimelines
from tests.ui.stage import PATIENCE_MS
from ui.plot.curves import Key, Style
from ui.plot.feed.trace import Series
from ui.plot.plot import Plot
from ui.plot.strips.canvas import Line
from ui.plot.strips.state_strip import AnyStrip
from ui.plot.time_view import TimeView

NOW_S = 1_790_000_000.0
COLORS = ("#0072B2", "#D55E00", "#009E73", "#E69F00")


class Drawing:
    """A plot of 800 by 600 pixels, which shows the series of a test."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view = TimeView()
        self.plot = Plot(self.view)
        self.series: dict[str, Series] = {}
        self.texts: dict[str, list[tuple[float, str]]] = {}
        self.now_s = NOW_S
        self.runs = True
        self.read: list[str] = []
        self.timelines = FakeTimelines()
        self._puts = 0
        qtbot.addWidget(self.plot)
        self.plot.resize(800, 600)
        self.plot.set_source(self)
        with qtbot.waitExposed(self.plot, timeout=PATIENCE_MS):
            self.plot.show()

    @property
    def readings(self) -> Drawing:
        """The drawing is its own source of readings."""
        return self

    def window(self, device: str, target: str, from_s: float, to_s: float, columns: int) -> Series:
        assert (device, columns > 0) == ("", True)
        self.read.append(target)
        times, values = self.series.get(target, (np.empty(0), np.empty(0)))
        first = np.searchsorted(times, from_s)
        last = np.searchsorted(times, min(to_s, self.now_s), side="right")
        return times[first:last], values[first:last]

    def states(self, _device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        came = [each for each in self.texts.get(target, ()) if each[0] <= self.now_s]
        return fitted(during(list(state_rows(came)), from_s, to_s), from_s, to_s, columns)

    def count(self, device: str, target: str) -> object:
        """What has changed if the plot must read again: a test has put readings, or time has brought some."""
        times, _ = self.series.get(target, (np.empty(0), np.empty(0)))
        texts = sum(at_s <= self.now_s for at_s, _ in self.texts.get(target, ()))
        return device, self._puts, texts, int(np.searchsorted(times, self.now_s, side="right"))

    def revision(self, _device: str, _target: str) -> int:
        return 0

    def extent(self, _device: str, target: str) -> tuple[float, float] | None:
        times = [*self.series.get(target, ((),))[0], *(at_s for at_s, _ in self.texts.get(target, ()))]
        return (float(min(times)), float(max(times))) if times else None

    def put(self, target: str, *readings: tuple[float, float]) -> None:
        """Set the readings of a target; a reading is a pair of its age in seconds and its value."""
        times, values = zip(*readings, strict=True)
        self.set(target, NOW_S - np.array(times, float), np.array(values, float))

    def say(self, target: str, *readings: tuple[float, str]) -> None:
        """Set the texts of a target; a reading is a pair of its age in seconds and its text."""
        self.texts[target] = [(NOW_S - age_s, said) for age_s, said in readings]
        self._puts += 1

    def set(self, target: str, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Set the readings of a target, with times in Unix seconds. Those after now are still to come."""
        self.series[target] = times, values
        self._puts += 1

    def name(self, targets: Sequence[str], unit: str = "") -> None:
        """Show a curve for each of `targets`, all with the same unit."""
        colors = itertools.cycle(COLORS)
        self.show([Style(target, f"name of {target}", unit, next(colors)) for target in targets])

    def show(self, styles: Sequence[Style]) -> None:
        """Show these curves."""
        self.plot.set_styles(styles)
        QApplication.processEvents()

    def draw(self, frames: int = 1, *, each_s: float = 0.0, texts: bool = True) -> None:
        """Draw frames, and let `each_s` seconds pass before each."""
        for _ in range(frames):
            self.now_s += each_s
            self.plot.refresh(self.now_s, runs=self.runs, texts=texts)

    def paint(self, frames: int = 1, *, each_s: float = 0.0) -> None:
        """Draw frames as `draw` does, and let Qt paint each."""
        for _ in range(frames):
            self.draw(1, each_s=each_s)
            QApplication.processEvents()

    def settle(self) -> None:
        """Draw until all axes have their widths, and paint it."""
        for _ in range(3):
            self.plot.touch()
            self.paint()

    @property
    def strip(self) -> AnyStrip:
        """The topmost strip."""
        return self.plot.strips[0]


def keys(*targets: str) -> frozenset[Key]:
    """The keys of the curves of a drawing."""
    return frozenset(("", target) for target in targets)


def texts(strip: AnyStrip) -> list[str]:
    """The texts in a strip's header, one for each curve."""
    return strip.header.texts


def points(strip: AnyStrip, number: int = 0, *, now_s: float = NOW_S) -> list[tuple[float, float]]:
    """The points of a curve of a strip; X is in seconds relative to `now_s`."""
    times, values = strip.canvas.curves[number].points
    return [
        (round(at_s - now_s, 6), value) for at_s, value in zip(times.tolist(), values.tolist(), strict=True)
    ]


def values(strip: AnyStrip, axis: int = 0) -> tuple[float, float]:
    """The lowest and the highest value that an axis of a strip shows."""
    scale = strip.groups[axis].scale
    return scale.low, scale.high


def shows(strip: AnyStrip, span_s: float, to_s: float = NOW_S) -> bool:
    """Whether a strip shows `span_s` seconds, and the moment `to_s` (Unix seconds) in its last column."""
    frame = strip.canvas.frame
    is_as_long = math.isclose(frame.to_s - frame.from_s, span_s, rel_tol=1e-6)
    return is_as_long and frame.to_s - 2 * frame.column_s <= to_s <= frame.to_s + frame.column_s


def lines(strip: AnyStrip, *, now_s: float = NOW_S) -> list[tuple[str, float]]:
    """The label of each vertical line of a strip, and its time in seconds relative to `now_s`."""
    shown: Sequence[Line] = strip.canvas.content.lines
    return [(line.label, round(line.at_s - now_s, 6)) for line in shown]


def place(part: QWidget, within: QWidget) -> QRect:
    """The rectangle of a part of the window in the coordinates of the widget `within`."""
    return QRect(part.mapTo(within, QPoint()), part.size())


def on_screen(widget: QWidget) -> QImage:
    """What is on the screen where `widget` is: what was painted so far, not what it would paint now."""
    QApplication.processEvents()
    window, size = widget.window(), widget.size()
    at = widget.mapTo(window, QPoint())
    picture = widget.screen().grabWindow(window.winId(), at.x(), at.y(), size.width(), size.height())
    return picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
