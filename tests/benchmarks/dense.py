"""A benchmark of the plot with very many points, beside plain pyqtgraph with the same points.

Sixteen datastreams of noise, with a million points each in view, are drawn at 1920 × 1080 in software. Both
plots follow the time as fast as they can, and at most as often as a screen shows it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget

from app.wire.states import StateRow
from app.wire.timeline import Timeline
from tests.benchmarks.figures import Figure
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.feed.trace import Series
from ui.plot.plot import Plot
from ui.plot.time_view import TimeView
from ui.theme.colors import PALETTE

_CURVES, _POINTS = 16, 1_000_000
_SPAN_S = 10.0
_WIDTH, _HEIGHT = 1920, 1080
_FRAME_S = 1 / 60
_LEAST_FRAMES = 5


class _Noise:
    """A source of readings: each target has the same times and its own values."""

    def __init__(self, begin_s: float, seconds: float, points: int) -> None:
        count = round(points * (_SPAN_S + seconds) / _SPAN_S)
        self.times = begin_s + np.arange(count) * (_SPAN_S / points)
        self.now_s = begin_s + _SPAN_S
        chance = np.random.default_rng(1)
        self._values = chance.normal(size=count + 1000 * _CURVES)

    def series(self, number: int, from_s: float, to_s: float) -> Series:
        """The points of a curve between two times, but none that is still to come."""
        first, last = np.searchsorted(self.times, (from_s, min(to_s, self.now_s)))
        return self.times[first:last], self._values[1000 * number :][first:last]

    @property
    def readings(self) -> _Noise:
        """See `Source`."""
        return self

    def revision(self, _device: str, _target: str) -> int:
        """See `Readings`."""
        return 0

    def extent(self, _device: str, _target: str) -> tuple[float, float]:
        """See `Readings`."""
        return float(self.times[0]), self.now_s

    def window(self, _device: str, target: str, from_s: float, to_s: float, _columns: int) -> Series:
        """See `Readings`."""
        return self.series(int(target[1:]), from_s, to_s)

    def states(self, *_: object) -> list[StateRow]:
        """See `Readings`."""
        return []

    def count(self, _device: str, _target: str) -> object:
        """See `Source`."""
        return self.now_s

    @property
    def timelines(self) -> _Noise:
        """See `Source`."""
        return self

    def read(self, _device: str, _from_s: float, _to_s: float) -> Timeline:
        """Nothing happens."""
        return Timeline()

    def version(self, _device: str) -> int:
        """Nothing happens."""
        return 0


class _Frames(NamedTuple):
    per_s: float
    worst_ms: float
    """The 99th percentile of the time that a frame took."""


def dense(seconds: float, points: int = _POINTS) -> list[Figure]:
    """Measure how many frames per second are drawn, and how long a frame takes.

    Each curve has so many `points` in view.
    """
    application = QApplication.instance() or QApplication([])
    figures = []
    for arrangement, at_least in ((Arrangement.APART, 60), (Arrangement.ONE_SCALE, 40)):
        own, rival = _own(arrangement, seconds, points), _rival(arrangement, seconds, points)
        thick = _own(arrangement, seconds, points, thick=True)
        what = "sixteen plots" if arrangement is Arrangement.APART else "one plot"
        figures += [
            Figure(f"a million points each, {what}", own.per_s, "frames/s", at_least=at_least),
            Figure(f"{what}, a frame, 99th percentile", own.worst_ms, "ms", at_most=1000 / at_least),
            Figure(f"{what}, curves two pixels thick", thick.per_s, "frames/s"),
            Figure(f"{what}, thick compared with fine", thick.per_s / own.per_s, "×", at_least=0.5),
            Figure(f"{what}, pyqtgraph", rival.per_s, "frames/s"),
            Figure(f"{what}, pyqtgraph, a frame, 99th percentile", rival.worst_ms, "ms"),
        ]
    application.processEvents()
    return figures


def _own(arrangement: Arrangement, seconds: float, points: int, *, thick: bool = False) -> _Frames:
    plot = Plot(TimeView(_SPAN_S))
    plot.resize(_WIDTH, _HEIGHT)
    source = _Noise(time.time(), seconds, points)
    plot.set_source(source)
    styles = [
        Style(f"v{number}", f"noise {number}", "V", PALETTE[number % len(PALETTE)])
        for number in range(_CURVES)
    ]
    plot.set_styles(styles)
    plot.set_arrangement(arrangement)
    plot.set_thick(thick)

    def draw() -> None:
        plot.refresh(source.now_s)

    return _measured(plot, source, draw, lambda: plot.strips[0].canvas.paints, seconds)


def _rival(arrangement: Arrangement, seconds: float, points: int) -> _Frames:
    window = pg.GraphicsLayoutWidget()
    window.resize(_WIDTH, _HEIGHT)
    source = _Noise(time.time(), seconds, points)
    curves: list[Any] = []
    for number in range(_CURVES):
        if not curves or arrangement is Arrangement.APART:
            plot = window.addPlot(row=number, col=0)
            plot.setXRange(-_SPAN_S, 0, padding=0)
        curves.append(plot.plot(pen=PALETTE[number % len(PALETTE)]))
    painted = [0]
    paint = window.paintEvent

    def count(event: Any) -> None:
        paint(event)
        painted[0] += 1

    window.paintEvent = count

    def draw() -> None:
        for number, curve in enumerate(curves):
            times, values = source.series(number, source.now_s - _SPAN_S, source.now_s)
            curve.setData(times - source.now_s, values)

    return _measured(window, source, draw, lambda: painted[0], seconds)


def _measured(
    widget: QWidget, source: _Noise, draw: Callable[[], None], painted: Callable[[], int], seconds: float
) -> _Frames:
    """Let `draw` follow the time for `seconds`, and count the frames that were painted."""
    widget.show()
    for _ in range(3):
        draw()
        QApplication.processEvents()
    took_s: list[float] = []
    before, began_s, first_s = painted(), time.perf_counter(), source.now_s
    while (elapsed_s := time.perf_counter() - began_s) < seconds or len(took_s) < _LEAST_FRAMES:
        source.now_s = first_s + min(elapsed_s, seconds)
        frame_s = time.perf_counter()
        draw()
        QApplication.processEvents()
        took_s.append(time.perf_counter() - frame_s)
        time.sleep(max(0.0, _FRAME_S * 0.98 - took_s[-1]))
    per_s = (painted() - before) / (time.perf_counter() - began_s)
    widget.close()
    widget.deleteLater()
    QApplication.processEvents()
    return _Frames(per_s, sorted(took_s)[int(0.99 * len(took_s))] * 1e3)
