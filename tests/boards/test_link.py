"""A port, a pty in place of a board: nothing is lost while it is there, nothing made up when it goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.boards.failures import PortError
from app.boards.link import Link
from app.config import DeviceConfig
from app.status import LinkState
from app.wire.batches import Batch
from app.wire.readings import Grammar, Kind

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.processes import Board, pty_board


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
            assert self.changed.wait_for(lambda: self.values == values, 10), self.values

    def wait_until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            for _ in range(1000):
                if true():
                    return
                self.changed.wait(0.01)
        raise AssertionError("it did not come to that")


def test_a_board_is_heard_and_its_unplugging_cuts_no_value(tmp_path: Path) -> None:
    port = tmp_path / "board"
    board = Board()
    port.symlink_to(board.port)
    heard = Heard(str(port))
    heard.link.start()
    heard.wait_until(lambda: heard.link.opened == 1)
    board.say(b"v1=1\nv1=2\nv1=100")
    heard.wait([1.0, 2.0])
    assert heard.link.status().state is LinkState.GOOD
    board.unplug()
    heard.wait_until(lambda: heard.link.counts.partial == 1)
    assert heard.link.status().state is LinkState.NO_SUCH_PORT
    with pty_board() as again:
        port.unlink()
        port.symlink_to(again.port)
        heard.wait_until(lambda: heard.link.opened == 2)
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
        heard.wait_until(lambda: heard.link.opened == 1)
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


def test_a_line_can_be_sent_to_the_board() -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        heard.link.start()
        heard.link.send("hello")
        assert os.read(board._master, 100) == b"hello\n"
        heard.link.stop()


@pytest.mark.parametrize(
    ("said", "state", "word"),
    [
        (b"", LinkState.SILENT, "does the sketch print"),
        (b"v1=1", LinkState.NO_LINE_ENDS, "println"),
        (b"\n\nv256=1\nv256=2\nx\n", LinkState.NONE_GOOD, "wrong_pin"),
        (b"\n" + b"\xff\xfe\n" * 3, LinkState.UNREADABLE, "Serial.begin()"),
        (b"\n\n", LinkState.SILENT, "empty or cut"),
        (b"# hi\n", LinkState.GOOD, "lines come in"),
    ],
)
def test_each_state_has_its_sentence(said: bytes, state: LinkState, word: str) -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        assert heard.link.status().state is LinkState.CLOSED
        heard.link.start()
        heard.wait_until(lambda: heard.link.opened == 1)
        board.say(said)
        board.wait_until_read()
        heard.wait_until(lambda: (told := heard.link.status()).state is state and word in told.sentence)
        heard.link.stop()


def test_a_port_that_cannot_be_opened_is_told_and_tried_again() -> None:
    tried = threading.Semaphore(0)

    def refuse(_device: DeviceConfig) -> None:
        tried.release()
        raise PortError(LinkState.BUSY, "COM5 is in use by another program.")

    heard = Heard("COM5", open_port=refuse)
    heard.link.start()
    assert tried.acquire(timeout=10)
    assert tried.acquire(timeout=10)
    assert heard.link.status().state is LinkState.BUSY
    heard.link.stop()
    assert heard.link.status().state is LinkState.BUSY
