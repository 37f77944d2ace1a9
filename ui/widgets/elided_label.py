"""A label on one line that ends in … where its room ends.

Invariant: screen readers and the tool tip have the whole text.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.messages.languages import text
from ui import wording

_FEWEST_LETTERS, _MOST_LETTERS = 4, 13
"""How little room it takes: what is steady is short, and is to be read."""


class ElidedLabel(QFrame):
    """Text that is painted; `steady` letters are its least room while there is enough."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._steady, self._tip = "", 0, ""
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str, *, tone: str = "", steady: int = 0, tip: str = "") -> None:
        """Say something in a tone of the style sheet."""
        if (text, steady, tip) != (self._text, self._steady, self._tip):
            self._text, self._steady, self._tip = text, steady, tip
            self._tell()
            self.updateGeometry()
            self.update()
            self.setVisible(bool(text))
        if (self.property("tone") or "") != tone:
            self.setProperty("tone", tone)
            self.style().polish(self)

    def _tell(self) -> None:
        both = text("about", subject=self._name, message=self._text)
        self.setAccessibleName(both if self._text else self._name)
        self.setToolTip(wording.tooltip("\n".join(filter(None, (self._name, self._text, self._tip)))))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the whole text."""
        metrics = self.fontMetrics()
        width = max(metrics.horizontalAdvance(self._text), self._steady * metrics.averageCharWidth())
        return QSize(width + 2, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a few letters."""
        metrics = self.fontMetrics()
        fewest = min(max(self._steady, _FEWEST_LETTERS), _MOST_LETTERS)
        return QSize(min(fewest * metrics.averageCharWidth(), self.sizeHint().width()), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The text, or as much of it as there is room for."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        self.style().drawItemText(
            painter,
            self.rect(),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self.palette(),
            True,
            text,
            self.foregroundRole(),
        )
        painter.end()
