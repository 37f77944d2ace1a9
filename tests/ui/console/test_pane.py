"""The console stays where the user has scrolled to, and follows the newest line again on request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.bench.status import ConsoleLine
from app.wire.readings import Grammar
from tests.ui.stage import PATIENCE_MS
from ui.console.model import MAX_LINES
from ui.console.pane import ConsolePane


def lines(first: int, count: int) -> list[ConsoleLine]:
    judge = Grammar().judge
    return [ConsoleLine(number, 0, judge(f"v1={number}".encode())) for number in range(first, first + count)]


@pytest.fixture
def console(qtbot: QtBot) -> ConsolePane:
    console = ConsolePane()
    qtbot.addWidget(console)
    qtbot.addWidget(console.tools)
    console.resize(700, 300)
    with qtbot.waitExposed(console, timeout=PATIENCE_MS):
        console.show()
    console.tools.show()
    console.add(lines(1, MAX_LINES))
    return console


def top(console: ConsolePane) -> int:
    """The number of the first visible line."""
    return console.model.lines[console.view.rowAt(0)].number


def is_at_the_end(console: ConsolePane) -> bool:
    bar = console.view.verticalScrollBar()
    last = console.view.visualRect(console.model.index(console.model.rowCount() - 1, 0))
    return bar.value() == bar.maximum() and console.view.viewport().rect().contains(last.center())


def test_the_console_follows_the_newest_line(console: ConsolePane) -> None:
    for number in (1, 2, 3):
        assert is_at_the_end(console)
        assert not console.newest_button.isVisible()
        console.add(lines(MAX_LINES + 20 * number, 20))


def test_after_scrolling_up_the_same_lines_stay_visible_while_they_are_kept(console: ConsolePane) -> None:
    console.view.verticalScrollBar().setValue(100)
    assert top(console) == 101
    for first, dropped, at in ((1001, 30, 101), (1031, 70, 101), (1101, 5, 106), (1106, 0, 106)):
        console.add(lines(first, dropped))
        assert (top(console), console.newest_button.isVisible()) == (at, True)
    console.newest_button.click()
    assert is_at_the_end(console)
    assert not console.newest_button.isVisible()


def test_scrolling_down_again_follows_the_newest_line(console: ConsolePane) -> None:
    console.clear()
    console.add(lines(2001, 100))
    bar = console.view.verticalScrollBar()
    bar.setValue(10)
    console.add(lines(2101, 30))
    bar.setValue(bar.maximum())
    assert is_at_the_end(console)


@pytest.mark.parametrize(
    "act",
    [ConsolePane.clear, ConsolePane.restart, lambda console: console.only_rejected.click()],
    ids=lambda _: "",
)
def test_the_console_follows_again_when_other_lines_are_shown(
    console: ConsolePane, act: Callable[[ConsolePane], None]
) -> None:
    console.view.verticalScrollBar().setValue(100)
    act(console)
    assert not console.newest_button.isVisible()
    assert console.model.rowCount() == 0
    console.add(lines(2000, MAX_LINES))
    console.only_rejected.setChecked(False)
    assert is_at_the_end(console)


def test_nothing_can_be_sent_before_a_device_is_shown(console: ConsolePane) -> None:
    console.send_box.setEnabled(True)
    console.clear()
    assert console.send_box.isEnabled()
    console.restart()
    assert not console.send_box.isEnabled()
    assert console.model.newest == 0
