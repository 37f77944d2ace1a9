"""The line in which a text to find is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.gestures import proves
from ui.console.find_bar import FindBar


@pytest.fixture
def bar(qtbot: QtBot) -> FindBar:
    bar = FindBar()
    qtbot.addWidget(bar)
    return bar


def test_it_is_closed_at_first_and_then_searches_nothing(bar: FindBar) -> None:
    assert (bar.isHidden(), bar.needle) == (True, "")
    bar.open_bar()
    QTest.keyClicks(bar.field, "x=1")
    assert bar.needle == "x=1"
    bar.close_button.click()
    assert (bar.isHidden(), bar.needle) == (True, "")
    bar.open_bar()
    assert bar.field.selectedText() == "x=1"


@proves("FindBar.keyPressEvent", "Key_Escape", "Key_Return", "Key_Enter")
def test_keys_step_through_the_hits_and_close_the_bar(bar: FindBar) -> None:
    heard: list[str] = []
    bar.next_asked.connect(lambda: heard.append("next"))
    bar.previous_asked.connect(lambda: heard.append("previous"))
    bar.closed.connect(lambda: heard.append("closed"))
    bar.changed.connect(lambda: heard.append("changed"))
    bar.open_bar()
    QTest.keyClicks(bar.field, "x")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(bar.field, Qt.Key.Key_Enter)
    QTest.keyClick(bar.field, Qt.Key.Key_F5)
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert heard == ["changed", "changed", "next", "previous", "next", "changed", "closed"]


def test_it_says_how_many_hits_there_are(bar: FindBar) -> None:
    bar.open_bar()
    bar.say(0, 0)
    assert bar.count.text() == ""
    QTest.keyClicks(bar.field, "x")
    said = []
    for ordinal, hits in ((0, 0), (0, 1), (0, 1200), (3, 1200)):
        bar.say(ordinal, hits)
        said.append(bar.count.text())
    assert said == ["not found", "1 line", "1,200 lines", "3 of 1,200"]


def test_buttons_whose_keys_do_the_same_make_room(bar: FindBar) -> None:
    bar.set_tight(True)
    bar.open_bar()
    assert (bar.next_button.isVisible(), bar.previous_button.isVisible()) == (False, False)
    bar.set_tight(False)
    assert (bar.next_button.isVisible(), bar.previous_button.isVisible()) == (True, True)
