"""Clicks every button of the notices in the window, and checks the effect.

A test fails if a button has no row here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import ui
from app.bench.status import CloudState, CloudStatus, LinkState, LinkStatus, PortInfo
from app.messages.languages import text
from app.messages.message import verbatim
from tests.ui.stage import Stage
from ui.boards.port_choice import PortChoice
from ui.lower_pane import CLOUD, CONSOLE

BOARDS = (
    PortInfo("/dev/ttyUSB0", "USB Serial", "1A86:7523", "", "1-1.2"),
    PortInfo("/dev/ttyUSB1", "USB Serial", "1A86:7523", "", "1-1.3"),
)


def choose(stage: Stage) -> None:
    question = stage.dialog(PortChoice)
    stage.click(question.buttons[1][0])
    stage.click(question.agree)
    assert stage.bench.calls == [("choose_port", "greenhouse", "/dev/ttyUSB1")]


NOTICES: dict[str, tuple[Callable[[Stage], None], Callable[[Stage], None]]] = {}


def notice(word: str, follows: Callable[[Stage], None]) -> Callable[[Callable[[Stage], None]], None]:
    def add(come: Callable[[Stage], None]) -> None:
        NOTICES[word] = come, follows

    return add


def called(*call: object) -> Callable[[Stage], None]:
    def look(stage: Stage) -> None:
        assert stage.bench.calls == [call]

    return look


@notice("Try now", called("try_now", "greenhouse"))
def cloud_that_waits(stage: Stage) -> None:
    stage.device.cloud = CloudStatus(CloudState.PAUSED, verbatim("The cloud does not know the token."))


@notice("Choose…", choose)
def two_boards(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.AMBIGUOUS, verbatim("Two boards could be meant."), BOARDS)


@notice("Take port back", called("take_port", "greenhouse"))
def released_port(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.RELEASED, verbatim("The port is let go of."))


def cloud_page_is_shown(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CLOUD
    assert stage.window.lower_pane.cloud.isVisible()


@notice("Look", cloud_page_is_shown)
def held_readings(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CONSOLE
    stage.device.held = 5


def no_notice_is_left(stage: Stage) -> None:
    stage.frames()
    assert stage.window.notices.texts == []


@notice("Close", no_notice_is_left)
def a_message(stage: Stage) -> None:
    stage.window.show_message(verbatim("It is so."), "good")


def test_every_button_of_a_notice_has_a_row() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(ui.__file__).parent.rglob("*.py")]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    notices = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "Notice"]
    codes = [argument.value for notice in notices for argument in notice.args[2:3]]  # type: ignore[attr-defined]
    # "Cancel" needs a running export: see test_saving.
    assert {text(code) for code in codes} == {*NOTICES, "Cancel"}


@pytest.mark.parametrize("word", NOTICES, ids=[word.replace("…", "...") for word in NOTICES])
def test_button_of_a_notice_does_what_it_says(stage: Stage, word: str) -> None:
    come, follows = NOTICES[word]
    come(stage)
    stage.frames()
    stage.click_notice(word)
    follows(stage)
