"""Lines are sent to a board in order and with their line ends, but never after the port was closed."""

from __future__ import annotations

import pytest

from app.boards.errors import NotTakenError
from app.boards.outbound import Outbound
from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message

GOOD = LinkStatus(LinkState.GOOD, Message("lines_come_in", port="COM5"))


class Port:
    """A board that accepts every line, or none while `takes` is false."""

    def __init__(self) -> None:
        self.took: list[bytes] = []
        self.takes = True

    def read(self) -> bytes:
        return b""

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, data: bytes) -> None:
        if not self.takes:
            raise NotTakenError
        self.took.append(data)

    def close(self) -> None:
        """Do nothing."""


def test_lines_are_sent_one_by_one_in_order_each_with_its_line_end() -> None:
    outbound, port = Outbound("\r\n"), Port()
    outbound.send_next(port)
    assert outbound.put("é")
    assert outbound.put("AT", "\r")
    assert outbound.put("x", "")
    sent = []
    for _ in range(4):
        outbound.send_next(port)
        sent.append(len(port.took))
    assert port.took == ["é\r\n".encode(), b"AT\r", b"x"]
    assert sent == [1, 2, 3, 3]


def test_a_hundred_lines_may_wait() -> None:
    outbound = Outbound("\n")
    assert [outbound.put("x") for _ in range(101)] == [True] * 100 + [False]
    outbound.send_next(Port())
    assert outbound.put("x")


def test_lines_are_not_sent_after_the_port_was_closed() -> None:
    outbound, port = Outbound("\n"), Port()
    outbound.put("reset all")
    outbound.clear()
    outbound.send_next(port)
    assert port.took == []


@pytest.mark.parametrize("ends", ["the next line is taken", "the port is closed"])
def test_a_line_that_was_not_taken_is_reported_until_the_next_is_taken_or_the_port_closes(ends: str) -> None:
    outbound, port = Outbound("\n"), Port()
    assert outbound.mark(GOOD) == GOOD
    port.takes = False
    outbound.put("a")
    outbound.send_next(port)
    assert outbound.mark(LinkStatus()) == LinkStatus()
    assert outbound.mark(GOOD) == LinkStatus(
        LinkState.GOOD,
        Message("last_line_not_taken", link=Message("lines_come_in", port="COM5")),
    )
    port.takes = True
    if ends == "the port is closed":
        outbound.clear()
    else:
        outbound.put("b")
        outbound.send_next(port)
        assert port.took == [b"b\n"]
    assert outbound.mark(GOOD) == GOOD
