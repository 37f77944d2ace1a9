"""Notices under the connection bar: one a subject, plain, gone when they are over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.notices import Notice, Notices

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def test_notices_come_change_and_go(qtbot: QtBot) -> None:
    pressed: list[str] = []
    shown = Notices()
    qtbot.addWidget(shown)
    assert shown.isHidden()
    shown.show_all({"cloud": Notice("warn", "next try in 8 s", "Try now", lambda: pressed.append("old"))})
    (button,) = shown.findChildren(QToolButton)
    shown.show_all({"cloud": Notice("warn", "next try in 7 s", "Try now", lambda: pressed.append("new"))})
    assert shown.texts == ["next try in 7 s"]
    assert shown.findChildren(QToolButton) == [button]
    button.click()
    assert pressed == ["new"]
    shown.show_all({})
    assert shown.texts == []
    assert shown.isHidden()


def test_other_tone_is_another_notice_with_its_sign(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all({"cloud": Notice("warn", "it waits")})
    shown.show_all({"cloud": Notice("bad", "it is paused")})
    qtbot.waitUntil(lambda: len(shown.findChildren(QFrame, options=DIRECT)) == 1, timeout=PATIENCE_MS)
    names = [label.accessibleName() for label in shown.findChildren(QLabel)]
    assert "Error" in names
    assert "Warning" not in names


def test_text_of_a_stranger_stays_plain_and_notices_are_few(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all({str(n): Notice("warn", "<b>hello</b>") for n in range(9)})
    assert len(shown.texts) == 4
    labels = [label for label in shown.findChildren(QLabel) if "hello" in label.text()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_what_was_told_stands_first_until_it_is_closed(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all({"cloud": Notice("warn", "it waits")})
    shown.tell("the data are saved", "good")
    shown.show_all({"cloud": Notice("warn", "it still waits")})
    assert sorted(shown.texts) == ["it still waits", "the data are saved"]
    (button,) = shown.findChildren(QToolButton)
    button.click()
    assert shown.texts == ["it still waits"]
