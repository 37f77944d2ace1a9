"""A link opens its port again after an unplug, an upload, sleep or a failure, and finds its board."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.boards import link as link_module
from app.boards.errors import PortError
from app.boards.ports.holders import can_tell
from app.boards.ports.registry import LOOK_S, PortRegistry
from app.boards.retry import RETRY_S
from app.boards.sleep import SleepWatch
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from tests.waiting import PATIENCE_S, wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

import termios

from tests.boards.links import Computer, Heard, Sick, retry_after
from tests.processes import pty_board

pytestmark = pytest.mark.usefixtures("states_at_once")


def test_a_board_is_back_at_once_whatever_the_name_of_its_port() -> None:
    assert RETRY_S + LOOK_S < 1.0
    computer = Computer()
    with pty_board() as board, pty_board() as again, pty_board() as other:
        heard = Heard("usb:2341:0043", registry=computer.registry)
        heard.link.start()
        wait_until(lambda: "plug it in" in str(heard.link.status().message))
        computer.plug(board)
        heard.wait_until_open()
        board.say(b"# boot\nv1=1\n")
        heard.wait([1.0])
        computer.there = []
        board.unplug()
        wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        # Two boards of this kind are there now: the link takes the one that it had before.
        computer.plug(other, serial_number="88")
        computer.plug(again, location="1-9")
        heard.wait_until_open(2)
        other.say(b"v1=8\n")
        again.say(b"v1=2\n")
        heard.wait([1.0, 2.0])
        heard.link.stop()


def test_the_user_chooses_between_two_boards() -> None:
    computer = Computer()
    with pty_board() as one, pty_board() as two:
        choices = (computer.plug(one, "1-3", ""), computer.plug(two, "1-4", ""))
        heard = Heard("usb:2341:0043", registry=computer.registry)
        heard.link.start()
        wait_until(lambda: heard.link.status().state is LinkState.AMBIGUOUS)
        assert heard.link.status().choices == choices
        computer.registry.choose("board", two.port)
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
        # Close this end: otherwise the test would be a program that has the port open.
        os.close(board.slave)
        board.slave = -1
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open()
        heard.link.release()
        wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        wait_until(lambda: "when another program has used it" in str(heard.link.status().message))
        with subprocess.Popen(
            [*command, board.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout
            program.stdout.readline()
            wait_until(lambda: "python" in str(heard.link.status().message))
            program.communicate("\n")
        heard.wait_until_open(2)
        board.say(b"v1=1\n")
        heard.wait([1.0])
        heard.link.release()
        wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        heard.link.take()
        heard.wait_until_open(3)
        heard.link.release()
        wait_until(lambda: heard.link.status().state is LinkState.RELEASED)
        heard.link.stop()
    assert heard.link.status().state is LinkState.CLOSED


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("device reports readiness to read but returned no data"), "opens, but fails at once"),
        (termios.error(5, "Input/output error"), "opens, but fails at once"),
        (TypeError("a mistake"), r"internal error \(a mistake\)"),
    ],
)
def test_a_port_that_fails_at_once_is_closed_reported_and_tried_again(error: Exception, words: str) -> None:
    sick = Sick(error)
    heard = Heard("COM5", open_port=sick)
    heard.link.start()
    assert sick.closed.acquire(timeout=PATIENCE_S)
    assert sick.closed.acquire(timeout=PATIENCE_S)
    wait_until(lambda: re.search(words, str(heard.link.status().message)) is not None)
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


def test_a_port_that_cannot_be_opened_is_reported_and_tried_again() -> None:
    tried = threading.Semaphore(0)

    def refuse(_device: DeviceConfig, _registry: PortRegistry) -> None:
        tried.release()
        raise PortError(LinkState.BUSY, Message("port_busy", port="COM5"))

    heard = Heard("COM5", open_port=refuse)
    heard.link.start()
    assert tried.acquire(timeout=PATIENCE_S)
    assert tried.acquire(timeout=PATIENCE_S)
    assert heard.link.status().state is LinkState.BUSY
    heard.link.stop()
    assert heard.link.status().state is LinkState.BUSY


def test_a_port_is_tried_again_after_a_wait_or_a_change_of_ports_or_when_the_user_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = threading.Semaphore(0)
    computer = Computer()

    def refuse(_device: DeviceConfig, _registry: PortRegistry) -> None:
        tried.release()
        raise PortError(LinkState.BUSY, Message("port_busy", port="COM5"))

    monkeypatch.setattr(link_module, "RETRY_S", 0.01)
    retry = retry_after(monkeypatch, 3600.0)
    heard = Heard("COM5", open_port=refuse, registry=computer.registry)
    heard.link.start()
    assert tried.acquire(timeout=PATIENCE_S)
    assert not tried.acquire(timeout=0.2)  # the link waits
    computer.name = 1
    assert tried.acquire(timeout=PATIENCE_S)
    heard.link.take()
    assert tried.acquire(timeout=PATIENCE_S)
    retry.wait_s = 0.0
    heard.link.take()
    assert all(tried.acquire(timeout=PATIENCE_S) for _ in range(3))
    heard.link.stop()


def test_a_board_that_is_plugged_in_while_its_port_is_tried_is_not_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = threading.Semaphore(0)
    computer = Computer()
    computer.name = 0

    def refuse(_device: DeviceConfig, _registry: PortRegistry) -> None:
        computer.name = 1
        tried.release()
        raise PortError(LinkState.NO_SUCH_PORT, Message("port_not_found", port="COM5"))

    retry_after(monkeypatch, 3600.0)
    heard = Heard("COM5", open_port=refuse, registry=computer.registry)
    heard.link.start()
    assert all(tried.acquire(timeout=PATIENCE_S) for _ in range(2))
    heard.link.stop()


def test_queued_lines_are_not_sent_after_the_board_went_away(tmp_path: Path) -> None:
    port = tmp_path / "board"
    with pty_board() as board, pty_board() as again:
        port.symlink_to(board.port)
        heard = Heard(str(port))
        heard.link.start()
        heard.wait_until_open()
        assert all(heard.link.send("x" * 100_000) for _ in range(3))
        port.unlink()  # now, because the system may reuse the pty's number after the unplug
        board.unplug()
        wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        port.symlink_to(again.port)
        heard.wait_until_open(2)
        assert heard.link.send("hello")
        assert os.read(again.master, 100) == b"hello\n"
        heard.link.stop()
