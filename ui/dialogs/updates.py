"""The dialog that checks whether the releases page has a newer version.

Invariants: a separate thread waits for the answer, so that the window never waits; a dialog that has been
closed ignores the answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message
from app.program import updates
from ui.plot.overview import plain_label

_LOOK_MS = 100
_LETTERS = 76
"""The width of the answer."""


class UpdatesDialog(QDialog):
    """A dialog that starts the check for a newer version when it is created, and shows the result."""

    def __init__(self, parent: QWidget | None = None, ask: Callable[[], Message] | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("title_updates"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sentence = plain_label(text("updates_asking"))
        self.sentence.setWordWrap(True)
        self._width = _LETTERS * self.fontMetrics().averageCharWidth()
        self.sentence.setFixedWidth(self._width)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(self.sentence)
        column.addWidget(buttons)
        self._answers: list[Message] = []
        answers, question = self._answers, ask or updates.ask
        # The thread refers to the list and not to the dialog, because the thread can outlive the dialog.
        threading.Thread(target=lambda: answers.append(question()), name="updates", daemon=True).start()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)

    def _look(self) -> None:
        if self._answers:
            self._timer.stop()
            self.sentence.setText(text_of(self._answers[0]))
            self.sentence.setFixedHeight(self.sentence.heightForWidth(self._width))
            self.adjustSize()
