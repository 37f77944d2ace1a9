"""The time axis below all strips as a widget: labels, and marks of what happened.

Invariant: the axis draws the ticks and marks that it is given, and is painted only when they change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ui import wording
from ui.plot.feed.happened import Mark
from ui.plot.strips.axes import OVERHANG_PX, text_scale
from ui.plot.strips.gestures import NEAR_PX, zoom_factor
from ui.plot.strips.ticks import Tick
from ui.plot.time_view import Frame
from ui.theme.colors import Scheme

_MARK_PX = 4
_TIME_AXIS_PX = 24
"""The height of the labels, at the usual size of the text."""
_SHAPE_PX, _BAR_PX = 7, 3
_MOST_WORDS = 12
"""So many marks are named in a tool tip."""


class TimeAxis(QWidget):
    """The labels of the time axis, which all strips share, and marks of what happened."""

    marker_chosen = Signal(object)
    """Emitted with the `Marker` on which the user has clicked twice."""

    def __init__(self, scheme: Scheme, parent: QWidget, zoom_time: Callable[[float, float], None]) -> None:
        """`zoom_time` is that of `Gestures`."""
        super().__init__(parent)
        self._scheme, self._zoom_time = scheme, zoom_time
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._marks: list[tuple[int, int, Mark]] = []
        """The place of the begin and the end of each mark, and the mark."""
        self._columns = 1
        self.ticks: Sequence[Tick] = ()
        self._left = 0
        self._shown: list[tuple[int, str]] = []

    def set_left(self, left: int) -> None:
        """Set where the left edge of the frames is, in pixels."""
        if left != self._left:
            self._left = left
            self.update()

    def show_ticks(self, frame: Frame, ticks: Sequence[Tick]) -> None:
        """Show the labels of `ticks` on the axis of `frame`."""
        self.ticks, self._columns = ticks, frame.last - frame.first + 1
        shown = [(math.floor(tick.at / frame.column_s) - frame.first, tick.label) for tick in ticks]
        if shown != self._shown:
            self._shown = shown
            self.update()

    def show_marks(self, frame: Frame, marks: Sequence[Mark]) -> None:
        """Show `marks` on the axis of `frame`."""
        last = frame.last - frame.first

        def x(at_s: float) -> int:
            return min(max(math.floor(at_s / frame.column_s) - frame.first, 0), last)

        shown = [(x(mark.from_s), x(mark.to_s), mark) for mark in marks]
        changed = [
            place for place in (*self._marks, *shown) if place not in self._marks or place not in shown
        ]
        self._marks = shown
        if changed:
            # Marks move with the curves, and all labels would cost more than the curves.
            left = self._left + min(left for left, _, _ in changed) - _SHAPE_PX
            right = self._left + max(right for _, right, _ in changed) + _SHAPE_PX
            self.update(left, 0, right - left + 1, self.height())

    @property
    def has_content(self) -> bool:
        """Whether a mark moves with the time."""
        return any((left, right) != (0, self._columns - 1) for left, right, _ in self._marks)

    def marks_at(self, x: float) -> list[Mark]:
        """The marks at a place, in pixels from the left edge of the axis."""
        at = x - self._left
        return [mark for left, right, mark in self._marks if left - NEAR_PX <= at <= right + NEAR_PX]

    def event(self, event: QEvent) -> bool:
        """The tool tip says what the marks at the pointer are."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            marks = self.marks_at(event.pos().x())
            words = [f"{wording.moment(mark.from_s)}  {mark.words}".strip() for mark in marks]
            if words:
                tips = "<br>".join(map(wording.tooltip, words[:_MOST_WORDS]))
                QToolTip.showText(event.globalPos(), tips, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the marker at the pointer."""
        for mark in self.marks_at(event.position().x()):
            if mark.marker is not None:
                self.marker_chosen.emit(mark.marker)
                return

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the time axis around the pointer."""
        if factor := zoom_factor(event):
            at = (event.position().x() - self._left) / self._columns
            self._zoom_time(factor, min(max(at, 0.0), 1.0))

    def sizeHint(self) -> QSize:  # noqa: N802
        """The height of a label with its mark."""
        return QSize(0, round(_TIME_AXIS_PX * text_scale(self.font())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the labels at the lower edge, each below the mark of its tick."""
        dirty = QRectF(event.rect())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        overhang, height = OVERHANG_PX * text_scale(self.font()), self.sizeHint().height()
        top = self.height() - height
        self._paint_marks(painter, top)
        for x, label in self._shown:
            area = QRectF(self._left + x - 2 * overhang, top + _MARK_PX, 4 * overhang, height - _MARK_PX)
            if not area.adjusted(0, -_MARK_PX, 0, 0).intersects(dirty):
                continue
            painter.setPen(QColor(self._scheme.grid))
            painter.drawLine(self._left + x, top, self._left + x, top + _MARK_PX)
            painter.setPen(QColor(self._scheme.faint))
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, label)
        painter.end()

    def _paint_marks(self, painter: QPainter, top: int) -> None:
        """Draw a triangle for an event, a bar for what lasted, and a flag for a marker."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for left, right, mark in self._marks:
            x, is_marker = self._left + left, mark.marker is not None
            painter.setBrush(QColor(self._scheme.accent if is_marker else self._scheme.warn))
            if right - left > _SHAPE_PX:
                painter.drawRect(x, top, right - left, _BAR_PX)
            elif is_marker:
                painter.drawRect(x, top, 1, 2 * _SHAPE_PX)
                painter.drawRect(x, top, _SHAPE_PX, _SHAPE_PX)
            else:
                shape = [QPointF(x, top), QPointF(x - _SHAPE_PX / 2, top + _SHAPE_PX)]
                painter.drawPolygon([*shape, QPointF(x + _SHAPE_PX / 2, top + _SHAPE_PX)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
