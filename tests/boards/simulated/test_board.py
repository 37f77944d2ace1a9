"""The simulated board sends what a sketch would, on time."""

import math

from app.boards.simulated.board import RATE_HZ, SimulatedBoard
from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind


class Clock:
    def __init__(self) -> None:
        self.now_s = 50.0

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now_s += seconds


def test_the_counter_never_skips_and_the_cadence_does_not_drift() -> None:
    clock = Clock()
    board = SimulatedBoard(lambda: clock.now_s, clock.sleep)
    said = b""
    while b"v2=200\r\n" not in said:
        said += board.read()
        clock.now_s += 0.013
    assert 60.0 <= clock.now_s < 60.1
    verdicts = list(map(Grammar().judge, split_block(said)))
    assert verdicts[0].kind is Kind.COMMENT
    assert {verdict.kind for verdict in verdicts[1:]} == {Kind.ACCEPTED}
    counter = [verdict.value for verdict in verdicts if verdict.target == "v2"]
    assert counter == list(range(10 * RATE_HZ + 1))
    assert {verdict.target for verdict in verdicts[1:]} == {"v0", "v1", "v2", "v3"}
    board.write(b"?")
    board.close()


def test_the_board_does_not_wait_for_a_line_that_became_due_while_the_clock_was_read() -> None:
    now_s = iter([50.0, 50.0, 50.04, 50.06, 50.06])
    slept_s: list[float] = []
    board = SimulatedBoard(lambda: next(now_s), slept_s.append)
    assert b"v2=0\r\n" in board.read()
    assert board.read() == b""
    assert b"v2=1\r\n" in board.read()
    assert slept_s == [0.0]


def test_it_sends_a_sine_a_temperature_and_words_the_same_in_each_run() -> None:
    clock = Clock()
    board = SimulatedBoard(lambda: clock.now_s, clock.sleep)
    assert board.read() == b"# sketch=simulated version=1.0\r\nv0=0.000\r\nv1=21.10\r\nv2=0\r\nv3=calm\r\n"
    assert board.read() == b""
    clock.now_s = 50.0 + 20.0
    said: dict[str, list[str]] = {}
    for line in board.read().decode().splitlines():
        target, _, value = line.partition("=")
        said.setdefault(target, []).append(value)
    assert said["v0"] == [f"{10 * math.sin(2 * math.pi * tick / 100):.3f}" for tick in range(1, 401)]
    assert said["v1"][99::100] == ["20.61", "21.46", "21.98", "20.83"]
    words = ("calm", "breeze", "wind", "gust", "storm")
    assert said["v3"] == [words[second // 2 % 5] for second in range(1, 21)]
