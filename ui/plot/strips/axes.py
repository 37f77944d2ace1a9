"""The value axis of a strip as a widget, and the sizes that all axes share.

Invariants: an axis draws the ticks that it is given, and is painted only when they change.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.plot.strips.gestures import AxisGestures, zoom_factor
from ui.plot.strips.ticks import Tick, label_top
from ui.theme.colors import Scheme

_FONT_PX = 13
"""The height of the axis font for which numbers of pixels are chosen; see `text_scale`."""
OVERHANG_PX = 28.0
"""Half the width of a time label, at the usual size of the text."""
_PAD_PX = 6
_LEAST_PX = 40
"""The least width of a value axis, at the usual size of the text: more digits seldom make it wider."""


def text_scale(font: QFont) -> float:
    """How much more room a label in `font` needs than in the usual size; at least 1."""
    return max(1.0, QFontMetricsF(font).height() / _FONT_PX)


def label_font(font: QFont) -> QFont:
    """The font of labels in a plot with this font: a little smaller, but not too small."""
    labels = QFont(font)
    labels.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    return labels


class ValueAxis(QWidget):
    """The labels of a value axis of a strip, and its unit.

    The axis never becomes narrower, or the plot would tremble while the numbers change.
    """

    def __init__(self, scheme: Scheme, parent: QWidget, gestures: AxisGestures) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._gestures = gestures
        self._dragged_y: float | None = None
        self.ticks: Sequence[Tick] = ()
        self.unit = ""
        self.is_locked = False
        self._low, self._high = 0.0, 1.0
        self._wanted_px = 0

    @property
    def wanted_px(self) -> int:
        """The width that the labels need, or have needed."""
        return max(self._wanted_px, round(_LEAST_PX * text_scale(self.font())))

    @property
    def label_px(self) -> float:
        """The height of a label."""
        return QFontMetricsF(self.font()).height()

    def show_ticks(
        self, low: float, high: float, ticks: Sequence[Tick], unit: str, *, is_locked: bool
    ) -> None:
        """Show `ticks` on an axis from `low` to `high`, the unit of its values, and whether it is locked."""
        shown = (self._low, self._high, self.ticks, self.unit, self.is_locked)
        if (low, high, ticks, unit, is_locked) != shown:
            self._low, self._high, self.ticks, self.unit, self.is_locked = low, high, ticks, unit, is_locked
            metrics = QFontMetricsF(self.font())
            texts = [each.label for each in ticks] + [unit]
            widest = max(metrics.horizontalAdvance(each) for each in texts)
            self._wanted_px = max(self._wanted_px, round(widest + 2 * _PAD_PX))
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the axis."""
        if factor := zoom_factor(event):
            self._gestures.move(0.0, factor)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to move the axis."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_y = event.position().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the axis with the pointer."""
        if self._dragged_y is not None:
            self._gestures.move((event.position().y() - self._dragged_y) / max(1, self.height()), 1.0)
            self._dragged_y = event.position().y()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """End the move."""
        self._dragged_y = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Fit the axis to its values."""
        self._gestures.fit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the labels at the right of the axis, each in the middle of its tick."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        painter.setPen(QColor(self._scheme.accent if self.is_locked else self._scheme.faint))
        height, room = self.label_px, self.height()
        for tick in self.ticks:
            top = label_top(tick.at, self._low, self._high, room, height)
            area = QRectF(0, top, self.width() - _PAD_PX, height)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.label)
        painter.end()
