"""A link searches for the baud rate of its board on the open port."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec
import pytest

from app.boards.link import Link
from app.boards.sink import NullSink
from app.boards.sources import Source
from app.boards.status import LinkState, SearchState
from app.config.bench_file import DeviceConfig
from app.wire.readings import Grammar
from tests import uart
from tests.waiting import wait_until

DEVICE = DeviceConfig(name="a", port="COM1")
received = functools.cache(uart.received)
TEXT = b"v0=12.25\r\nv1=-3\r\n"


class Board:
    """A board that sends at `sent_at` baud without a pause, and the port at which it is."""

    def __init__(self, sent_at: int) -> None:
        self.sent_at, self.baud_rates = sent_at, [DEVICE.baud_rate]
        self.is_unplugged = False
        self.refuses = {74880}

    def open(self, _device: DeviceConfig, _registry: object) -> Source:
        return self

    def read(self) -> bytes:
        if self.is_unplugged:
            raise OSError("unplugged")
        return received(TEXT, self.sent_at, self.baud_rates[-1]) if self.sent_at else b""

    def set_baud_rate(self, baud_rate: int) -> None:
        if baud_rate in self.refuses:
            raise ValueError(baud_rate)
        self.baud_rates.append(baud_rate)

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def listening(board: Board) -> Link:
    link = Link(DEVICE, Grammar(), NullSink(), board.open)
    assert not link.find_baud_rate()  # the port is not open
    link.start()
    wait_until(lambda: link.opened == 1)
    wait_until(link.find_baud_rate)
    return link


@pytest.fixture
def board() -> Board:
    return Board(9600)


@pytest.fixture
def link(board: Board) -> Iterator[Link]:
    link = listening(board)
    yield link
    link.stop()


def state(link: Link) -> SearchState | None:
    status = link.listening.status
    return status.state if status else None


def test_the_found_rate_is_used_and_no_garbage_is_counted(board: Board, link: Link) -> None:
    wait_until(lambda: link.listening.status and link.listening.status.number)
    rejected = link.counts.rejected
    wait_until(lambda: state(link) is SearchState.FOUND)
    wait_until(lambda: link.counts.accepted > 10)
    assert board.baud_rates == [115200, 9600]
    assert link.counts.rejected == rejected
    assert link.status().state in (LinkState.OPEN, LinkState.GOOD)


def test_the_search_shows_its_progress_and_can_be_cancelled() -> None:
    board = Board(0)
    link = listening(board)
    message = link.status().message
    assert message
    assert str(message) == "COM1: the search for the baud rate listens at 115200 (1 of 16)."
    assert link.status().state is LinkState.OPEN
    link.listening.cancel()
    assert state(link) is SearchState.CANCELLED
    wait_until(lambda: not link.listening.is_on)
    board.sent_at = 115200
    wait_until(lambda: link.counts.accepted > 2)
    assert board.baud_rates[-1] == 115200
    link.stop()


def test_a_rate_that_the_port_does_not_take_is_left_out(board: Board, link: Link) -> None:
    board.refuses = {9600, 57600}
    wait_until(lambda: state(link) is not SearchState.LISTENING or len(board.baud_rates) > 1)
    assert 9600 not in board.baud_rates
    link.listening.cancel()


def test_a_board_that_is_unplugged_ends_the_search(board: Board, link: Link) -> None:
    board.sent_at = 0
    board.is_unplugged = True
    wait_until(lambda: state(link) in (SearchState.CANCELLED, SearchState.FOUND))
    assert not link.listening.is_on or link.listening.status


def test_another_rate_ends_the_search() -> None:
    board = Board(0)
    link = listening(board)
    link.change(msgspec.structs.replace(DEVICE, baud_rate=4800), Grammar(), board.open)
    wait_until(lambda: link.listening.status is None)
    wait_until(lambda: board.baud_rates[-1] == 4800)
    assert link.status().message
    link.stop()


def test_a_port_without_a_baud_rate_has_nothing_to_find() -> None:
    link = Link(msgspec.structs.replace(DEVICE, port="socket://host:1"), Grammar(), NullSink(), Board(0).open)
    link.start()
    wait_until(lambda: link.opened)
    assert not link.find_baud_rate()
    link.stop()


def test_a_board_is_reset_when_the_user_asks_for_it() -> None:
    board = Board(0)
    link = Link(msgspec.structs.replace(DEVICE, reset_on_connect=False), Grammar(), NullSink(), board.open)
    link.start()
    wait_until(lambda: link.opened == 1)
    link.change(DEVICE, Grammar(), board.open)
    wait_until(lambda: link.opened == 2)
    link.stop()
