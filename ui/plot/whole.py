"""The strip below the plot that shows all that there is, with the period in view as a window to drag.

Invariants: the strip begins with the first reading and ends now; each curve fills its height; no line is
drawn through a gap; the window is never so narrow that it cannot be seen; dragged to the right end, the view
runs on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.messages.languages import text
from ui import wording
from ui.plot.feed.whole import WholeCurve
from ui.plot.strips.curve_painter import stepped, unbroken
from ui.plot.strips.gestures import zoom_factor
from ui.plot.strips.strokes import polygon
from ui.plot.time_view import Frame, Period
from ui.theme.colors import LIGHT, Scheme

_LINES = 2.2
"""The height in lines of text."""
_LEAST_PX = 6
_SHADE_ALPHA = 0.55
_EDGE_PX = 3
_PAGE = 0.9
"""How far Page up and Page down move the view, as a fraction of its length."""


class WholeStrip(QWidget):
    """Everything that there is of the curves in the plot, and the part of it that is in view."""

    def __init__(self, moved: Callable[[float], None], zoomed: Callable[[float], None]) -> None:
        """`moved` takes the time at the new right edge (Unix seconds), `zoomed` the factor for the span."""
        super().__init__()
        self.setAccessibleName(text("label_whole"))
        self.setAccessibleDescription(text("label_whole_keys"))
        self.setToolTip(text("tip_whole"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._moved, self._zoomed = moved, zoomed
        self._scheme = LIGHT
        self.extent = Period(0.0, 1.0)
        """All that there is."""
        self.seen = Period(0.0, 1.0)
        """What is in view."""
        self._curves: Sequence[WholeCurve] = ()
        self._grabbed_s: float | None = None
        """How far from the right edge of the view it was taken, in seconds."""

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        self.update()

    def show_whole(self, extent: Period, curves: Sequence[WholeCurve]) -> None:
        """Show `curves` over the period `extent`."""
        self.extent, self._curves = extent, curves
        self.update()

    def show_seen(self, frame: Frame) -> None:
        """Show which period is in view. A window that runs on with the time moves with the curves."""
        before, place = self.seen, self._window()
        self.seen = Period(frame.from_s, frame.to_s)
        runs_on = before.to_s < self.seen.to_s and self.seen.to_s >= self.extent.to_s
        if not (runs_on and math.isclose(before.length_s, self.seen.length_s)) and place != self._window():
            self.update()

    def _x(self, at_s: float) -> float:
        return (at_s - self.extent.from_s) / self.extent.length_s * self.width()

    def _at_s(self, x: float) -> float:
        return self.extent.from_s + x / max(1, self.width()) * self.extent.length_s

    def _window(self) -> QRectF:
        """The place of the view in the strip."""
        left, right = self._x(self.seen.from_s), self._x(self.seen.to_s)
        if right - left < _LEAST_PX:
            right = min(max(right, _LEAST_PX), self.width())
            left = right - _LEAST_PX
        left, right = max(0.0, left), min(float(self.width()), right)
        return QRectF(math.floor(left), 0, math.ceil(right) - math.floor(left), self.height())

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide, and a few lines of text high."""
        return QSize(200, round(_LINES * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as `sizeHint`."""
        return QSize(0, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the window, or move its middle to the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at_s = self._at_s(event.position().x())
        if not self._window().contains(event.position()):
            self._moved(at_s + self.seen.length_s / 2)
            self._grabbed_s = self.seen.length_s / 2
        else:
            self._grabbed_s = self.seen.to_s - at_s

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the window with the pointer."""
        if self._grabbed_s is not None:
            at_end = event.position().x() >= self.width() - _EDGE_PX
            right_s = math.inf if at_end else self._at_s(event.position().x()) + self._grabbed_s
            self._moved(right_s)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Let the window go."""
        self._grabbed_s = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Make the window longer or shorter."""
        if factor := zoom_factor(event):
            self._zoomed(factor)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the window with the arrows and page keys; Home shows the begin, End what comes now."""
        by = {
            Qt.Key.Key_Left: -0.1,
            Qt.Key.Key_Right: 0.1,
            Qt.Key.Key_PageUp: -_PAGE,
            Qt.Key.Key_PageDown: _PAGE,
        }.get(Qt.Key(event.key()))
        if by is not None:
            self._moved(self.seen.to_s + by * self.seen.length_s)
        elif event.key() == Qt.Key.Key_Home:
            self._moved(self.extent.from_s + self.seen.length_s)
        elif event.key() == Qt.Key.Key_End:
            self._moved(math.inf)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the curves, shade what is not in view, and frame what is."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        for curve in self._curves:
            self._paint_curve(painter, curve)
        shade = QColor(self._scheme.window)
        shade.setAlphaF(_SHADE_ALPHA)
        window = self._window()
        painter.fillRect(QRectF(0, 0, window.left(), self.height()), shade)
        painter.fillRect(QRectF(window.right(), 0, self.width() - window.right(), self.height()), shade)
        painter.setPen(QColor(self._scheme.faint))
        first, last = wording.moment(self.extent.from_s), wording.moment(self.extent.to_s)
        area = self.rect().adjusted(4, 0, -4, 0)
        day = last[:10] == first[:10]
        painter.drawText(
            area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, first[11:] if day else first
        )
        painter.setPen(QPen(QColor(self._scheme.text if self.hasFocus() else self._scheme.accent), 2))
        painter.drawRect(window.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_curve(self, painter: QPainter, curve: WholeCurve) -> None:
        times, values = curve.points
        if not len(times):
            return
        low, high = float(values.min()), float(values.max())
        x = (times - self.extent.from_s) * (self.width() / self.extent.length_s)
        room = self.height() - 2 * _EDGE_PX
        y = (
            _EDGE_PX + (high - values) * (room / (high - low))
            if high > low
            else np.full(len(x), self.height() / 2)
        )
        painter.setPen(QColor(curve.style.color))
        for piece in unbroken(times, x, y, curve.gaps):
            line = stepped(*piece) if curve.style.is_stepped else piece
            if len(line[0]) == 1:
                painter.drawPoint(QPointF(line[0][0], line[1][0]))
            painter.drawPolyline(polygon(*line))
