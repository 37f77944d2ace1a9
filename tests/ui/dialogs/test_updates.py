"""The check for a newer version: made only when the user asks for it, and answered in a dialog."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.messages.message import Message, verbatim
from app.program import updates
from tests.ui.stage import PATIENCE_MS
from ui.dialogs.updates import UpdatesDialog
from ui.window import MainWindow


def test_the_window_asks_when_the_user_chooses_the_entry(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def ask() -> Message:
        assert threading.current_thread().name == "updates"  # the name that a crash report shows
        asked.set()
        return verbatim("You have version 0.1.0.")

    monkeypatch.setattr(updates, "ask", ask)
    assert not asked.is_set()
    (entry,) = [
        action
        for menu in window.menuBar().findChildren(QMenu)
        for action in menu.actions()
        if "newer version" in action.text()
    ]
    entry.trigger()
    (dialog,) = window.findChildren(UpdatesDialog)
    qtbot.waitUntil(lambda: dialog.sentence.text() == "You have version 0.1.0.", timeout=PATIENCE_MS)
    dialog.close()


def test_a_closed_dialog_ignores_the_answer(qtbot: QtBot) -> None:
    may_answer, answered = threading.Event(), threading.Event()

    def ask() -> Message:
        assert may_answer.wait(60)
        answered.set()
        return verbatim("late")

    dialog = UpdatesDialog(ask=ask)
    dialog.open()
    with qtbot.waitSignal(dialog.destroyed, timeout=PATIENCE_MS):
        dialog.close()
    may_answer.set()
    assert answered.wait(60)


def test_a_long_answer_is_shown_whole_and_ends_the_timer(qtbot: QtBot) -> None:
    dialog = UpdatesDialog(ask=lambda: verbatim("a long answer " * 60))
    qtbot.addWidget(dialog)
    (timer,) = dialog.findChildren(QTimer)
    assert (timer.isActive(), timer.interval()) == (True, 100)
    assert dialog.sentence.text() == "Asking the releases page…"
    layout = dialog.layout()
    assert layout
    assert (layout.spacing(), dialog.windowTitle()) == (14, "Is there a newer version?")
    qtbot.waitUntil(lambda: not timer.isActive(), timeout=PATIENCE_MS)
    sentence = dialog.sentence
    assert sentence.wordWrap()
    width = 76 * dialog.fontMetrics().averageCharWidth()
    assert sentence.minimumWidth() == sentence.maximumWidth() == width
    assert sentence.minimumHeight() == sentence.maximumHeight() == sentence.heightForWidth(width) > 60
    assert dialog.size() == dialog.sizeHint()
    by_mouse_and_keys = (
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    assert sentence.textInteractionFlags() == by_mouse_and_keys
