"""Notices under the connection bar: one a subject, plain, gone when they are over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.notices import Notices
from ui.situation import Notice

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def from_the_top(shown: Notices) -> list[str]:
    QApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)  # a layout shows what is new so
    shown.layout().activate()  # type: ignore[union-attr]
    rows = [row for row in shown.findChildren(QFrame, options=DIRECT) if not row.isHidden()]
    labels = [row.findChildren(QLabel)[1] for row in rows]
    placed = [(label.mapTo(shown, QPoint()).y(), label.text()) for label in labels]
    return [text for _, text in sorted(placed)]


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
    shown.show_message("the data are saved", "good")
    shown.show_all({"cloud": Notice("warn", "it still waits")})
    assert from_the_top(shown) == shown.texts == ["the data are saved", "it still waits"]
    (button,) = shown.findChildren(QToolButton)
    button.click()
    assert shown.texts == ["it still waits"]


def test_the_most_urgent_stands_first_whichever_came_first(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    low, high, middle = (Notice("warn", f"{word} trouble") for word in ("low", "high", "middle"))
    shown.show_all({"c": low})
    shown.show_all({"a": high, "c": low})
    shown.show_all({"a": high, "b": middle, "c": low})
    assert from_the_top(shown) == shown.texts == ["high trouble", "middle trouble", "low trouble"]
    # Another tone is another row, in the same place.
    shown.show_all({"a": high._replace(tone="bad"), "b": middle, "c": low})
    assert from_the_top(shown) == shown.texts == ["high trouble", "middle trouble", "low trouble"]
    shown.show_all({"b": middle, "c": low._replace(tone="bad")})
    assert from_the_top(shown) == shown.texts == ["middle trouble", "low trouble"]


@pytest.mark.parametrize(
    ("tone", "sign", "name"), [("good", "✓", "Done"), ("warn", "!", "Warning"), ("bad", "✗", "Error")]
)
def test_each_tone_has_a_sign_and_a_word(qtbot: QtBot, tone: str, sign: str, name: str) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    assert shown.accessibleName() == "Notices"
    shown.show_all({"": Notice(tone, "something")})
    mark, text = shown.findChildren(QLabel)
    assert (mark.text(), mark.accessibleName(), mark.property("tone")) == (sign, name, tone)
    assert text.text() == "something"
    assert shown.findChildren(QToolButton) == []


@pytest.mark.parametrize(
    "order", [("high", "middle", "low"), ("low", "middle", "high"), ("low", "high", "middle")]
)
def test_the_tab_key_goes_through_the_buttons_from_the_top(qtbot: QtBot, order: tuple[str, ...]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    before = QToolButton()
    shown = Notices(after=before)
    column.addWidget(before)
    column.addWidget(shown)
    for count in (1, 2, 3):
        wanted = [word for word in ("high", "middle", "low") if word in order[:count]]
        shown.show_all({word: Notice("warn", word, f"{word} button") for word in wanted})
    reached, widget = [], before.nextInFocusChain()
    while widget is not None and widget is not before:
        if isinstance(widget, QToolButton):
            reached.append(widget.text())
        widget = widget.nextInFocusChain()
    assert reached == ["high button", "middle button", "low button"]
