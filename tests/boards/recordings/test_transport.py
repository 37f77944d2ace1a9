"""The position of a replay: it plays, pauses and jumps within what is known of the recording."""

from __future__ import annotations

import pytest

from app.boards.recordings.transport import SPEEDS, Transport

MINUTE_US = 60_000_000


@pytest.mark.parametrize("speed", [speed for speed in SPEEDS if speed])
def test_it_plays_at_its_speed(speed: float) -> None:
    transport = Transport(100.0)
    transport.speed = speed
    assert transport.move(100.5, MINUTE_US, is_whole=True) == 500_000 * speed
    assert transport.move(100.75, MINUTE_US, is_whole=True) == 750_000 * speed


def test_many_small_steps_lose_no_time() -> None:
    transport = Transport(0.0)
    transport.speed = 0.25
    for step in range(1, 1_000_001, 1001):
        at_us = transport.move(step / 1e6, MINUTE_US, is_whole=True)
    assert abs(at_us - step / 4) <= 1


def test_without_a_speed_it_is_at_the_end_of_what_is_known() -> None:
    transport = Transport(0.0)
    transport.speed = 0.0
    assert transport.move(0.0, 5, is_whole=False) == 5
    assert transport.is_playing
    assert transport.move(0.0, 9, is_whole=True) == 9
    assert not transport.is_playing


def test_it_waits_where_the_recording_is_not_read_yet() -> None:
    transport = Transport(0.0)
    assert transport.move(10.0, 1_000_000, is_whole=False) == 1_000_000
    assert transport.move(11.5, MINUTE_US, is_whole=False) == 2_500_000


def test_a_pause_takes_no_time() -> None:
    transport = Transport(0.0)
    transport.move(2.0, MINUTE_US, is_whole=True)
    transport.toggle(MINUTE_US)
    assert transport.move(30.0, MINUTE_US, is_whole=True) == 2_000_000
    transport.toggle(MINUTE_US)
    assert transport.move(31.0, MINUTE_US, is_whole=True) == 3_000_000


def test_a_jump_stays_inside_the_recording() -> None:
    transport = Transport(0.0)
    transport.seek(-5)
    assert transport.move(0.0, MINUTE_US, is_whole=True) == 0
    transport.seek(10**18)
    assert transport.move(0.0, MINUTE_US, is_whole=True) == MINUTE_US


def test_at_the_end_it_plays_again_from_the_start() -> None:
    transport = Transport(0.0)
    transport.move(100.0, MINUTE_US, is_whole=True)
    assert not transport.is_playing
    transport.toggle(MINUTE_US)
    assert transport.move(101.0, MINUTE_US, is_whole=True) == 1_000_000


def test_a_clock_that_stands_still_moves_nothing() -> None:
    transport = Transport(5.0)
    assert transport.move(4.0, MINUTE_US, is_whole=True) == 0
