"""The area of a strip of texts: a box for each, with the text in it if there is room.

Invariants: a text that reaches beyond the left edge is written at the edge; a box is at least a pixel wide; a
picture that moves is drawn anew as a whole, because it is low and has few boxes.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter

from app.messages.visible import visible
from ui.plot.feed.states import Box
from ui.plot.strips.canvas import Canvas, Content
from ui.plot.strips.state_colors import state_colors
from ui.plot.time_view import Frame

_PAD_PX, _EDGE_PX = 4, 3
_FEWEST_LETTERS = 2
_MOST_LETTERS = 200
"""No more of a text can be read in a box."""


class StateCanvas(Canvas):
    """The area with the boxes."""

    boxes: tuple[Box, ...] = ()

    def show_boxes(self, frame: Frame, boxes: tuple[Box, ...], content: Content) -> None:
        """Show `boxes` in `frame`."""
        if boxes != self.boxes:
            self.boxes = boxes
            self.update()
        self.show_frame(frame, (), None, content)

    @property
    def has_content(self) -> bool:
        """Whether the begin or the end of anything moves through the picture."""
        times_s = [at_s for box in self.boxes for at_s in (box.from_s, box.to_s)]
        moves = any(self.frame.from_s <= at_s < self.frame.to_s for at_s in times_s)
        return moves or super().has_content

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line of text high, with room around it."""
        return QSize(0, round(self.fontMetrics().height() * 1.25) + 2 * _EDGE_PX)

    def _scroll(self, by: int) -> None:
        if by:
            self.update()

    def _paint_curves(self, painter: QPainter, _area: QRect) -> None:
        metrics = painter.fontMetrics()
        for box in self.boxes:
            left = max(-1, math.floor(self._place.x(box.from_s)))
            ends = box.to_s < self.frame.to_s
            right = max(left + 1, math.floor(self._place.x(box.to_s))) if ends else self.width()
            shape = QRect(left, _EDGE_PX, right - left, self.height() - 2 * _EDGE_PX)
            if box.text is None:
                pattern = Qt.BrushStyle.BDiagPattern if box.is_left_out else Qt.BrushStyle.Dense6Pattern
                painter.fillRect(shape, QBrush(QColor(self._scheme.faint), pattern))
            else:
                self._paint_text(painter, shape, box.text, metrics)

    def _paint_text(self, painter: QPainter, shape: QRect, state: str, metrics: QFontMetrics) -> None:
        colors = state_colors(state, self._scheme)
        painter.fillRect(shape, QColor(colors.ground))
        painter.fillRect(shape.left(), shape.top(), 1, shape.height(), QColor(colors.edge))
        area = shape.adjusted(_PAD_PX + 1 if shape.left() >= 0 else _PAD_PX, 0, -_PAD_PX, 0)
        if area.width() < _FEWEST_LETTERS * metrics.averageCharWidth():
            return
        words = visible(state[:_MOST_LETTERS])
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(QColor(colors.ink))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(area, align, words)
