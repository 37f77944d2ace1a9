"""Buttons for the fixes that a sentence names, beside that sentence.

Invariant: a button stays in its place while its fix is named, so that nobody presses another one.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.messages.languages import text_of
from ui.fixes.fix import Fix
from ui.widgets.flow import FlowLayout


def label_of(fix: Fix) -> str:
    """The label of the button for `fix`."""
    return text_of(fix.label).replace("&", "&&")


class FixButtons(QWidget):
    """A row of buttons, which has no room while there is no fix."""

    asked = Signal(object)
    """Emitted with the `Fix` whose button was pressed."""

    def __init__(self, *, wraps: bool = False, parent: QWidget | None = None) -> None:
        """If it `wraps`, a row that is too long goes on below."""
        super().__init__(parent)
        self._row = FlowLayout(self) if wraps else QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.fixes: tuple[Fix, ...] = ()
        self.buttons: list[QToolButton] = []
        self.hide()

    def show_fixes(self, fixes: Sequence[Fix]) -> None:
        """Show a button for each of `fixes`."""
        if self.fixes == tuple(fixes):
            return
        self.fixes = tuple(fixes)
        while len(self.buttons) < len(self.fixes):
            self._add_button(len(self.buttons))
        for place, button in enumerate(self.buttons):
            if place < len(self.fixes):
                button.setText(label_of(self.fixes[place]))
            button.setVisible(place < len(self.fixes))
        self.setVisible(bool(self.fixes))

    def _add_button(self, place: int) -> None:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.asked.emit(self.fixes[place]))
        self._row.addWidget(button)
        self.buttons.append(button)
