"""A file is sent line by line, and the user sees how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.bench.status import LinkState, LinkStatus
from app.config.bench_file import BenchConfig
from app.messages.message import verbatim
from tests.ui.fake_bench import FakeBench, FakeClock, FakeDevice
from tests.ui.stage import PATIENCE_MS
from ui.console.sending.file_dialog import FileDialog
from ui.console.sending.file_row import FileRow
from ui.console.sending.file_sending import MAX_BYTES, Pacing


class Sender:
    """The row, a bench with a board whose port is open, and a clock."""

    def __init__(
        self, qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.clock, self._monkeypatch = clock, monkeypatch
        self.bench = FakeBench(config, {}, clock)
        self.device: FakeDevice = self.bench.devices["greenhouse"]
        self.device.link = LinkStatus(LinkState.GOOD, verbatim("Lines come in."))
        self.row = FileRow(clock)
        qtbot.addWidget(self.row)
        self.told: list[tuple[str, str]] = []
        self.row.told.connect(lambda message, tone: self.told.append((str(message), tone)))
        self.look()

    def look(self, *, is_open: bool = True) -> None:
        self.row.look_at(self.bench, ["greenhouse"] if is_open else [])

    def begin(self, *lines: str, pause_s: float = 0.0, waits: bool = False) -> None:
        self.row.begin("greenhouse", "g.txt", list(lines), Pacing(pause_s, waits), "\r\n")

    def step(self, seconds: float = 0.0) -> None:
        self.clock.now_s += seconds
        self.row.step()

    def chooses(self, path: str) -> None:
        self._monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))

    @property
    def sent(self) -> list[object]:
        return [call[2] for call in self.bench.calls if call[0] == "send"]


@pytest.fixture
def sender(qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Sender:
    return Sender(qtbot, config, clock, monkeypatch)


def test_lines_go_after_pauses_and_the_end_is_told(sender: Sender) -> None:
    sender.begin("a", "b", "c", pause_s=0.5)
    assert not sender.row.isHidden()
    assert sender.sent == ["a"]
    sender.step(0.1)
    assert sender.row.label.text() == "g.txt to greenhouse: 1 of 3"
    assert (sender.row.bar.value(), sender.row.bar.maximum()) == (1, 3)
    sender.step(0.3)
    assert sender.sent == ["a"]
    for _ in range(4):
        sender.step(0.5)
    assert sender.bench.calls[-1] == ("send", "greenhouse", "c", "\r\n")
    assert sender.sent == ["a", "b", "c"]
    assert sender.told == [("g.txt: all 3 lines are at greenhouse.", "good")]
    assert sender.row.isHidden()
    sender.step(9.0)  # Nothing more happens.
    assert len(sender.told) == 1


def test_it_waits_for_answers(sender: Sender) -> None:
    sender.begin("a", "b", waits=True)
    sender.step(1.0)
    sender.step(1.0)
    assert sender.sent == ["a"]
    sender.device.say("ok", sender.clock.now_s)
    sender.step()
    assert sender.sent == ["a", "b"]
    sender.step()
    sender.device.say("ok", sender.clock.now_s)
    sender.step()
    assert sender.told == [("g.txt: all 2 lines are at greenhouse.", "good")]


def test_the_timer_sends_by_itself(sender: Sender, qtbot: QtBot) -> None:
    sender.begin(*("x" for _ in range(20)))
    qtbot.waitUntil(lambda: bool(sender.told), timeout=PATIENCE_MS)
    assert len(sender.sent) == 20


def test_the_lines_of_others_do_not_count(sender: Sender) -> None:
    sender.bench.send("greenhouse", "before")
    sender.begin("a", "b", pause_s=1.0)
    sender.bench.send("greenhouse", "typed")
    sender.step()
    assert sender.row.bar.value() == 1


def test_an_unplugged_board_is_said(sender: Sender) -> None:
    sender.begin("a", "b", pause_s=1.0)
    sender.look(is_open=False)
    sender.step(0.1)
    assert sender.told == [("g.txt: the port of greenhouse has closed. Lines sent: 1 of 2.", "warn")]


def test_a_board_that_leaves_the_bench_is_no_error(sender: Sender) -> None:
    sender.begin("a", "b", pause_s=1.0)
    sender.bench.config = BenchConfig()
    del sender.bench.devices["greenhouse"]
    sender.step(0.1)
    assert "has closed" in sender.told[0][0]


@pytest.mark.parametrize(
    "act",
    [lambda sender: sender.row.cancel_button.click(), lambda sender: sender.row.cancel()],
    ids=["button", ""],
)
def test_it_can_be_cancelled(sender: Sender, act: Callable[[Sender], None]) -> None:
    sender.begin("a", "b", pause_s=1.0)
    act(sender)
    assert sender.told == [("g.txt: cancelled. Lines sent: 0 of 2.", "warn")]
    sender.row.cancel()
    assert len(sender.told) == 1


def test_another_bench_ends_it(sender: Sender, config: BenchConfig) -> None:
    sender.begin("a", "b", pause_s=1.0)
    sender.row.look_at(FakeBench(config, {}, sender.clock), ["greenhouse"])
    assert "cancelled" in sender.told[0][0]


def test_only_one_file_at_a_time(sender: Sender) -> None:
    sender.begin("a", "b", pause_s=1.0)
    sender.begin("c")
    sender.row.ask("greenhouse", "\n")
    assert sender.told == [("g.txt is still being sent: wait for its end, or cancel it.", "warn")]
    assert sender.sent == ["a"]


def test_another_window_sends_on(sender: Sender, qtbot: QtBot) -> None:
    sender.begin("a", "b", pause_s=1.0)
    other = FileRow(sender.clock)
    qtbot.addWidget(other)
    other.take_over(sender.row)
    sender.step(2.0)
    assert sender.sent == ["a"]
    other.step()
    sender.clock.now_s += 1.0
    other.step()
    assert sender.sent == ["a", "b"]
    third = FileRow(sender.clock)
    qtbot.addWidget(third)
    third.take_over(sender.row)
    assert third.sending is None
    third.step()


def test_a_file_is_chosen_and_sent_as_the_user_wants(sender: Sender, tmp_path: Path) -> None:
    path = tmp_path / "g.txt"
    path.write_bytes(b"G0 X1\r\nG0 X2\r\n")
    sender.chooses(str(path))
    sender.row.ask("greenhouse", "\n")
    (dialog,) = sender.row.window().findChildren(FileDialog)
    dialog.pause_box.setValue(1500)
    dialog.reply_box.click()
    dialog.agree.click()
    assert sender.row.sending
    assert (sender.row.sending.total, sender.sent) == (2, ["G0 X1"])
    sender.device.say("ok", sender.clock.now_s)
    sender.step()
    assert sender.sent == ["G0 X1"]
    sender.step(1.5)
    assert sender.sent == ["G0 X1", "G0 X2"]


def test_what_cannot_be_sent_is_said(sender: Sender, tmp_path: Path) -> None:
    sender.row.ask("cellar", "\n")  # Its port is not open.
    sender.chooses("")
    sender.row.ask("greenhouse", "\n")
    sender.chooses(str(tmp_path / "missing.txt"))
    sender.row.ask("greenhouse", "\n")
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * (MAX_BYTES + 1))
    sender.chooses(str(path))
    sender.row.ask("greenhouse", "\n")
    assert [tone for _, tone in sender.told] == ["bad"] * 3
    assert "port is not open" in sender.told[0][0]
    assert "longer than 1 MB" in sender.told[2][0]
    assert sender.row.sending is None
    FileRow().begin("greenhouse", "g.txt", ["a"], Pacing(), "\n")  # Without a bench, nothing happens.
