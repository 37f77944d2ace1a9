"""The faults of the demo's board: an unplug, a flood of lines, and garbage that is never a valid line."""

from __future__ import annotations

import errno
import math

import pytest

from app.boards.errors import PortError
from app.boards.ports.failures import PORT_FAILURES
from app.boards.ports.registry import PortRegistry
from app.boards.simulated.faulty import BoardFault, FaultyBoard
from app.boards.status import LinkState, LinkStatus
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.wire.datastreams import Reason
from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind

DEVICE = DeviceConfig(port="simulated:")


class Bench:
    """A board, the faults that are on, and a clock that moves when the board sleeps."""

    def __init__(self) -> None:
        self.now_s = 10.0
        self.on: set[BoardFault] = set()
        self.board = FaultyBoard(self.on.__contains__, lambda: self.now_s, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now_s += max(seconds, 0.001)  # a rounded wait may end just before the tick

    def hear(self, seconds: float) -> list[Kind | Reason]:
        source = self.board.open(DEVICE, PortRegistry())
        end_s, said = self.now_s + seconds, b""
        while self.now_s < end_s:
            said += source.read()
        verdicts = map(Grammar().judge, split_block(said[: said.rindex(b"\n") + 1]))
        return [verdict.reason or verdict.kind for verdict in verdicts]


def test_without_faults_it_is_the_simulated_board() -> None:
    assert set(Bench().hear(2)) == {Kind.COMMENT, Kind.ACCEPTED}


def test_the_port_of_an_unplugged_board_fails_and_cannot_be_opened() -> None:
    bench = Bench()
    source = bench.board.open(DEVICE, PortRegistry())
    assert source.read()
    bench.on.add(BoardFault.UNPLUG)
    with pytest.raises(PORT_FAILURES) as broken:
        source.read()
    assert broken.value.args[0] == errno.ENODEV
    source.close()
    with pytest.raises(PortError) as raised:
        bench.board.open(DEVICE, PortRegistry())
    assert raised.value.status == LinkStatus(LinkState.NO_SUCH_PORT, Message("simulated_board_unplugged"))
    bench.on.clear()
    assert b"v2=0\r\n" in bench.board.open(DEVICE, PortRegistry()).read()


def test_garbled_lines_are_rejected_as_unreadable_and_never_mean_something_else() -> None:
    bench = Bench()
    bench.on.add(BoardFault.RUBBISH)
    verdicts = bench.hear(20)
    assert {*verdicts} <= {Kind.ACCEPTED, Kind.COMMENT, Kind.BLANK, Reason.BAD_ENCODING}
    assert verdicts.count(Reason.BAD_ENCODING) > len(verdicts) / 4
    assert verdicts.count(Kind.ACCEPTED) > len(verdicts) / 10


def test_a_flood_has_many_valid_lines() -> None:
    bench = Bench()
    bench.on.add(BoardFault.FLOOD)
    verdicts = bench.hear(2)
    assert set(verdicts) == {Kind.COMMENT, Kind.ACCEPTED}
    assert 3600 < len(verdicts) < 4600


def test_a_flood_has_a_value_for_each_half_millisecond_and_starts_anew_each_time() -> None:
    bench = Bench()
    bench.board.sleep = lambda _: None
    source = bench.board.open(DEVICE, PortRegistry())
    for on_s in (20.0, 30.0):
        bench.now_s = on_s
        bench.on.clear()
        source.read()
        bench.on.add(BoardFault.FLOOD)
        assert source.read() == b""
        bench.now_s = on_s + 0.0021
        wanted = [10 * math.sin(2 * math.pi * (bench.now_s - step / 2000) / 5) for step in (4, 3, 2, 1)]
        assert source.read() == "".join(f"v0={value:.3f}\r\n" for value in wanted).encode()
        bench.now_s += 1.00025
        source.read()  # the board's usual lines come first
        assert source.read().count(b"\n") == 2000


def test_one_byte_in_ten_is_garbled_the_same_in_each_run() -> None:
    clean, garbled = Bench(), Bench()
    garbled.on.add(BoardFault.RUBBISH)
    sources = [bench.board.open(DEVICE, PortRegistry()) for bench in (clean, garbled)]
    clean.now_s = garbled.now_s = 110.0
    said, shown = (source.read() for source in sources)
    odd = [now for was, now in zip(said, shown, strict=True) if was != now]
    assert set(odd) == set(range(0xF8, 0x100))
    assert 0.09 < len(odd) / len(said) < 0.11
    assert shown[:31] == b"# sketch\xf8simulated \xf8ersi\xfbn=1.0\r"
