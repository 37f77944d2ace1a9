"""A label of one line, which ends with `…` if its text does not fit.

Invariant: screen readers and the tool tip get the whole text.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.messages.languages import text
from ui import wording

_FEWEST_LETTERS, _MOST_LETTERS = 4, 13
"""The bounds of the minimum width, in letters.

Within the bounds, the minimum is the argument `steady` of `ElidedLabel.say`, because a text that has this
argument is short and should stay readable.
"""


class ElidedLabel(QFrame):
    """A label that shows as much of its text as fits; `name` is its name for screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._steady, self._tip = "", 0, ""
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()
        self.hide()

    def text(self) -> str:
        """The whole text, even if only a part of it is visible."""
        return self._text

    def say(self, text: str, *, tone: str = "", steady: int = 0, tip: str = "") -> None:
        """Show `text` in the style of `tone` (`good`, `warn`, …), or hide the label if `text` is empty.

        The tool tip shows the name of the label, `text` and `tip`. The preferred width is at least `steady`
        letters, so that the width stays the same while digits change.
        """
        if (text, steady, tip) != (self._text, self._steady, self._tip):
            before = self.sizeHint(), self.minimumSizeHint()
            self._text, self._steady, self._tip = text, steady, tip
            self._tell()
            # Another layout of all that is around would cost more than all else.
            if (self.sizeHint(), self.minimumSizeHint()) != before:
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
        """The preferred size: as wide as the text, but at least as wide as n letters.

        n is the argument `steady` of the last `say`.
        """
        metrics = self.fontMetrics()
        width = max(metrics.horizontalAdvance(self._text), self._steady * metrics.averageCharWidth())
        return QSize(width + 2, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The minimum size: as wide as n letters, but never wider than `sizeHint`.

        n is the argument `steady` of the last `say`, but at least 4 and at most 13.
        """
        metrics = self.fontMetrics()
        fewest = min(max(self._steady, _FEWEST_LETTERS), _MOST_LETTERS)
        return QSize(min(fewest * metrics.averageCharWidth(), self.sizeHint().width()), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint as much of the text as fits."""
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
