"""The line above the console for finding a text: its field, next and previous, how many hits there are.

Invariants: the bar takes no room while it is closed; while it is closed nothing is searched or marked.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.messages.languages import text
from ui.widgets.elided_label import ElidedLabel

_MAX_LENGTH = 200
_FEWEST_LETTERS = 8


class FindBar(QWidget):
    """A field for a text, with buttons. Enter finds the next hit, Shift+Enter the previous one."""

    changed = Signal()
    """Emitted when another text is to be found, or in another way."""
    next_asked = Signal()
    previous_asked = Signal()
    closed = Signal()
    """Emitted when the user closes the bar, by its button or by Esc."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setMaxLength(_MAX_LENGTH)
        self.field.setAccessibleName(text("label_find_field"))
        self.field.setPlaceholderText(text("label_find_placeholder"))
        self.field.setMinimumWidth(_FEWEST_LETTERS * self.fontMetrics().averageCharWidth())
        self.count = ElidedLabel(text("label_hits"))
        self.previous_button = _button("button_find_previous", "label_find_previous", "tip_find_previous")
        self.next_button = _button("button_find_next", "label_find_next", "tip_find_next")
        self.case_button = _button("button_match_case", "label_match_case", "tip_match_case")
        self.only_button = _button("button_only_hits", "label_only_hits", "tip_only_hits")
        self.close_button = _button("button_close_find", "label_close_find", "tip_close_find")
        for button in (self.case_button, self.only_button):
            button.setCheckable(True)
            button.toggled.connect(lambda _: self.changed.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.field, 3)
        row.addWidget(self.count, 1)
        for button in (self.previous_button, self.next_button, self.case_button, self.only_button):
            row.addWidget(button)
        row.addWidget(self.close_button)
        self.field.textChanged.connect(lambda _: self.changed.emit())
        self.next_button.clicked.connect(self.next_asked)
        self.previous_button.clicked.connect(self.previous_asked)
        self.close_button.clicked.connect(self.close_bar)
        self.hide()

    @property
    def needle(self) -> str:
        """The text to find; empty while the bar is closed."""
        return "" if self.isHidden() else self.field.text()

    def open_bar(self) -> None:
        """Show the bar with its text selected, and let the user type."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.changed.emit()

    def close_bar(self) -> None:
        """Hide the bar: nothing is marked or filtered by it any more."""
        self.hide()
        self.changed.emit()
        self.closed.emit()

    def set_tight(self, tight: bool) -> None:
        """Leave out the buttons whose keys do the same, because there is no room for them."""
        for button in (self.previous_button, self.next_button):
            button.setHidden(tight)

    def say(self, ordinal: int, hits: int) -> None:
        """Show which of the hits is selected (0: none of them), and how many there are."""
        if not self.needle:
            self.count.say("")
            return
        if not hits:
            shown = text("label_no_hits")
        elif ordinal:
            shown = text("label_hit_of", ordinal=ordinal, count=hits)
        else:
            shown = text("label_hit_count", count=hits)
        self.count.say(shown, tone="" if hits else "warn", steady=len(shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Find the next or the previous hit on Enter, close the bar on Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.previous_asked if back else self.next_asked).emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)


def _button(code: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setAccessibleName(text(name))
    button.setToolTip(text(tip))
    return button
