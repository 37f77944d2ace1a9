"""The pause before the next read of a board: short after a single line, longer if the board sends steadily.

All boards that send steadily are read at the same moments, before too many bytes have gathered.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.coalescing import ReadCoalescing

TERMINAL_BYTES = 4096


def test_after_a_single_line_the_pause_is_short() -> None:
    coalescing = ReadCoalescing()
    assert all(coalescing.pause_s(second / 10, 8) <= 0.01 for second in range(100))


@given(st.integers(100, 400_000), st.floats(0, 1))
def test_a_steady_board_is_read_before_too_many_bytes_gather(bytes_per_s: int, begin_s: float) -> None:
    coalescing = ReadCoalescing()
    now_s, pause_s = begin_s, 0.01
    for number in range(300):
        size = max(1, round(bytes_per_s * max(pause_s, 0.004)))
        now_s += max(pause_s, 0.004)
        assert size < TERMINAL_BYTES or number < 60
        pause_s = coalescing.pause_s(now_s, size)
        assert 0 <= pause_s <= 0.045


@pytest.mark.parametrize("begin_s", [0.0, 7.013])
def test_steady_boards_are_read_in_step(begin_s: float) -> None:
    coalescing = ReadCoalescing()
    now_s, reads = begin_s, []
    while now_s < begin_s + 5:
        reads.append(now_s)
        pause_s = coalescing.pause_s(now_s, 200)
        assert pause_s > 0
        now_s += pause_s
    late = [read_s for read_s in reads if read_s > begin_s + 1]
    assert len(late) == pytest.approx(100, abs=3)
    off_s = [min(read_s % 0.04, 0.04 - read_s % 0.04) for read_s in late]
    assert max(off_s) < 1e-6


def test_a_flood_leaves_a_millisecond_to_other_threads() -> None:
    coalescing = ReadCoalescing()
    assert {coalescing.pause_s(number / 1000, 4000) for number in range(2000)} == {0.001}


def test_a_board_that_was_silent_is_not_steady_any_more() -> None:
    coalescing = ReadCoalescing()
    for number in range(100):
        coalescing.pause_s(number / 100, 20)
    assert coalescing.pause_s(5.001, 20) == 0.01


@pytest.mark.parametrize(
    ("times_s", "size", "pause_s"),
    [
        # A board that has just begun to send: 10 ms, or 1 ms after a large chunk.
        ([1.0, 1.03125], 1535, 0.01),
        ([1.0, 1.03125], 1536, 0.001),
        # Steady after half a second: until the next multiple of 0.04 s, or until 1,536 bytes have come.
        ([n / 32 for n in range(16)], 48, 0.01),
        ([n / 32 for n in range(17)], 48, 0.02),
        ([n / 32 for n in range(17)], 4800, 0.01),
        ([n / 32 for n in range(17)], 96_000, 0.001),
        ([*(n / 32 for n in range(17)), 0.514], 48, 0.006),
        ([*(n / 32 for n in range(17)), 0.516], 48, 0.044),  # the next multiple is too near
        # After a gap of more than 0.06 s, the half second begins anew.
        ([0.06, *(0.06 + n / 32 for n in range(1, 16))], 48, 0.03125),
        ([*(n / 32 for n in range(17)), 0.57], 48, 0.01),
    ],
)
def test_how_long_bytes_may_gather(times_s: list[float], size: int, pause_s: float) -> None:
    coalescing = ReadCoalescing()
    pauses_s = [coalescing.pause_s(now_s, size) for now_s in times_s]
    assert pauses_s[-1] == pytest.approx(pause_s)
