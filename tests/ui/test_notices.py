"""The notices under the connection bar: one for each subject, in plain text, gone when no longer true."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.messages.message import Message, verbatim
from tests.ui.stage import PATIENCE_MS
from ui.notices import Notices
from ui.situation import Notice

BUTTONS = {"high": "button_try_now", "middle": "button_look", "low": "button_close"}
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def from_the_top(shown: Notices) -> list[str]:
    QApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)  # so that the layout shows new widgets
    shown.layout().activate()  # type: ignore[union-attr]
    rows = [row for row in shown.findChildren(QFrame, options=DIRECT) if not row.isHidden()]
    labels = [row.findChildren(QLabel)[1] for row in rows]
    placed = [(label.mapTo(shown, QPoint()).y(), label.text()) for label in labels]
    return [text for _, text in sorted(placed)]


def waiting(seconds: int) -> Message:
    return Message("ago", seconds=seconds)


def test_notices_come_change_and_go(qtbot: QtBot) -> None:
    pressed: list[str] = []
    shown = Notices()
    qtbot.addWidget(shown)
    assert shown.isHidden()
    shown.show_all([Notice("warn", waiting(8), "button_try_now", lambda: pressed.append("old"))])
    (button,) = shown.findChildren(QToolButton)
    shown.show_all([Notice("warn", waiting(7), "button_try_now", lambda: pressed.append("new"))])
    assert shown.texts == ["7 s ago"]
    assert shown.findChildren(QToolButton) == [button]
    button.click()
    assert pressed == ["new"]
    shown.show_all([])
    assert shown.texts == []
    assert shown.isHidden()


def test_of_several_notices_with_one_subject_the_first_is_shown(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all([Notice("warn", waiting(8)), Notice("bad", waiting(7)), Notice("warn", verbatim("b"))])
    assert shown.texts == ["8 s ago", "b"]


@pytest.mark.parametrize(("tone", "action"), [("bad", ""), ("warn", "button_try_now")])
def test_a_notice_with_another_sign_or_button_is_made_anew(qtbot: QtBot, tone: str, action: str) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all([Notice("warn", verbatim("it waits"))])
    (before,) = shown.findChildren(QFrame, options=DIRECT)
    shown.show_all([Notice(tone, verbatim("it waits"), action)])
    qtbot.waitUntil(lambda: len(shown.findChildren(QFrame, options=DIRECT)) == 1, timeout=PATIENCE_MS)
    (after,) = shown.findChildren(QFrame, options=DIRECT)
    assert after is not before
    names = [label.accessibleName() for label in after.findChildren(QLabel)]
    assert ("Error" in names, "Warning" in names) == (tone == "bad", tone == "warn")
    assert [button.text() for button in after.findChildren(QToolButton)] == (["Try now"] if action else [])


def test_text_of_a_board_stays_plain_and_notices_are_few(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all([Notice("warn", verbatim(f"<b>hello {n}</b>")) for n in range(9)])
    assert len(shown.texts) == 4
    labels = [label for label in shown.findChildren(QLabel) if "hello" in label.text()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_a_message_is_above_all_notices_until_it_is_closed(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_all([Notice("warn", waiting(8))])
    shown.show_message(verbatim("the data are saved"), "good")
    shown.show_all([Notice("warn", waiting(7))])
    assert from_the_top(shown) == shown.texts == ["the data are saved", "7 s ago"]
    (button,) = shown.findChildren(QToolButton)
    button.click()
    assert shown.texts == ["7 s ago"]


def test_a_message_does_not_take_the_button_of_a_notice_with_the_same_text(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    shown.show_message(waiting(8), "bad")
    shown.show_all([Notice("warn", waiting(8), "button_try_now")])
    assert [button.text() for button in shown.findChildren(QToolButton)] == ["Close", "Try now"]


def test_notices_keep_the_given_order_whichever_came_first(qtbot: QtBot) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    low, high, middle = (Notice("warn", verbatim(f"{word} trouble")) for word in ("low", "high", "middle"))
    shown.show_all([low])
    shown.show_all([high, low])
    shown.show_all([high, middle, low])
    assert from_the_top(shown) == shown.texts == ["high trouble", "middle trouble", "low trouble"]
    # A notice that changes its tone gets a new row in the same place.
    shown.show_all([high._replace(tone="bad"), middle, low])
    assert from_the_top(shown) == shown.texts == ["high trouble", "middle trouble", "low trouble"]
    shown.show_all([middle, low._replace(tone="bad")])
    assert from_the_top(shown) == shown.texts == ["middle trouble", "low trouble"]


@pytest.mark.parametrize(
    ("tone", "sign", "name"), [("good", "✓", "Done"), ("warn", "!", "Warning"), ("bad", "✗", "Error")]
)
def test_each_tone_has_a_sign_and_a_name(qtbot: QtBot, tone: str, sign: str, name: str) -> None:
    shown = Notices()
    qtbot.addWidget(shown)
    assert shown.accessibleName() == "Notices"
    shown.show_all([Notice(tone, verbatim("something"))])
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
        shown.show_all([Notice("warn", verbatim(word), BUTTONS[word]) for word in wanted])
    reached, widget = [], before.nextInFocusChain()
    while widget is not None and widget is not before:
        if isinstance(widget, QToolButton):
            reached.append(widget.text())
        widget = widget.nextInFocusChain()
    assert reached == ["Try now", "Look", "Close"]
