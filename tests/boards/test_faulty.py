"""The demo's board plays its faults: it goes away, talks rubbish that is never a good line, and floods."""

from __future__ import annotations

import pytest

from app.boards.failures import PORT_FAILURES, PortError
from app.boards.faulty import FLOOD_HZ, BoardFault, FaultyBoard
from app.boards.ports import Lookout
from app.config import DeviceConfig
from app.status import LinkState
from app.wire.datastreams import Reason
from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind

DEVICE = DeviceConfig(port="simulated:")


class Bench:
    """A clock that moves when the board sleeps, and the faults that are on."""

    def __init__(self) -> None:
        self.now_s = 10.0
        self.on: set[BoardFault] = set()
        self.board = FaultyBoard(self.on.__contains__, lambda: self.now_s, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now_s += max(seconds, 0.001)  # a float may stand a hair before the tick

    def hear(self, seconds: float) -> list[Kind | Reason]:
        source = self.board.open(DEVICE, Lookout())
        end_s, said = self.now_s + seconds, b""
        while self.now_s < end_s:
            said += source.read()
        verdicts = map(Grammar().judge, split_block(said[: said.rindex(b"\n") + 1]))
        return [verdict.reason or verdict.kind for verdict in verdicts]


def test_without_faults_it_is_the_simulated_board() -> None:
    assert set(Bench().hear(2)) == {Kind.COMMENT, Kind.ACCEPTED}


def test_an_unplugged_board_breaks_off_and_cannot_be_opened() -> None:
    bench = Bench()
    source = bench.board.open(DEVICE, Lookout())
    assert source.read()
    bench.on.add(BoardFault.UNPLUG)
    with pytest.raises(PORT_FAILURES):
        source.read()
    source.close()
    with pytest.raises(PortError) as told:
        bench.board.open(DEVICE, Lookout())
    assert told.value.status.state is LinkState.NO_SUCH_PORT
    bench.on.clear()
    assert b"v2=0\r\n" in bench.board.open(DEVICE, Lookout()).read()


def test_rubbish_is_rejected_as_unreadable_and_never_means_something_else() -> None:
    bench = Bench()
    bench.on.add(BoardFault.RUBBISH)
    verdicts = bench.hear(20)
    assert {*verdicts} <= {Kind.ACCEPTED, Kind.COMMENT, Kind.BLANK, Reason.BAD_ENCODING}
    assert verdicts.count(Reason.BAD_ENCODING) > len(verdicts) / 4
    assert verdicts.count(Kind.ACCEPTED) > len(verdicts) / 10


def test_a_flood_is_good_lines_and_many() -> None:
    bench = Bench()
    bench.on.add(BoardFault.FLOOD)
    verdicts = bench.hear(2)
    assert set(verdicts) == {Kind.COMMENT, Kind.ACCEPTED}
    assert 1.8 * FLOOD_HZ < len(verdicts) < 2.3 * FLOOD_HZ
