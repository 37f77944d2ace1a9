"""Clicks every button of the notices in the window, and checks the effect.

A test fails if a button has no row here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import ui
from app.bench.status import (
    CloudState,
    CloudStatus,
    EndedRecording,
    LinkState,
    LinkStatus,
    PortInfo,
    RefusedReading,
)
from app.messages.languages import text
from app.messages.message import Message, verbatim
from tests.ui.stage import Stage
from ui.boards.port_choice import PortChoice
from ui.dialogs.token_dialog import TokenDialog
from ui.lower_pane import CLOUD, CONSOLE
from ui.recordings import folder
from ui.recordings.name_dialog import NameDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""Qt says this when a pop-up opens without a screen."""

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


@notice("Choose the board…", choose)
def two_boards(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.AMBIGUOUS, verbatim("Two boards could be meant."), BOARDS)


@notice("Take port back", called("take_port", "greenhouse"))
def released_port(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.RELEASED, verbatim("The port is let go of."))


def asks_for_the_token(stage: Stage) -> None:
    assert stage.dialog(TokenDialog).fields.keys() == {"greenhouse"}


@notice("Type the token…", asks_for_the_token)
def a_token_that_is_missing(stage: Stage) -> None:
    stage.keyring.held.clear()
    first, *others = stage.config.device
    device = msgspec.structs.replace(first, auth_token="keyring:x")
    connection = stage.window.connection
    config = msgspec.structs.replace(stage.config, device=(device, *others))
    connection.show_edited(config, connection.source)
    connection.follow({})


def cloud_page_is_shown(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CLOUD
    assert stage.window.lower_pane.cloud.isVisible()


@notice("Look", cloud_page_is_shown)
def held_readings(stage: Stage) -> None:
    assert stage.window.lower_pane.front == CONSOLE
    stage.device.held = 5


@notice("Send again", called("resend", "greenhouse", "v1", None))
def refused_readings(stage: Stage) -> None:
    reason = Message("refused_pin_without_datastream", words="No datastream setup for that pin.")
    stage.device.refused = [RefusedReading(7, "v1", 21.5, 0, reason)]


def ended_recording(stage: Stage) -> None:
    OPENED.clear()

    def shows(path: Path) -> bool:
        OPENED.append(path)
        return True

    stage.monkeypatch.setattr(folder, "show_file", shows)
    path = stage.folder / "greenhouse.pbrec"
    path.write_bytes(b"a run")
    stage.device.recorded = EndedRecording(str(path), 5, 83_000_000)


def asks_for_a_name(stage: Stage) -> None:
    assert stage.dialog(NameDialog).field.text() == "greenhouse"


OPENED: list[Path] = []


def opens_the_folder(stage: Stage) -> None:
    assert [stage.folder / "greenhouse.pbrec"] == OPENED


notice("Name this run…", asks_for_a_name)(ended_recording)
notice("Open folder", opens_the_folder)(ended_recording)


def no_notice_is_left(stage: Stage) -> None:
    stage.frames()
    assert stage.window.notices.texts == []


def is_undone(stage: Stage) -> None:
    assert stage.bench.config.device[0].baud_rate == 115200


@notice("Undo", is_undone)
def a_fix(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.UNREADABLE, Message("bytes_unreadable", port="x", baud_rate=1))
    stage.frames()
    stage.click_notice("Try 9600")
    assert stage.bench.config.device[0].baud_rate == 9600


@notice("Close", no_notice_is_left)
def a_message(stage: Stage) -> None:
    stage.window.show_message(verbatim("It is so."), "good")


def test_every_button_of_a_notice_has_a_row() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(ui.__file__).parent.rglob("*.py")]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    notices = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "Notice"]
    codes = [argument.value for notice in notices for argument in notice.args[2:3]]  # type: ignore[attr-defined]
    words = [keyword for node in nodes if isinstance(node, ast.Call) for keyword in node.keywords]
    codes += [
        word.value.value for word in words if word.arg == "also" and isinstance(word.value, ast.Constant)
    ]
    # "Cancel" needs a running export: see test_saving.
    assert {text(str(code)) for code in codes} == {*NOTICES, "Cancel"}


@pytest.mark.parametrize("word", NOTICES, ids=[word.replace("…", "...") for word in NOTICES])
def test_button_of_a_notice_does_what_it_says(stage: Stage, word: str) -> None:
    come, follows = NOTICES[word]
    come(stage)
    stage.frames()
    stage.click_notice(word)
    follows(stage)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param(word, marks=pytest.mark.long if place else (), id=word.replace("…", "..."))
        for place, word in enumerate(NOTICES)
    ],
)
def test_button_in_the_list_of_notices_does_the_same(stage: Stage, word: str) -> None:
    come, follows = NOTICES[word]
    come(stage)
    stage.frames()
    line = stage.window.notices
    stage.click(line.more)
    (button,) = [b for row in line.popup.rows for b in row.buttons if b.text() == word]
    stage.click(button)
    assert not line.popup.isVisible()
    follows(stage)


def second_board_fails(stage: Stage) -> None:
    cellar = stage.bench.devices["cellar"]
    cellar.link = LinkStatus(LinkState.AMBIGUOUS, verbatim("Two boards could be meant."), BOARDS)
    stage.frames()


def test_a_notice_of_another_board_names_it_and_acts_on_it(stage: Stage) -> None:
    second_board_fails(stage)
    line = stage.window.notices
    assert line.lines == ["cellar: Two boards could be meant."]
    assert line.name.text() == "cellar:"
    stage.click_notice("Choose the board…")
    question = stage.dialog(PortChoice)
    stage.click(question.buttons[0][0])
    stage.click(question.agree)
    assert stage.bench.calls == [("choose_port", "cellar", "/dev/ttyUSB0")]
    assert stage.window.rail.chosen == "greenhouse"


def test_without_any_port_there_is_no_board_to_choose(stage: Stage) -> None:
    gone = Message("port_not_found", port="COM7")
    stage.device.link = LinkStatus(LinkState.NO_SUCH_PORT, gone)
    stage.frames()
    stage.ports = []
    stage.click_notice("Choose the board…")
    assert not any(dialog.isVisible() for dialog in stage.window.findChildren(PortChoice))
    assert stage.window.notices.texts[0] == (
        "No board is plugged in, so there is none to choose: plug it in first."
    )


@pytest.mark.parametrize("in_list", [False, True])
def test_a_click_on_the_name_shows_the_board(stage: Stage, in_list: bool) -> None:
    second_board_fails(stage)
    line = stage.window.notices
    name = line.name
    if in_list:
        stage.click(line.more)
        name = line.popup.rows[0].name
    stage.click(name)
    stage.frames()
    assert stage.window.rail.chosen == "cellar"
    assert not line.popup.isVisible()


def test_look_at_the_readings_of_another_board_shows_its_cloud_page(stage: Stage) -> None:
    stage.bench.devices["cellar"].held = 5
    stage.frames()
    stage.click_notice("Look")
    assert (stage.window.rail.chosen, stage.window.lower_pane.front) == ("cellar", CLOUD)
