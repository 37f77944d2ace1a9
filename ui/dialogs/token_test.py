"""The dialog that tries a server and a token, and says in words what the server answered.

Invariants: a separate thread waits for the answer, so that the window never waits; a dialog that has been
closed ignores the answer; the token is not shown, and is not kept by the dialog.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message
from ui.contract import AcceptanceView
from ui.plot.overview import plain_label

_LOOK_MS = 100
_WIDTH = 460
_SIGNS = {"good": ("✓", "label_done"), "warn": ("!", "label_warning"), "bad": ("✗", "label_error")}


class TokenTestDialog(QDialog):
    """A dialog that asks a server when it is created, and shows the answer.

    If another server accepts the token, a button offers it.
    """

    def __init__(
        self,
        server: str,
        ask: Callable[[], AcceptanceView],
        take: Callable[[str], object] | None,
        parent: QWidget,
    ) -> None:
        """`ask` waits for the answer about `server`, in a thread of its own.

        `take` is called with the other server that the user chooses; if it is None, none is offered.
        """
        super().__init__(parent)
        self.setWindowTitle(text("title_token_test"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._take, self._server = take, ""
        self._sign = QLabel()
        self._sign.hide()
        self.sentence = plain_label(text("token_test_asking", server=server))
        self.sentence.setWordWrap(True)
        self.sentence.setFixedWidth(_WIDTH)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.agree = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.hide()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(plain_label(text("title_token_test"), title=True))
        column.addLayout(row)
        column.addWidget(buttons)
        self._answers: list[AcceptanceView | None] = []
        # The thread refers to the list and not to the dialog, because the thread can outlive the dialog.
        asking = threading.Thread(target=_ask, args=(ask, self._answers), name="token-test", daemon=True)
        asking.start()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)

    def accept(self) -> None:
        """Close the dialog, and take the server that was offered."""
        super().accept()
        if self._take and self._server:
            self._take(self._server)

    def _look(self) -> None:
        if not self._answers:
            return
        self._timer.stop()
        answer = self._answers[0]
        if answer is None:
            self._show("bad", Message("cloud_internal_error"))
            return
        tone = "good" if answer.accepted else "bad"
        if answer.server:
            tone = "warn"
        self._show(tone, answer.message)
        if answer.server and self._take:
            self._server = answer.server
            self.agree.setText(text("button_use_server", server=answer.server))
            self.agree.show()
            self.agree.setDefault(True)
            self.agree.setFocus()

    def _show(self, tone: str, message: Message) -> None:
        mark, name = _SIGNS[tone]
        self._sign.setText(mark)
        self._sign.setAccessibleName(text(name))
        self._sign.setProperty("tone", tone)
        self._sign.style().polish(self._sign)
        self._sign.show()
        self.sentence.setText(text_of(message))
        self.sentence.setFixedHeight(self.sentence.heightForWidth(_WIDTH))
        self.adjustSize()


def _ask(ask: Callable[[], AcceptanceView], answers: list[AcceptanceView | None]) -> None:
    try:
        answers.append(ask())
    finally:
        if not answers:  # An internal error, which is logged when the thread ends with it.
            answers.append(None)
