"""A field for text which ends with `…` if its text does not fit, until the user edits it.

Qt shows the end of a text whose cursor is there, or cuts it without a sign.

Invariants: the text itself does not change; while the field has the focus, everything is Qt's own.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QStylePainter

_AROUND_TEXT_PX = 2
"""Qt leaves so much free at both sides of the text."""


class ElidingLine(QLineEdit):
    """A field whose `shown_text` is as much of its text as fits."""

    @property
    def shown_text(self) -> str:
        """What can be read while the user does not edit the field: the beginning of a text that is long."""
        return self.fontMetrics().elidedText(
            self.displayText(), Qt.TextElideMode.ElideRight, self._text_area().width()
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the beginning of the text if the user does not edit the field, and it does not fit."""
        shown = self.shown_text
        if self.hasFocus() or shown == self.displayText():
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, self._option())
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.style().drawItemText(
            painter,
            *(self._text_area(), align, self.palette(), self.isEnabled(), shown, self.foregroundRole()),
        )
        painter.end()

    def _option(self) -> QStyleOptionFrame:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return option

    def _text_area(self) -> QRect:
        inside = QStyle.SubElement.SE_LineEditContents
        area = self.style().subElementRect(inside, self._option(), self)
        return area.adjusted(_AROUND_TEXT_PX, 0, -_AROUND_TEXT_PX, 0)
