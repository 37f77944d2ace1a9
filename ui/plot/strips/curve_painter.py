"""Draws a curve: the part of it that is in an area of the canvas.

Invariants: what is drawn in several areas is the same as what is drawn at once; no line is drawn through a
gap; the cost depends on the width of the area, not on the board's rate. Dashes begin at fixed times, so that
they move with the curve.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen

from ui.plot.curves import Style
from ui.plot.feed.gaps import Band, connected
from ui.plot.feed.trace import Series
from ui.plot.line_sample import dashes_px
from ui.plot.strips.strokes import Pixels, draw_rough, draw_smooth
from ui.plot.time_view import Frame

_FEW_POINTS = 80
"""A curve with at most this many visible points has a dot at each point, to show single readings."""
_DOT_PX = 4
REACH_PX = 8
"""How far, in pixels, a thick line or a dot reaches beyond its column."""
_SPARSE = 0.5
"""A curve with fewer points for each column is drawn smoothly: its lines are seldom vertical."""
_FAR_PX = 1e6
_PARTS = 64
"""The parts of a pixel that Qt can tell apart."""
_USUAL_DASHES_PX = 2
"""A curve that is thicker has longer dashes."""


class Density(NamedTuple):
    """How close together the visible points of a curve are."""

    is_few: bool
    """There is a dot at each point."""
    is_sparse: bool
    """Lines are drawn smoothly."""


class Curve(NamedTuple):
    """A curve to be drawn."""

    style: Style
    points: Series
    gaps: Sequence[Band]
    low: float
    """The value at the bottom of the canvas."""
    high: float
    """The value at the top of the canvas."""

    def density(self, frame: Frame) -> Density:
        """How close together the points are that `frame` shows."""
        times = self.points[0]
        visible = len(times) - int(times.searchsorted(frame.from_s))
        return Density(visible <= _FEW_POINTS, visible < _SPARSE * (frame.last - frame.first))


class Place(NamedTuple):
    """Where a time and a value are on a canvas."""

    frame: Frame
    height_px: int

    def x(self, at_s: float) -> float:
        """The place of a time, in pixels from the left edge."""
        return at_s / self.frame.column_s - self.frame.first

    def at_s(self, x: float) -> float:
        """The time at a place, in Unix seconds."""
        return (x + self.frame.first) * self.frame.column_s

    def y(self, value: float, low: float, high: float) -> float:
        """The place of a value, in pixels from the top, if the canvas shows values from `low` to `high`."""
        return (high - value) / (high - low) * (self.height_px - 1)


def paint_curve(
    painter: QPainter, area: QRect, place: Place, curve: Curve, density: Density, width_px: int
) -> None:
    """Draw the part of `curve` that is in `area`, `width_px` pixels thick."""
    times, values = curve.points
    first, last = _range(times, place, area)
    times, values = times[first:last], values[first:last]
    if not len(times):
        return
    # Rounded, so that exactly the same is drawn wherever the frame begins.
    x = np.round(times / place.frame.column_s * _PARTS) / _PARTS - place.frame.first
    y = (curve.high - values) * ((place.height_px - 1) / (curve.high - curve.low))
    np.clip(y, -_FAR_PX, _FAR_PX, out=y)
    color = QColor(curve.style.color)
    scale, is_raster = _scale(painter), painter.paintEngine().type() is QPaintEngine.Type.Raster
    is_thick = width_px > _USUAL_DASHES_PX
    pattern = dashes_px(curve.style.line_style, scale=3 if is_thick else width_px)
    thick_px = round(width_px * scale)
    painter.setPen(QPen(color, 0 if is_raster else width_px))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, density.is_sparse)
    lines: list[Pixels] = []
    for piece in unbroken(times, x, y, curve.gaps):
        if len(piece[0]) == 1 and not density.is_few:
            painter.drawLine(QPointF(piece[0][0], piece[1][0]), QPointF(piece[0][0] + 1, piece[1][0]))
        line = stepped(*piece) if curve.style.is_stepped else piece
        lines += _dashed(*line, pattern, place.frame.first, area) if pattern else [line]
    if is_raster and density.is_sparse:
        draw_smooth(painter, lines, thick_px, scale)
    else:
        for line in lines:
            draw_rough(painter, line, thick_px if is_raster else 1, scale)
    if density.is_few:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        size = _DOT_PX + (width_px if is_thick else 0)
        for at_x, at_y in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawEllipse(QRectF(at_x - size / 2, at_y - size / 2, size, size))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _scale(painter: QPainter) -> float:
    """How many pixels of the screen or of a picture there are for a pixel of the canvas."""
    return painter.deviceTransform().m11()


def _range(times: NDArray[np.float64], place: Place, area: QRect) -> tuple[int, int]:
    """The indices of the points whose lines may be in `area`, and that after the last one.

    The lines to the points next to the area begin outside it.
    """
    from_s = place.at_s(area.left() - REACH_PX)
    to_s = place.at_s(area.right() + 1 + REACH_PX)
    if not len(times) or times[-1] < from_s:
        return 0, 0
    first = max(0, int(times.searchsorted(from_s)) - 1)
    return first, int(times.searchsorted(to_s, side="right")) + 1


def unbroken(
    times: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], gaps: Sequence[Band]
) -> Iterator[Pixels]:
    """The pieces of a line between its gaps."""
    near = [gap for gap in gaps if gap.to_s >= times[0] and gap.from_s <= times[-1]]
    if not near:
        yield x, y
        return
    breaks = (np.flatnonzero(~connected(times, near)[:-1]) + 1).tolist()
    for first, last in zip([0, *breaks], [*breaks, len(x)], strict=True):
        yield x[first:last], y[first:last]


def stepped(x: NDArray[np.float64], y: NDArray[np.float64]) -> Pixels:
    """A line that keeps the height of each point up to the next one."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def _dashed(
    x: NDArray[np.float64], y: NDArray[np.float64], pattern: Sequence[float], first: int, area: QRect
) -> Iterator[Pixels]:
    """The pieces of a line through the points that its dashes leave, in `area` and beside it.

    The dashes have their lengths along the time axis. `pattern` has the lengths of dashes and gaps, in
    pixels; `first` is the column at x = 0.
    """
    period, edges = sum(pattern), np.cumsum([0.0, *pattern])
    from_x, to_x = max(float(x[0]), area.left() - REACH_PX), min(float(x[-1]), area.right() + REACH_PX)
    begins = math.floor((from_x + first) / period) * period - first
    count = max(0, math.ceil((to_x - begins) / period) + 1)
    places = (begins + period * np.arange(count)[:, None] + edges[None, :-1]).ravel()
    for left, right in zip(places[::2].tolist(), places[1::2].tolist(), strict=True):
        low, high = max(left, float(x[0])), min(right, float(x[-1]))
        if low > high:
            continue
        inner = slice(int(np.searchsorted(x, low, side="right")), int(np.searchsorted(x, high)))
        ends = np.interp([low, high], x, y)
        yield np.concatenate(([low], x[inner], [high])), np.concatenate((ends[:1], y[inner], ends[1:]))
