"""A device's clock: the time that it gives, and how it reports that the computer's clock was set."""

from __future__ import annotations

import time

import numpy as np
import pytest

from app.boards.clock import DeviceClock, wall_us
from app.wire.arrival import ClockMark
from app.wire.batches import Batch

NOW = 1_764_016_265_000_000
S = 1_000_000
BATCH = Batch(["v1"], np.zeros(1, np.uint16), np.ones(1), {}, np.array([NOW]))


class Clocks:
    """A stand-in for the computer's wall clock and monotonic clock, in microseconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall_us, self.monotonic_us = NOW, 5 * S
        monkeypatch.setattr(time, "time_ns", lambda: self.wall_us * 1000 + 999)
        monkeypatch.setattr(time, "monotonic_ns", lambda: self.monotonic_us * 1000 + 999)

    def go(self, elapsed_us: int, stepped_us: int = 0) -> None:
        self.monotonic_us += elapsed_us
        self.wall_us += elapsed_us + stepped_us


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def test_time_is_in_microseconds(clocks: Clocks) -> None:
    assert wall_us() == clocks.wall_us == DeviceClock("board").now_us()


def test_steps_of_the_clock_are_logged_and_go_once_with_the_next_readings(
    clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    clock = DeviceClock("board")
    clock.now_us()
    assert clock.marked(BATCH) is BATCH
    marks = []
    for stepped_us in (3 * S, -2_500_000):
        clocks.go(S, stepped_us)
        assert clock.now_us() == clocks.wall_us
        marks.append(ClockMark(clocks.wall_us, clocks.monotonic_us, stepped_us))
    assert caplog.messages == [
        "board: this computer's clock was set forward by 3.0 s",
        "board: this computer's clock was set back by 2.5 s",
    ]
    marked = clock.marked(BATCH)
    assert marked.marks == tuple(marks)
    assert marked._replace(marks=()) == BATCH
    assert clock.marked(BATCH) is BATCH


def test_steps_of_the_clock_are_told_at_once(clocks: Clocks) -> None:
    told: list[tuple[int, int]] = []
    clock = DeviceClock("board", None, lambda at_us, stepped_us: told.append((at_us, stepped_us)))
    clock.now_us()
    clocks.go(S, 3 * S)
    clock.now_us()
    clocks.go(S)
    clock.now_us()
    assert told == [(clocks.wall_us - S, 3 * S)]


def test_a_clock_before_the_last_reading_of_an_earlier_run_was_set_back(clocks: Clocks) -> None:
    clock = DeviceClock("board", NOW + 10 * S)
    assert clock.now_us() == NOW
    assert clock.marked(BATCH).marks == (ClockMark(NOW, clocks.monotonic_us, -10 * S),)
