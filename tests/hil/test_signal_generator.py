"""The signal generator on an emulated Uno: the lines that it prints, their times, and its answer to `?`."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import serial

from app.wire.lines import split_block
from app.wire.readings import Grammar, Kind, Verdict
from tests.hil.board import SIGNAL_GENERATOR, EmulatedUno, opened

BOOT_LINE = b"# sketch=signal_generator version=1.0\r\n"
INTERVAL_S = 0.05
PlugIn = Callable[..., EmulatedUno]


def values(verdicts: list[Verdict], target: str) -> list[object]:
    return [verdict.value for verdict in verdicts if verdict.target == target]


def test_five_seconds_of_board_time_have_every_signal(plug_in: PlugIn) -> None:
    board = plug_in(SIGNAL_GENERATOR, speed=0, seconds=5)
    with opened(board) as port:
        stopped = board.wait_until_stopped()
        said = port.read(stopped.sent_bytes)
        lines = split_block(said)
    assert said.startswith(BOOT_LINE)
    assert said.endswith(b"\r\n")

    grammar = Grammar()
    verdicts = [grammar.judge_first(lines[0]), *map(grammar.judge, lines[1:])]
    assert [verdict.kind for verdict in verdicts] == [Kind.COMMENT] + [Kind.ACCEPTED] * (len(lines) - 1)

    counter = values(verdicts, "v2")
    assert counter == list(range(len(counter)))
    # The first sample is due at boot, and the board may stop between the lines of a sample.
    due = int(stopped.board_s / INTERVAL_S) + 1
    assert abs(len(counter) - due) <= 1

    angles = [2 * math.pi * sample / 200 for sample in range(len(counter))]
    sine = values(verdicts, "v0")
    assert sine[: len(angles)] == pytest.approx([math.sin(angle) for angle in angles], abs=6e-4)
    triangle = [100 - abs(100 - sample) for sample in range(len(counter))]
    assert values(verdicts, "v1")[: len(triangle)] == triangle
    assert values(verdicts, "v3")[:5] == [f"up for {second} s" for second in range(5)]


def test_each_open_restarts_the_sketch(plug_in: PlugIn) -> None:
    board = plug_in(SIGNAL_GENERATOR, speed=0)
    for _ in range(3):
        with opened(board) as port:
            assert port.read_until(b"v2=0\r\n").startswith(BOOT_LINE + b"v0=0.000\r\n")
            assert port.read_until(b"v2=7\r\n").endswith(b"v2=7\r\n")


def test_the_sketch_prints_its_name_when_asked(plug_in: PlugIn) -> None:
    board = plug_in(SIGNAL_GENERATOR)
    with opened(board) as port:
        port.read_until(b"v2=0\r\n")
        port.write(b"who?\n")
        answer = port.read_until(BOOT_LINE)
        assert answer.endswith(BOOT_LINE)
        assert b"v2=0\r\n" not in answer  # the sketch answered without a restart


def test_an_unplug_while_it_sends_is_an_error(plug_in: PlugIn) -> None:
    board = plug_in(SIGNAL_GENERATOR)
    with opened(board) as port:
        port.read_until(b"v2=2\r\n")
        board.kill()
        with pytest.raises(serial.SerialException):
            _read_to_the_end(port)


def _read_to_the_end(port: serial.Serial) -> None:
    while port.read(100):
        pass
    pytest.fail("the port ended without an error")
