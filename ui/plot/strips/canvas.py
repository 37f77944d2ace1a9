"""The area of a strip in which curves are drawn. What moves is shifted, not drawn again.

Invariants: a frame that only moves on shifts the picture by whole pixels and draws the new columns; what is
drawn in pieces is the same picture as what is drawn at once; the cost of a frame depends on the width in
pixels, not on the board's rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from PySide6.QtCore import QEvent, QLine, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.plot.strips.curve_painter import REACH_PX, Curve, Density, Place, paint_curve
from ui.plot.strips.gestures import NEAR_PX, Box, CanvasGestures, zoom_factor
from ui.plot.strips.grounds import Ground, grounds_from_s
from ui.plot.strips.limit_lines import LimitLine, label_places, paint_labels, paint_limits
from ui.plot.time_view import Frame
from ui.theme.colors import Scheme

_MARKER_PX = 9
_GRID_ALPHA, _GROUND_ALPHA = 0.2, 0.14
_FEWEST_LETTERS = 10
"""A ground that is too narrow for so many letters has no words on it. They are in the header, then."""
_MOST_PIECES = 8
_BOX_PX = 4
"""A box that is smaller was no box: the pointer trembled in a click."""


class Line(NamedTuple):
    """A vertical line, such as a cursor or that at the pointer."""

    at_s: float
    """Unix seconds."""
    color: str
    label: str = ""
    is_dashed: bool = False


class Marker(NamedTuple):
    """A dot that marks a reading."""

    at_s: float
    value: float
    curve: int
    """The number of the curve to which it belongs."""


class Content(NamedTuple):
    """Everything that the canvas shows, apart from the curves."""

    levels: tuple[int, ...] = ()
    """Where there is a horizontal line, in pixels from the top."""
    time_lines: tuple[float, ...] = ()
    """The times (Unix seconds) at which there is a line of the grid."""
    grounds: tuple[Ground, ...] = ()
    lines: tuple[Line, ...] = ()
    markers: tuple[Marker, ...] = ()
    limits: tuple[LimitLine, ...] = ()


class Canvas(QWidget):
    """The area with the curves of a strip."""

    def __init__(self, scheme: Scheme, parent: QWidget, gestures: CanvasGestures, width_px: int) -> None:
        """`width_px` is the thickness of the curves."""
        super().__init__(parent)
        self._scheme, self._gestures = scheme, gestures
        self.width_px = width_px
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._ground, self._edge_color = QColor(scheme.card), QColor(scheme.border)
        self._grid_color = QColor(scheme.grid)
        self._grid_color.setAlphaF(_GRID_ALPHA)
        self._dragged_x: float | None = None
        self._dragged_cursor: int | None = None
        self._box_from: QPointF | None = None
        self._box = QRect()
        self.frame = Frame(1.0, -1, -1)
        """What is shown."""
        self.curves: tuple[Curve, ...] = ()
        self.content = Content()
        self._densities: list[Density] = []
        self.paints = self.painted_px = 0
        """How often, and how many pixels, were painted so far: to measure how little is drawn again."""

    def show_frame(
        self, frame: Frame, curves: Sequence[Curve], changed_s: float | None, content: Content
    ) -> None:
        """Show `curves` in `frame`.

        `changed_s` is the time (Unix seconds) from which on any of the curves has changed, apart from the
        move of the frame; None if none has.
        """
        was, before, looked = self.frame, self.content, self._looks()
        changed_s = _earlier(changed_s, grounds_from_s(before.grounds, content.grounds))
        densities = [curve.density(frame) for curve in curves]
        is_other = (
            densities != self._densities
            or before._replace(grounds=content.grounds) != content
            or frame.column_s != was.column_s
        )
        self.frame, self.curves, self.content, self._densities = frame, tuple(curves), content, densities
        by = frame.last - was.last
        is_as_long = frame.last - frame.first == was.last - was.first
        if is_other or looked != self._looks() or not is_as_long or not 0 <= by < self.width():
            self.update()
            return
        self._scroll(by)
        if changed_s is not None:
            left = max(0, math.floor(self._place.x(changed_s)) - REACH_PX)
            self.update(left, 0, self.width() - left, self.height())

    def shift(self, frame: Frame) -> None:
        """Move on to `frame`, which has the same length and nothing new."""
        by, self.frame = frame.last - self.frame.last, frame
        self._scroll(by)

    def _scroll(self, by: int) -> None:
        """Shift the picture to the left by so many pixels, but not the labels of limits."""
        if by:
            self.scroll(-by, 0)
            for place in label_places(self.content.limits, self.fontMetrics(), self.height()):
                self.update(place.adjusted(-place.left(), 0, 0, 0))

    @property
    def has_content(self) -> bool:
        """Whether there is anything in the picture that moves with the time."""
        ends = [curve.points[0][-1] for curve in self.curves if len(curve.points[0])]
        begins_s = self._place.at_s(-REACH_PX)
        for ground in self.content.grounds:
            words_s = self.fontMetrics().horizontalAdvance(ground.label) * self.frame.column_s
            ends += [ground.from_s + words_s, ground.to_s]
        return any(begins_s <= at_s < math.inf for at_s in ends)

    def _looks(self) -> list[tuple[object, ...]]:
        """What decides how each curve is drawn, apart from its points and its gaps, which have bands."""
        return [(curve.style, curve.low, curve.high) for curve in self.curves]

    @property
    def _place(self) -> Place:
        return Place(self.frame, self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the time axis around the pointer."""
        if factor := zoom_factor(event):
            self._gestures.zoom_time(factor, event.position().x() / max(1, self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a box, or take the cursor at the pointer, or else the time axis."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._box_from = event.position()
            return
        self._dragged_x = event.position().x()
        cursors = [line for line in self.content.lines if line.is_dashed]
        near = [abs(self._place.x(line.at_s) - self._dragged_x) for line in cursors]
        self._dragged_cursor = near.index(min(near)) if near and min(near) <= NEAR_PX else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move what is dragged, and report where the pointer is."""
        x = event.position().x()
        if self._box_from is not None:
            self._box = QRect(self._box_from.toPoint(), event.position().toPoint()).normalized()
            self._box &= self.rect()
            self.update()
        elif self._dragged_cursor is not None:
            self._gestures.move_cursor(self._dragged_cursor, self._place.at_s(x))
        elif self._dragged_x is not None:
            self._gestures.pan_time((self._dragged_x - x) / max(1, self.width()))
        if self._dragged_x is not None:
            self._dragged_x = x
        self._gestures.point(x)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Let go what was dragged, or zoom into the box."""
        box, self._box, began = self._box, QRect(), self._box_from
        self._dragged_x = self._dragged_cursor = self._box_from = None
        if began is None:
            return
        self.update()
        if box.width() >= _BOX_PX and box.height() >= _BOX_PX:
            from_s, to_s = self._place.at_s(box.left()), self._place.at_s(box.right() + 1)
            height = max(1, self.height() - 1)
            self._gestures.zoom_box(Box(from_s, to_s, box.top() / height, box.bottom() / height))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Fit the values."""
        self._gestures.fit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Report that the pointer has left."""
        super().leaveEvent(event)
        self._gestures.point(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Draw everything again."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the part that is new or has changed."""
        self.paints += 1
        painter = QPainter(self)
        region = event.region()
        # Two pieces are less than all that is between them: what is new at the right, and labels at the left.
        pieces = cast(Iterable[QRect], region) if region.rectCount() <= _MOST_PIECES else [event.rect()]
        for area in pieces:
            self._paint(painter, area)
        painter.end()

    def _paint(self, painter: QPainter, area: QRect) -> None:
        self.painted_px += area.width() * area.height()
        painter.setClipRect(area)  # a picture as SVG or PDF is not clipped by the window
        painter.fillRect(area, self._ground)
        self._paint_grounds(painter, area)
        self._paint_grid(painter, area)
        self._paint_curves(painter, area)
        paint_limits(
            painter, area, self.frame.first, self.content.limits, self._scheme, min(self.width_px, 2)
        )
        paint_labels(painter, area, self.content.limits, self._scheme, self.height())
        self._paint_lines(painter)
        if not self._box.isNull():
            painter.setPen(QPen(QColor(self._scheme.accent), 0, Qt.PenStyle.DashLine))
            painter.drawRect(self._box.adjusted(0, 0, -1, -1))

    def _paint_curves(self, painter: QPainter, area: QRect) -> None:
        for curve, density in zip(self.curves, self._densities, strict=True):
            paint_curve(painter, area, self._place, curve, density, self.width_px)

    def _paint_grounds(self, painter: QPainter, area: QRect) -> None:
        for ground in self.content.grounds:
            until_s = min(ground.to_s, self.frame.to_s)
            left, right = math.floor(self._place.x(ground.from_s)), math.ceil(self._place.x(until_s))
            shape = QRect(left, 0, max(1, right - left), self.height())
            if not shape.intersects(area):
                continue
            color = QColor(ground.color)
            color.setAlphaF(_GROUND_ALPHA)
            painter.fillRect(shape & area, color)
            metrics = painter.fontMetrics()
            if shape.width() >= _FEWEST_LETTERS * metrics.averageCharWidth():
                words = metrics.elidedText(ground.label, Qt.TextElideMode.ElideRight, shape.width() - 8)
                painter.setPen(QColor(self._scheme.text))
                painter.drawText(shape.adjusted(4, 2, 0, 0), Qt.AlignmentFlag.AlignLeft, words)

    def _paint_grid(self, painter: QPainter, area: QRect) -> None:
        left, right, bottom = area.left(), area.right(), self.height() - 1
        lines = [QLine(left, y, right, y) for y in self.content.levels if 0 < y < bottom]
        for at_s in self.content.time_lines:
            x = math.floor(self._place.x(at_s))
            if left <= x <= right:
                lines.append(QLine(x, 0, x, bottom))
        if lines:
            painter.setPen(self._grid_color)
            painter.drawLines(lines)
        painter.setPen(self._edge_color)
        painter.drawLines([QLine(left, 0, right, 0), QLine(left, bottom, right, bottom)])

    def _paint_lines(self, painter: QPainter) -> None:
        height, place = self.height(), self._place
        for line in self.content.lines:
            x = math.floor(place.x(line.at_s))
            style = Qt.PenStyle.DashLine if line.is_dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(line.color), 0, style))
            painter.drawLine(x, 0, x, height)
            if line.label:
                metrics = painter.fontMetrics()
                half = metrics.averageCharWidth()
                box = QRect(x - half, 2, 2 * half, metrics.height())
                painter.fillRect(box, QColor(self._scheme.card))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line.label)
        if not self.content.markers:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._scheme.text))
        for marker in self.content.markers:
            curve = self.curves[marker.curve]
            painter.setBrush(QColor(curve.style.color))
            center = QPointF(place.x(marker.at_s), place.y(marker.value, curve.low, curve.high))
            painter.drawEllipse(center, _MARKER_PX / 2, _MARKER_PX / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _earlier(one_s: float | None, other_s: float | None) -> float | None:
    return min((at_s for at_s in (one_s, other_s) if at_s is not None), default=None)
