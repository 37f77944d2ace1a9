"""Gathering: a lone line never waits long, a steady board's chunks stay small and come in step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.gathering import Gathering

TERMINAL_BYTES = 4096


def test_lone_lines_hold_nobody_up() -> None:
    gathering = Gathering()
    assert all(gathering.pause_s(second / 10, 8) <= 0.01 for second in range(100))


@given(st.integers(100, 400_000), st.floats(0, 1))
def test_a_steady_board_is_read_before_its_bytes_are_too_many(bytes_per_s: int, begin_s: float) -> None:
    gathering = Gathering()
    now_s, pause_s = begin_s, 0.01
    for number in range(300):
        size = max(1, round(bytes_per_s * max(pause_s, 0.004)))
        now_s += max(pause_s, 0.004)
        assert size < TERMINAL_BYTES or number < 60
        pause_s = gathering.pause_s(now_s, size)
        assert 0 <= pause_s <= 0.045


@pytest.mark.parametrize("begin_s", [0.0, 7.013])
def test_steady_boards_are_read_in_step(begin_s: float) -> None:
    gathering = Gathering()
    now_s, reads = begin_s, []
    while now_s < begin_s + 5:
        reads.append(now_s)
        now_s += gathering.pause_s(now_s, 200)
    late = [read_s for read_s in reads if read_s > begin_s + 1]
    assert len(late) == pytest.approx(100, abs=3)
    off_s = [min(read_s % 0.04, 0.04 - read_s % 0.04) for read_s in late]
    assert max(off_s) < 1e-6


def test_a_flood_leaves_the_others_a_millisecond() -> None:
    gathering = Gathering()
    assert {gathering.pause_s(number / 1000, 4000) for number in range(2000)} == {0.001}


def test_a_board_that_fell_silent_is_lone_again() -> None:
    gathering = Gathering()
    for number in range(100):
        gathering.pause_s(number / 100, 20)
    assert gathering.pause_s(5.001, 20) == 0.01
