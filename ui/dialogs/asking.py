"""Asks the user before an action that cannot be undone, or that only the user can decide.

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


class Choice(NamedTuple):
    """An answer to a question: the message code of its button, and what to do."""

    label: str
    act: Callable[[], object]


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


def choose(
    parent: QWidget,
    title: str,
    message: Message,
    choices: tuple[Choice, Choice],
    closed: Callable[[Callable[[], object] | None], object],
) -> QMessageBox:
    """Open a box with a question that has two answers, the second of which is the default, and Cancel.

    `closed` is called with the action of the chosen answer, or with None if the user cancels.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(text(title))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text_of(message))
    buttons = [box.addButton(text(choice.label), QMessageBox.ButtonRole.ActionRole) for choice in choices]
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.setDefaultButton(buttons[1])

    def answered() -> None:
        chosen = box.clickedButton()
        acts = [choice.act for choice, button in zip(choices, buttons, strict=True) if button is chosen]
        closed(acts[0] if acts else None)

    # Only when the box is closed, because an action may open the next one.
    box.finished.connect(answered)
    box.open()
    return box
