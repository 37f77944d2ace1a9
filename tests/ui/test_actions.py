"""The actions of the user on a device: each calls the bench once, after a question if it cannot be undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import LinkState, LinkStatus, PortInfo, RefusedReading, ReplayStatus
from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.fake_bench import FakeBench, FakeClock, play
from ui.actions import DeviceActions, _in_turn
from ui.boards.port_choice import PortChoice
from ui.dialogs import decision_job
from ui.dialogs.job import Progress

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
            lambda message, tone, _device="": self.said.append((tone, message)),
            self.deleted.append,
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


ASKING: dict[str, Act] = {
    "send here": lambda actions: actions.send_here(),
    "discard held": lambda actions: actions.discard(),
    "discard refused": lambda actions: actions.discard_refused(None, None),
    "discard refused of targets": lambda actions: actions.discard_targets("", ("v1",)),
    "delete": lambda actions: actions.delete_data(),
}


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("act", ASKING)
def test_nothing_is_asked_that_would_be_refused(scene: Scene, act: str) -> None:
    ASKING[act](scene.actions)
    scene.actions.is_connected = lambda: False
    ASKING[act](scene.actions)
    scene.device.replay = ReplayStatus(1, 2)
    ASKING[act](scene.actions)
    assert scene.said == [
        ("warn", Message("decision_runs_already")),
        ("warn", Message("decision_needs_connection")),
        ("warn", Message("run_only_shown")),
    ]
    assert not [box for box in scene.parent.findChildren(QMessageBox) if box.isVisible()]


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
    assert scene.said == [("bad", Message("line_not_sent"))]


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


class SlowDecision:
    """A decision about 50,000 readings that goes on when the test lets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes_on = threading.Semaphore(0)
        self.told = threading.Semaphore(0)
        monkeypatch.setattr(decision_job, "AT_ONCE_S", 0.0)
        monkeypatch.setattr(FakeBench, "delete_data", self.decide)

    def decide(self, _device: str, progress: Progress) -> int:
        for done in (0, 12_000, 30_000, 50_000):
            try:
                progress(done, 50_000)
            finally:
                self.told.release()
            assert self.goes_on.acquire(timeout=60)
        return 50_000

    def go_on(self) -> None:
        assert self.told.acquire(timeout=60)
        self.goes_on.release()


@pytest.fixture
def slow(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDecision]:
    """A deletion that has been begun, and has told that it has 50,000 readings to delete."""
    slow = SlowDecision(monkeypatch)
    scene.actions.delete_data()
    scene.answer("Delete")
    yield slow
    slow.goes_on.release(9)
    scene.actions.end_decisions()


def shown(actions: DeviceActions) -> list[str]:
    return [str(notice.message) for notice in actions.look()]


def test_a_decision_that_takes_long_does_not_block_the_window(scene: Scene, slow: SlowDecision) -> None:
    slow.go_on()
    assert slow.told.acquire(timeout=60)
    assert shown(scene.actions) == ["Deleting data: 24 %"]
    assert (scene.said, scene.deleted) == ([], [])
    # Another window, for example one in another language, reports the result.
    other = Scene.__new__(Scene)
    other.said, other.deleted = [], []
    taker = DeviceActions(
        scene.parent,
        lambda message, tone, _device="": other.said.append((tone, message)),
        other.deleted.append,
    )
    taker.take_over(scene.actions)
    assert scene.actions.look() == []
    (job,) = taker._jobs
    slow.goes_on.release(3)
    job._thread.join(60)
    assert taker.look() == []
    assert other.said == [("good", Message("data_deleted", count=50_000))]
    assert (other.deleted, scene.said) == (["greenhouse"], [])


def test_a_decision_that_is_cancelled_says_what_it_has_done(scene: Scene, slow: SlowDecision) -> None:
    slow.go_on()
    assert slow.told.acquire(timeout=60)
    (notice,) = scene.actions.look()
    assert notice.action == "button_cancel"
    assert notice.act
    notice.act()
    (ending,) = scene.actions.look()
    assert (ending.message, ending.action, ending.act) == (notice.message, "", None)
    slow.goes_on.release(3)
    (job,) = scene.actions._jobs
    job._thread.join(60)
    assert scene.actions.look() == []
    ((tone, message),) = scene.said
    assert tone == "warn"
    assert str(message) == (
        "Cancelled. 30,000 of 50,000 readings were deleted, the oldest first; the others are kept."
    )
    assert scene.deleted == []


def test_one_decision_is_made_of_a_device_at_a_time(scene: Scene, slow: SlowDecision) -> None:
    slow.go_on()
    scene.actions.resend(None, None)
    assert scene.said == [("warn", Message("decision_runs_already"))]
    assert scene.bench.calls == []
    scene.actions.send_again("cellar", ("v1",))
    assert scene.bench.calls == [("resend", "cellar", "v1", None)]


def test_decisions_end_before_their_bench_stops(scene: Scene, slow: SlowDecision) -> None:
    assert [str(message) for message in scene.actions.cut_off()] == [
        "Readings of greenhouse are still being changed: what is not done yet is cancelled."
    ]
    slow.goes_on.release(9)
    scene.actions.end_decisions()
    assert scene.actions.cut_off() == []
    assert scene.actions.look() == []
    ((tone, message),) = scene.said
    assert (tone, message.code) == ("warn", "deleting_cancelled") or message.code == "data_deleted"


def test_targets_that_are_decided_about_in_turn_have_one_progress() -> None:
    told: list[tuple[int, int]] = []

    def act(target: str, tell: Progress) -> int:
        for done in range(3):
            tell(done, 2)
        return 2 if target == "v1" else 1

    def note(seen: int, total: int) -> None:
        told.append((seen, total))

    assert _in_turn(("v1", "v2"), 4, note, act) == 3
    assert told == [(0, 4), (1, 4), (2, 4), (2, 4), (3, 4), (4, 4)]


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
    assert scene.said == [("good", Message("refused_discarded", count=count))]


def test_refused_readings_of_another_device_are_sent_again(scene: Scene) -> None:
    scene.actions.send_again("cellar", ("v1", "v2"))
    assert scene.bench.calls == [("resend", "cellar", "v1", None), ("resend", "cellar", "v2", None)]
    assert scene.said == [("good", Message("refused_sent_again", count=4))]
    scene.actions.try_now("cellar")
    scene.actions.release_or_take_port("cellar", released=True)
    assert scene.bench.calls[2:] == [("try_now", "cellar"), ("take_port", "cellar")]
