"""A link with a pty as its board: no line is lost while the board is there, none is made up when it goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.boards.link import Link
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.wire.readings import Grammar, Kind
from tests.waiting import PATIENCE_S, wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")


from tests.boards.links import Heard, Sick
from tests.processes import Board, pty_board

pytestmark = pytest.mark.usefixtures("states_at_once")


def test_a_line_cut_by_an_unplug_is_partial_and_no_value(tmp_path: Path) -> None:
    port = tmp_path / "board"
    board = Board()
    port.symlink_to(board.port)
    heard = Heard(str(port))
    heard.link.start()
    heard.wait_until_open()
    board.say(b"v1=1\nv1=2\nv1=100")
    heard.wait([1.0, 2.0])
    assert heard.link.status().state is LinkState.GOOD
    port.unlink()  # now, because the system may reuse the pty's number after the unplug
    board.unplug()
    wait_until(lambda: heard.link.counts.partial == 1)
    wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
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


def test_bytes_without_room_are_counted_and_the_lines_around_them_are_not_joined() -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"v1=1\nv1=2")
        heard.wait([1.0])
        heard.has_room = False
        board.say(b"0\nv1=3")
        wait_until(lambda: heard.link.lost_bytes == 6)
        heard.has_room = True
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
        assert os.read(board.master, 100) == b"hello\n"
        assert heard.link.send("AT", "\r\n")
        assert os.read(board.master, 100) == b"AT\r\n"
        assert heard.link.send("x", "")
        assert os.read(board.master, 100) == b"x"
        heard.link.stop()
    assert not heard.link.send("too late")


def test_a_board_that_accepts_no_line_is_still_read(tmp_path: Path) -> None:
    port = tmp_path / "board"
    with pty_board() as board:
        port.symlink_to(board.port)
        heard = Heard(str(port))
        heard.link.start()
        heard.wait_until_open()
        assert heard.link.send("x" * 100_000)
        board.say(b"v1=1\n")
        heard.wait([1.0])
        wait_until(lambda: "was not taken" in str(heard.link.status().message))
        assert heard.link.status().state is LinkState.GOOD
        assert all(heard.link.send("x") for _ in range(5))
        port.unlink()  # before the unplug, as above
        board.unplug()
        wait_until(lambda: heard.link.status().state is LinkState.NO_SUCH_PORT)
        heard.link.stop()


@pytest.mark.parametrize(
    ("said", "state", "word"),
    [
        (b"", LinkState.OPEN, "is open"),
        (b"v1=1", LinkState.NO_LINE_ENDS, "println"),
        (b"\n\nv256=1\nv256=2\nx\n", LinkState.NONE_GOOD, "wrong pin"),
        (b"\n" + b"\xff\xfe\n" * 3, LinkState.UNREADABLE, "Serial.begin()"),
        (b"# hi\n", LinkState.GOOD, "lines come in"),
    ],
)
def test_each_state_has_its_message(said: bytes, state: LinkState, word: str) -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        assert heard.link.status().state is LinkState.CLOSED
        heard.link.start()
        heard.wait_until_open()
        board.say(said)
        board.wait_until_read(PATIENCE_S)
        wait_until(lambda: (status := heard.link.status()).state is state and word in str(status.message))
        heard.link.stop()


@pytest.mark.parametrize(("port", "is_spread"), [("COM5", True), ("socket://127.0.0.1:1", False)])
def test_lines_of_a_uart_are_spread_by_the_baud_rate(port: str, is_spread: bool) -> None:
    heard = Heard(port)
    at_us = iter(range(0, 10**9, 10**6))
    chunks = iter([b"# hi\n", b"v1=1\nv1=2\n"])

    class Said(Sick):
        def read(self) -> bytes:
            try:
                return next(chunks)
            except StopIteration:
                raise EOFError from None

    device = DeviceConfig(port=port, baud_rate=1000)
    link = Link(device, Grammar(), heard, Said(OSError()), now_us=lambda: next(at_us))
    link.start()
    wait_until(lambda: link.status().state is LinkState.ENDED)
    link.stop()
    (batch,) = heard.batches
    assert batch.received_at_us.tolist() == ([1_950_000, 2_000_000] if is_spread else [2_000_000] * 2)


def test_lines_are_counted_after_they_are_in_sink_and_console(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []

    def note(*_: object) -> None:
        counted.append(heard.link.counts.lines)

    with pty_board() as board:
        heard = Heard(board.port)
        monkeypatch.setattr(heard, "reject", note)
        monkeypatch.setattr(heard.link.console, "add", note)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"# hi\nv256=1\n")
        wait_until(lambda: heard.link.counts.lines == 2)
        heard.link.stop()
    assert counted[:2] == [0, 0]


def test_rejected_lines_are_handed_on() -> None:
    with pty_board() as board:
        heard = Heard(board.port)
        heard.link.start()
        heard.wait_until_open()
        board.say(b"# hi\nv256=1\n")
        wait_until(lambda: bool(heard.rejected))
        heard.link.stop()
    assert [verdict.text for verdict in heard.rejected[0].verdicts] == ["v256=1"]
