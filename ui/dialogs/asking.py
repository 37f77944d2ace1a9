"""Asks the user before an action that cannot be undone.

Invariants: the question runs no event loop of its own, because the window could be closed during such a loop;
the Return key gives the safe answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.messages.languages import text, text_of
from app.messages.message import Message


class Question(NamedTuple):
    """A question to the user, and the label of the button to agree."""

    title: str
    """The message code of the title."""
    message: Message
    yes: str
    """The message code of the label on the button to agree."""


def ask(parent: QWidget, question: Question, act: Callable[[], object]) -> QMessageBox:
    """Open a box with the question, a button to agree and one to cancel; call `act` if the user agrees."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(text(question.title))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text_of(question.message))
    agree = box.addButton(text(question.yes), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    agree.clicked.connect(lambda: act())
    box.open()
    return box
