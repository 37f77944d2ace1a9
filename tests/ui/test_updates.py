"""The question for a newer version: asked when a person asks, and answered in one sentence."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app import updates
from tests.ui.stage import PATIENCE_MS
from ui.updates import UpdatesDialog
from ui.window import MainWindow


def test_the_window_asks_when_a_person_asks(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def ask() -> str:
        asked.set()
        return "You have version 0.1.0."

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


def test_a_closed_dialog_takes_no_answer(qtbot: QtBot) -> None:
    may_answer, answered = threading.Event(), threading.Event()

    def ask() -> str:
        assert may_answer.wait(60)
        answered.set()
        return "late"

    dialog = UpdatesDialog(ask=ask)
    dialog.open()
    with qtbot.waitSignal(dialog.destroyed, timeout=PATIENCE_MS):
        dialog.close()
    may_answer.set()
    assert answered.wait(60)
