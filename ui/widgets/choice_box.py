"""A combo box whose arrow is drawn in the text's colour, in every theme.

Invariant: everything except the arrow is Qt's own, so that keys and screen readers work as usual.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QComboBox

_ARROW_PX = 4.0
_FROM_RIGHT_PX = 15.0


class ChoiceBox(QComboBox):
    """A combo box that draws its arrow itself.

    The style sheet removes the native arrow together with the native frame.
    """

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the box, and a small arrow that points down."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
        x, y = self.width() - _FROM_RIGHT_PX, self.height() / 2 + _ARROW_PX / 2
        painter.drawPolyline(
            [QPointF(x - _ARROW_PX, y - _ARROW_PX), QPointF(x, y), QPointF(x + _ARROW_PX, y - _ARROW_PX)]
        )
        painter.end()
