"""The actions of the user on a device: each calls the bench once, after a question if it cannot be undone."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import LinkState, LinkStatus, PortInfo, RefusedReading
from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.fake_bench import FakeBench, FakeClock, play
from ui.actions import DeviceActions
from ui.boards.port_choice import PortChoice
from ui.dialogs import decision_job

Act = Callable[[DeviceActions], None]


class Scene:
    """The actions on a fake device `greenhouse`; `said` records the messages that they show."""

    def __init__(self, qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> None:
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.bench = FakeBench(config, {}, clock)
        self.device = self.bench.devices["greenhouse"]
        play(self.device, clock.now_s - 2, clock.now_s, wrong=False)
        self.said: list[tuple[str, Message]] = []
        self.deleted: list[str] = []
        self.actions = DeviceActions(
            self.parent,
            lambda message, tone: self.said.append((tone, message)),
            lambda: self.deleted.append("greenhouse"),
        )
        self.actions.look_at(self.bench, "greenhouse")

    def answer(self, word: str) -> str:
        """Press the button `word` of the open question, and return the text of the question."""
        (box,) = self.parent.findChildren(QMessageBox)
        text = box.text()
        (button,) = [button for button in box.buttons() if button.text().replace("&", "") == word]
        button.click()
        box.deleteLater()
        return text


@pytest.fixture
def scene(qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> Scene:
    return Scene(qtbot, config, clock)


@pytest.mark.parametrize(
    ("act", "call"),
    [
        (lambda actions: actions.try_now(), ("try_now", "greenhouse")),
        (lambda actions: actions.send("led=1", "\r\n"), ("send", "greenhouse", "led=1", "\r\n")),
        (lambda actions: actions.release_or_take_port(released=False), ("release_port", "greenhouse")),
        (lambda actions: actions.release_or_take_port(released=True), ("take_port", "greenhouse")),
        (lambda actions: actions.record(True), ("record", "greenhouse", True)),
        (lambda actions: actions.resend("v1", None), ("resend", "greenhouse", "v1", None)),
        (lambda actions: actions.skip(), ("skip", "greenhouse")),
    ],
)
def test_each_action_is_one_call(scene: Scene, act: Act, call: tuple[object, ...]) -> None:
    act(scene.actions)
    assert scene.bench.calls == [call]


@pytest.mark.parametrize(
    ("act", "word", "call"),
    [
        (lambda actions: actions.send_here(), "Send here", "send_here"),
        (lambda actions: actions.discard(), "Discard", "discard"),
        (lambda actions: actions.delete_data(), "Delete", "delete_data"),
    ],
)
def test_what_cannot_be_undone_asks_first(scene: Scene, act: Act, word: str, call: str) -> None:
    scene.device.held = 5
    act(scene.actions)
    assert scene.bench.calls == []
    asked = scene.answer("Cancel")
    assert "greenhouse" in asked
    assert any(character.isdigit() for character in asked)
    assert scene.bench.calls == []
    act(scene.actions)
    boxes = scene.parent.findChildren(QMessageBox)
    (button,) = [b for b in boxes[-1].buttons() if b.text().replace("&", "") == word]
    button.click()
    assert scene.bench.calls == [(call, "greenhouse")]
    assert scene.said[-1][0] == "good"
    assert bool(scene.deleted) is (call == "delete_data")


def test_a_name_from_a_bench_file_is_no_markup_in_a_question(scene: Scene) -> None:
    scene.actions.delete_data()
    (box,) = scene.parent.findChildren(QMessageBox)
    assert box.textFormat() is Qt.TextFormat.PlainText


def test_an_error_is_shown(scene: Scene) -> None:
    scene.bench.trouble = "the journal is full"
    scene.actions.resend(None, None)
    assert scene.said == [("bad", verbatim("the journal is full"))]


def test_a_line_that_was_not_sent_is_shown(scene: Scene) -> None:
    scene.device.link = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("COM5 went away."))
    scene.actions.send("led=1", "\n")
    assert scene.said == [("bad", Message("line_not_sent", device="greenhouse"))]


def test_without_a_device_nothing_happens(scene: Scene) -> None:
    scene.actions.look_at(None, "")
    scene.actions.send("led=1", "\n")
    scene.actions.delete_data()
    scene.actions.choose_port()
    assert (scene.bench.calls, scene.said, scene.parent.findChildren(QMessageBox)) == ([], [], [])


def test_a_board_is_chosen_among_those_that_match(scene: Scene) -> None:
    scene.actions.choose_port()
    assert scene.parent.findChildren(PortChoice) == []
    choices = (
        PortInfo("/dev/ttyUSB0", "USB Serial", "1A86:7523", "", "1-1.2"),
        PortInfo("/dev/ttyUSB1", "USB\n\x1bSerial & more", "1A86:7523", "", "1-1.3"),
    )
    scene.device.link = LinkStatus(LinkState.AMBIGUOUS, verbatim("Two boards could be meant."), choices)
    scene.actions.choose_port()
    (question,) = scene.parent.findChildren(PortChoice)
    assert not question.agree.isEnabled()
    assert [port for _, port in question.buttons] == ["/dev/ttyUSB0", "/dev/ttyUSB1"]
    assert "1-1.3" in question.buttons[1][0].text()
    assert "USB\ufffd\ufffdSerial && more" in question.buttons[1][0].text()  # a board may report anything
    question.buttons[1][0].setChecked(True)
    question.agree.click()
    assert scene.bench.calls == [("choose_port", "greenhouse", "/dev/ttyUSB1")]


def test_a_decision_that_takes_long_does_not_block_the_window(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, began = threading.Event(), threading.Event()

    def delete(_bench: FakeBench, _device: str) -> int:
        began.set()
        assert go_on.wait(60)
        return 9

    monkeypatch.setattr(decision_job, "AT_ONCE_S", 0.0)
    monkeypatch.setattr(FakeBench, "delete_data", delete)
    scene.actions.delete_data()
    scene.answer("Delete")
    assert began.wait(60)
    running = [str(notice.message) for notice in scene.actions.look()]
    assert running == ["greenhouse: the journal is being changed; everything else goes on…"]
    assert (scene.said, scene.deleted) == ([], [])
    # Another window, for example one in another language, reports the result.
    other = Scene.__new__(Scene)
    other.said, other.deleted = [], []
    taker = DeviceActions(
        scene.parent,
        lambda message, tone: other.said.append((tone, message)),
        lambda: other.deleted.append("greenhouse"),
    )
    taker.take_over(scene.actions)
    assert scene.actions.look() == []
    (job,) = taker._jobs
    go_on.set()
    job._thread.join(60)
    assert taker.look() == []
    assert other.said == [("good", Message("data_deleted", device="greenhouse", count=9))]
    assert (other.deleted, scene.said) == (["greenhouse"], [])


@pytest.mark.parametrize(
    ("target", "ids", "count", "asked"),
    [
        (None, [3], 1, "1 reading of greenhouse is refused."),
        ("v0", None, 3, "Readings of greenhouse for v0 are refused."),
        (None, None, 5, "5 readings of greenhouse are refused."),
    ],
)
def test_refused_readings_are_discarded_after_a_question(
    scene: Scene, target: str | None, ids: list[int] | None, count: int, asked: str
) -> None:
    reason = verbatim("No datastream")
    scene.device.refused = [RefusedReading(n, f"v{n % 2}", 1, 0, reason) for n in range(5)]
    scene.actions.discard_refused(target, ids)
    assert scene.answer("Discard").startswith(asked)
    assert scene.bench.calls == [("discard_refused", "greenhouse", target, ids)]
    assert scene.said == [("good", Message("refused_discarded", device="greenhouse", count=count))]


def test_refused_readings_of_another_device_are_sent_again(scene: Scene) -> None:
    scene.actions.send_again("cellar", ("v1", "v2"))
    assert scene.bench.calls == [("resend", "cellar", "v1", None), ("resend", "cellar", "v2", None)]
    assert scene.said == [("good", Message("refused_sent_again", device="cellar", count=4))]
    scene.actions.try_now("cellar")
    scene.actions.release_or_take_port("cellar", released=True)
    assert scene.bench.calls[2:] == [("try_now", "cellar"), ("take_port", "cellar")]
