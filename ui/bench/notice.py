"""A message with buttons at the top of the editor.

Invariant: the message is shown as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from app.messages.languages import text
from ui.plot.overview import plain_label

Button = tuple[str, Callable[[], None]]
"""The message code of a button's label, and what the button does."""


class Notice(QFrame):
    """A message with buttons at the top of the editor; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self.label = plain_label("")
        self.label.setWordWrap(True)
        self._row.addWidget(self.label, 1)
        self.buttons: list[QToolButton] = []
        self.tone = ""
        self.hide()

    def say(self, words: str, tone: str, buttons: Sequence[Button] = ()) -> None:
        """Show a text with buttons; `tone` is `good`, `warn` or `bad`. An empty text hides the message."""
        self.tone = tone
        self.label.setText(words)
        self.setProperty("notice", tone)
        self.style().polish(self)
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(code, act) for code, act in buttons]
        self.setVisible(bool(words))

    def _button(self, code: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setText(text(code))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: act())
        self._row.addWidget(button)
        button.show()  # Otherwise, Qt shows it in the next event only, if the message before is still there.
        return button
