"""A port, a pty in place of a board: nothing is lost while it is there, nothing made up when it goes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.boards import health
from app.boards import link as link_module
from app.boards.failures import PortError
from app.boards.holders import can_tell
from app.boards.link import Link
from app.boards.ports import LOOK_S, Lookout
from app.boards.retry import RETRY_S, Retry
from app.boards.sleep import SleepWatch
from app.config import DeviceConfig
from app.status import LinkState, PortInfo
from app.wire.batches import Batch, Rejected
from app.wire.readings import Grammar, Kind
from tests.boards.waiting import PATIENCE_S, wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

import termios

from tests.processes import Board, pty_board


@pytest.fixture(autouse=True)
def _states_come_at_once_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast or slow this computer is; when each of them is due is a matter of `test_health`."""
    monkeypatch.setattr(health, "GRACE_S", 0.0)
    monkeypatch.setattr(health, "LINE_GRACE_S", 0.0)
    monkeypatch.setattr(health, "SILENT_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "QUIET_AFTER_S", 3600.0)
    monkeypatch.setattr(health, "_QUIET_AT_MOST_S", 3600.0)


class Heard:
    """What a link hands on, and a way to wait for it."""

    def __init__(self, port: str, **options: object) -> None:
        self.changed = threading.Condition()
        self.values: list[float] = []
        self.room = True
        device = DeviceConfig(port=port)
        self.link = Link(device, Grammar(), self._append, lambda: self.room, **options)  # type: ignore[arg-type]

    def _append(self, batch: Batch) -> None:
        with self.changed:
            self.values += batch.numbers.tolist()
            self.changed.notify_all()

    def wait(self, values: list[float]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.values == values, PATIENCE_S), self.values

    def wait_until(self, true: Callable[[], bool]) -> None:
        wait_until(true)

    def wait_until_open(self, times: int = 1) -> None:
        """Wait until the port is open, opened for so often: that it was opened is counted a little before."""
        wait_until(lambda: self.link.opened == times and self.link._trouble is None)


def test_a_board_is_heard_and_its_unplugging_cuts_no_value(tmp_path: Path) -> None:
    port = tmp_path / "board"
    board = Board()
    port.symlink_to(board.port)
    heard = Heard(str(port))
    heard.link.start()
    heard.wait_until_open()
    board.say(b"v1=1\nv1=2\nv1=100")
    heard.wait([1.0, 2.0])
    assert heard.link.status().state is LinkState.GOOD
    port.unlink()  # first: the system may give the pty's number to another program at once
    board.unplug()
    heard.wait_until(lambda: heard.link.counts.partial == 1)
    heard.wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
    with pty_board() as again:
        port.symlink_to(again.port)
        heard.wait_until_open(2)
        again.say(b"0\nv1=3\n")
        heard.wait([1.0, 2.0, 3.0])
        heard.link.stop()
    assert heard.link.reconnects == 1
    assert heard.link.counts.lines == 5
    kinds = [line.verdict.kind for line in heard.link.console.lines(0, 100)]
    assert kinds == [Kind.ACCEPTED, Kind.ACCEPTED, Kind.PARTIAL, Kind.PARTIAL, Kind.ACCEPTED]
    assert heard.link.status().state is LinkState.CLOSED


def test_what_finds_no_room_is_counted_and_joins_no_lines() -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"v1=1\nv1=2")
        heard.wait([1.0])
        heard.room = False
        board.say(b"0\nv1=3")
        heard.wait_until(lambda: heard.link.lost_bytes == 6)
        heard.room = True
        board.say(b"4\nv1=5\n")
        heard.wait([1.0, 5.0])
        heard.link.stop()
    assert heard.link.counts.partial == 2


def test_a_line_can_be_sent_to_the_board_with_any_line_end() -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        assert not heard.link.send("too early")
        heard.link.start()
        heard.wait_until_open()
        assert heard.link.send("hello")
        assert os.read(board._master, 100) == b"hello\n"
        assert heard.link.send("AT", "\r\n")
        assert os.read(board._master, 100) == b"AT\r\n"
        assert heard.link.send("x", "")
        assert os.read(board._master, 100) == b"x"
        heard.link.stop()
    assert not heard.link.send("too late")


def test_a_board_that_takes_no_line_is_still_heard(tmp_path: Path) -> None:
    port = tmp_path / "board"
    with pty_board() as board:
        port.symlink_to(board.port)
        heard = Heard(str(port))
        heard.link.start()
        heard.wait_until_open()
        assert heard.link.send("x" * 100_000)
        board.say(b"v1=1\n")
        heard.wait([1.0])
        heard.wait_until(lambda: "was not taken" in heard.link.status().sentence)
        assert heard.link.status().state is LinkState.GOOD
        assert all(heard.link.send("x") for _ in range(5))
        port.unlink()  # first, see above
        board.unplug()
        heard.wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        heard.link.stop()


@pytest.mark.parametrize(
    ("said", "state", "word"),
    [
        (b"", LinkState.OPEN, "is open"),
        (b"v1=1", LinkState.NO_LINE_ENDS, "println"),
        (b"\n\nv256=1\nv256=2\nx\n", LinkState.NONE_GOOD, "wrong_pin"),
        (b"\n" + b"\xff\xfe\n" * 3, LinkState.UNREADABLE, "Serial.begin()"),
        (b"# hi\n", LinkState.GOOD, "lines come in"),
    ],
)
def test_each_state_has_its_sentence(said: bytes, state: LinkState, word: str) -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        assert heard.link.status().state is LinkState.CLOSED
        heard.link.start()
        heard.wait_until_open()
        board.say(said)
        board.wait_until_read(PATIENCE_S)
        heard.wait_until(lambda: (told := heard.link.status()).state is state and word in told.sentence)
        heard.link.stop()


class Computer:
    """The list of ports of a computer, whose boards are ptys."""

    def __init__(self) -> None:
        self.there: list[PortInfo] = []
        self.name: object = None
        self.lookout = Lookout(lambda: self.there, lambda: self.name)

    def plug(self, board: Board, location: str = "1-2", serial_number: str = "77") -> PortInfo:
        info = PortInfo(board.port, "Arduino Uno", "2341:0043", serial_number, location)
        self.there = [*self.there, info]
        return info


def test_a_board_is_back_at_the_next_look_whatever_its_name() -> None:
    assert RETRY_S + LOOK_S < 1.0
    computer = Computer()
    with pty_board() as board, pty_board() as again, pty_board() as other:
        heard = Heard("usb:2341:0043", lookout=computer.lookout)
        heard.link.start()
        heard.wait_until(lambda: "plug it in" in heard.link.status().sentence)
        computer.plug(board)
        heard.wait_until_open()
        board.say(b"# boot\nv1=1\n")
        heard.wait([1.0])
        computer.there = []
        board.unplug()
        heard.wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        # Two of its kind are there now: the one that it had is the one that is meant.
        computer.plug(other, serial_number="88")
        computer.plug(again, location="1-9")
        heard.wait_until_open(2)
        other.say(b"v1=8\n")
        again.say(b"v1=2\n")
        heard.wait([1.0, 2.0])
        heard.link.stop()


def test_a_person_chooses_between_two_boards() -> None:
    computer = Computer()
    with pty_board() as one, pty_board() as two:
        choices = (computer.plug(one, "1-3", ""), computer.plug(two, "1-4", ""))
        heard = Heard("usb:2341:0043", lookout=computer.lookout)
        heard.link.start()
        heard.wait_until(lambda: heard.link.status().state is LinkState.AMBIGUOUS)
        assert heard.link.status().choices == choices
        computer.lookout.choose("board", two.port)
        heard.link.take()
        heard.wait_until_open()
        two.say(b"v1=2\n")
        heard.wait([2.0])
        heard.link.stop()


@pytest.mark.skipif(not can_tell(), reason="this system does not tell who has a port open")
def test_a_released_port_comes_back_after_its_use() -> None:
    upload = "import os, sys; print(os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY), flush=True); input()"
    command = [sys.executable, "-c", upload]
    with pty_board() as board:
        # A board of this test's own would be held by the test itself.
        os.close(board._slave)
        board._slave = -1
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open()
        heard.link.release()
        heard.wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        heard.wait_until(lambda: "when another program has used it" in heard.link.status().sentence)
        with subprocess.Popen(
            [*command, board.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout
            program.stdout.readline()
            heard.wait_until(lambda: "python" in heard.link.status().sentence)
            program.communicate("\n")
        heard.wait_until_open(2)
        board.say(b"v1=1\n")
        heard.wait([1.0])
        heard.link.release()
        heard.wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        heard.link.take()
        heard.wait_until_open(3)
        heard.link.release()
        heard.wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        heard.link.stop()
    assert heard.link.status().state is LinkState.CLOSED


class Sick:
    """A port that opens, and whose every read fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = threading.Semaphore(0)

    def __call__(self, _device: DeviceConfig, _lookout: Lookout) -> Sick:
        return self

    def read(self) -> bytes:
        raise self.error

    def write(self, data: bytes) -> None:
        """Nobody writes."""

    def close(self) -> None:
        self.closed.release()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("device reports readiness to read but returned no data"), "opens, but fails at once"),
        (termios.error(5, "Input/output error"), "opens, but fails at once"),
        (TypeError("a mistake"), r"cannot be read \(a mistake\)"),
    ],
)
def test_a_port_that_fails_at_once_is_closed_told_and_tried_again(error: Exception, words: str) -> None:
    sick = Sick(error)
    heard = Heard("COM5", open_port=sick)
    heard.link.start()
    assert sick.closed.acquire(timeout=PATIENCE_S)
    assert sick.closed.acquire(timeout=PATIENCE_S)
    heard.wait_until(lambda: re.search(words, heard.link.status().sentence) is not None)
    heard.link.stop()


def test_a_port_that_is_dead_after_sleep_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object) -> None:
        if heard.link.opened == 1:
            raise OSError("nothing has come since the computer slept")

    monkeypatch.setattr(SleepWatch, "nothing_came", dead)
    with pty_board() as board:
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open(2)
        board.say(b"v1=1\n")
        heard.wait([1.0])
        heard.link.stop()


def test_a_port_that_cannot_be_opened_is_told_and_tried_again() -> None:
    tried = threading.Semaphore(0)

    def refuse(_device: DeviceConfig, _lookout: Lookout) -> None:
        tried.release()
        raise PortError(LinkState.BUSY, "COM5 is in use by another program.")

    heard = Heard("COM5", open_port=refuse)
    heard.link.start()
    assert tried.acquire(timeout=PATIENCE_S)
    assert tried.acquire(timeout=PATIENCE_S)
    assert heard.link.status().state is LinkState.BUSY
    heard.link.stop()
    assert heard.link.status().state is LinkState.BUSY


def test_a_port_is_tried_again_after_its_wait_or_once_something_is_plugged_in_or_a_person_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = threading.Semaphore(0)
    computer = Computer()

    def refuse(_device: DeviceConfig, _lookout: Lookout) -> None:
        tried.release()
        raise PortError(LinkState.BUSY, "COM5 is in use by another program.")

    monkeypatch.setattr(link_module, "RETRY_S", 0.01)
    heard = Heard("COM5", open_port=refuse, lookout=computer.lookout)
    heard.link._retry = Impatient(3600.0)
    heard.link.start()
    assert tried.acquire(timeout=PATIENCE_S)
    assert not tried.acquire(timeout=0.2)  # it waits
    computer.name = 1
    assert tried.acquire(timeout=PATIENCE_S)
    heard.link.take()
    assert tried.acquire(timeout=PATIENCE_S)
    heard.link._retry.wait_s = 0.0
    heard.link.take()
    assert all(tried.acquire(timeout=PATIENCE_S) for _ in range(3))
    heard.link.stop()


def test_a_board_that_is_plugged_in_while_its_port_is_tried_is_not_missed() -> None:
    tried = threading.Semaphore(0)
    computer = Computer()
    computer.name = 0

    def refuse(_device: DeviceConfig, _lookout: Lookout) -> None:
        computer.name = 1
        tried.release()
        raise PortError(LinkState.NO_SUCH_PORT, "There is no port COM5.")

    heard = Heard("COM5", open_port=refuse, lookout=computer.lookout)
    heard.link._retry = Impatient(3600.0)
    heard.link.start()
    assert all(tried.acquire(timeout=PATIENCE_S) for _ in range(2))
    heard.link.stop()


class Impatient(Retry):
    """A wait of one length."""

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = wait_s

    def refused(self) -> None:
        """It stays so."""


@pytest.mark.parametrize(("port", "is_spread"), [("COM5", True), ("socket://127.0.0.1:1", False)])
def test_lines_are_spread_as_the_baud_rate_says_where_there_is_a_wire(port: str, is_spread: bool) -> None:
    batches: list[Batch] = []
    at_us = iter(range(0, 10**9, 10**6))
    chunks = iter([b"# hi\n", b"v1=1\nv1=2\n"])

    class Said(Sick):
        def read(self) -> bytes:
            try:
                return next(chunks)
            except StopIteration:
                raise EOFError from None

    device = DeviceConfig(port=port, baud_rate=1000)
    link = Link(device, Grammar(), batches.append, lambda: True, Said(OSError()), now_us=lambda: next(at_us))
    link.start()
    wait_until(lambda: link.status().state is LinkState.ENDED)
    link.stop()
    (batch,) = batches
    assert batch.received_at_us.tolist() == ([950_000, 1_000_000] if is_spread else [1_000_000] * 2)


def test_a_line_is_counted_once_it_is_in_every_other_place(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def note(*_: object) -> None:
        counted.append(heard.link.counts.lines)

    with pty_board() as board:
        heard = Heard(board.port, reject=note)
        monkeypatch.setattr(heard.link.console, "add", note)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"# hi\nv256=1\n")
        heard.wait_until(lambda: heard.link.counts.lines == 2)
        heard.link.stop()
    assert counted[:2] == [0, 0]


def test_what_is_rejected_is_handed_on() -> None:
    rejected: list[Rejected] = []
    with pty_board() as board:
        heard = Heard(board.port, reject=rejected.append)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"# hi\nv256=1\n")
        wait_until(lambda: bool(rejected))
        heard.link.stop()
    assert [verdict.text for verdict in rejected[0].verdicts] == ["v256=1"]


def test_what_waits_for_a_board_is_not_sent_after_it_went_away(tmp_path: Path) -> None:
    port = tmp_path / "board"
    with pty_board() as board, pty_board() as again:
        port.symlink_to(board.port)
        heard = Heard(str(port))
        heard.link.start()
        heard.wait_until_open()
        assert all(heard.link.send("x" * 100_000) for _ in range(3))
        port.unlink()  # first: the system may give the pty's number to another program at once
        board.unplug()
        heard.wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        port.symlink_to(again.port)
        heard.wait_until_open(2)
        assert heard.link.send("hello")
        assert os.read(again._master, 100) == b"hello\n"
        heard.link.stop()
