"""The pause before the next read of a board: 4 ms at most rates, longer if the boards send many lines.

All boards are read at the same moments, before too many bytes have gathered.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.coalescing import ReadCoalescing, ReadStep

TERMINAL_BYTES = 4096
SHORT_S = 0.004
LONG_S = 0.04


@given(st.floats(0.1, 600), st.floats(0, 1000), st.integers(8, 40))
def test_up_to_600_lines_a_second_each_line_is_read_within_5_ms(
    per_s: float, begin_s: float, size: int
) -> None:
    coalescing = ReadCoalescing(ReadStep())
    now_s = begin_s
    due_s = [begin_s + number / per_s for number in range(min(800, round(3 * per_s) + 2))]
    while due_s:
        now_s = max(now_s, due_s[0])
        read = [line_s for line_s in due_s if line_s <= now_s]
        assert now_s - read[0] <= 0.00501
        del due_s[: len(read)]
        now_s += coalescing.pause_s(now_s, size * len(read), len(read))


@given(st.integers(100, 400_000), st.floats(0, 1))
def test_a_steady_board_is_read_before_too_many_bytes_gather(bytes_per_s: int, begin_s: float) -> None:
    coalescing = ReadCoalescing(ReadStep())
    now_s, pause_s = begin_s, 0.01
    for number in range(300):
        size = max(1, round(bytes_per_s * max(pause_s, 0.004)))
        now_s += max(pause_s, 0.004)
        assert size < TERMINAL_BYTES or number < 60
        pause_s = coalescing.pause_s(now_s, size, size // 12)
        assert 0 <= pause_s <= 0.05


@pytest.mark.parametrize(("lines", "step_s"), [(1, SHORT_S), (40, LONG_S)])
@pytest.mark.parametrize("begin_s", [0.0, 7.013])
def test_boards_are_read_at_multiples_of_a_step(begin_s: float, lines: int, step_s: float) -> None:
    coalescing = ReadCoalescing(ReadStep())
    now_s, reads = begin_s, []
    while now_s < begin_s + 5:
        reads.append(now_s)
        pause_s = coalescing.pause_s(now_s, 5 * lines, lines)
        assert pause_s > 0
        now_s += pause_s
    late = [read_s for read_s in reads if read_s > begin_s + 1]
    assert len(late) == pytest.approx(4 / step_s, rel=0.03)
    off_s = [min(read_s % step_s, step_s - read_s % step_s) for read_s in late]
    assert max(off_s) < 1e-6


def test_a_flood_leaves_a_millisecond_to_other_threads() -> None:
    coalescing = ReadCoalescing(ReadStep())
    pauses_s = [coalescing.pause_s(10 + number / 1000, 4000, 500) for number in range(2000)]
    assert set(pauses_s[1:]) == {0.001}


@pytest.mark.parametrize(
    ("reads", "pause_s"),
    [
        # The rest of the step, or the next one if less than a quarter of the step is left.
        ([(10.0, 12, 1)], 0.004),
        ([(10.0025, 12, 1)], 0.0015),
        ([(10.0035, 12, 1)], 0.0045),
        # The rate is computed after half a second: 700 lines a second are many.
        ([(10.0, 12, 1), (10.5, 12, 350)], 0.02),
        ([(10.0, 12, 1), (10.5, 12, 349)], 0.004),
        ([(10.0, 12, 1), (12.0, 12, 1399)], 0.004),
        ([(0.25, 12, 175), (0.5, 12, 175)], 0.02),
        ([(0.25, 12, 175), (0.5, 12, 174)], 0.004),
        ([(10.0, 12, 1), (10.4375, 12, 4000)], 0.0025),
        ([(10.0, 12, 1), (10.25, 12, 175), (10.5, 12, 175)], 0.02),
        ([(10.0, 12, 800), (10.5, 12, 1)], 0.004),
        # It is forgotten as soon as the next half second has fewer lines, also after silence.
        ([(10.0, 12, 1), (10.5, 12, 350), (10.625, 12, 1)], 0.015),
        ([(10.0, 12, 1), (10.5, 12, 350), (11.0, 12, 349)], 0.004),
        ([(10.0, 12, 1), (10.5, 12, 350), (99.0, 12, 1)], 0.004),
        # No longer than 1,536 bytes need to come, but at least a millisecond.
        ([(10.0, 12, 1), (10.5, 12, 350), (10.5078125, 1200, 100)], 0.01),
        ([(10.0, 12, 1), (10.0078125, 12_000, 1)], 0.001),
        ([(1.0, 1_200_000, 1)], 0.00128),
    ],
)
def test_how_long_bytes_may_gather(reads: list[tuple[float, int, int]], pause_s: float) -> None:
    coalescing = ReadCoalescing(ReadStep())
    pauses_s = [coalescing.pause_s(*read) for read in reads]
    assert pauses_s[-1] == pytest.approx(pause_s)


def test_the_rates_of_all_boards_are_added() -> None:
    step = ReadStep()
    boards = [ReadCoalescing(step) for _ in range(8)]
    for number in range(1, 800):
        pause_s = boards[number % 8].pause_s(10 + number / 800, 12, 1)
    assert pause_s > SHORT_S * 1.25
    for number in range(800, 1600):
        pause_s = boards[number % 4].pause_s(10 + number / 400, 12, 1)
    assert pause_s <= SHORT_S * 1.25
