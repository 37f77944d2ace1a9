"""Readings of two datastreams belong together by their times; no pair crosses a gap."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ui.plot.analysis.pairs import MOST, Pairs, pair_up

Readings = list[tuple[float, float]]
NOON_S = 1_790_000_000.0


def split(readings: Readings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([at_s for at_s, _ in readings], float), np.array([value for _, value in readings], float)


def paired(x: Readings, y: Readings, *, x_holds: bool = False, y_holds: bool = False) -> Pairs:
    return pair_up(*split(x), *split(y), x_holds, y_holds)


def points(x: Readings, y: Readings, *, x_holds: bool = False, y_holds: bool = False) -> Readings:
    pairs = paired(x, y, x_holds=x_holds, y_holds=y_holds)
    return list(zip(pairs.x.tolist(), pairs.y.tolist(), strict=True))


def test_readings_of_one_instant_belong_together() -> None:
    assert points([(0, 1), (1, 2), (2, 3)], [(0, 10), (1, 20), (2, 30)]) == [(1, 10), (2, 20), (3, 30)]


def test_of_several_readings_of_one_instant_the_first_belongs_to_the_first() -> None:
    assert points([(0, 1), (0, 2), (1, 3)], [(0, 10), (0, 20), (1, 30)]) == [(1, 10), (2, 20), (3, 30)]


def test_what_one_has_more_of_at_an_instant_belongs_to_the_last_of_the_other() -> None:
    assert points([(0, 1), (0, 2), (0, 3)], [(0, 10), (0, 20)]) == [(1, 10), (2, 20), (3, 20)]
    assert points([(0, 1)], [(0, 10), (0, 20)]) == [(1, 10), (1, 20)]


def test_between_its_readings_the_slower_one_has_the_value_on_the_line() -> None:
    slow: Readings = [(0, 100), (4, 200)]
    fast: Readings = [(n, n) for n in range(5)]
    assert points(fast, slow) == [(0, 100), (1, 125), (2, 150), (3, 175), (4, 200)]
    assert points(slow, fast) == [(100, 0), (125, 1), (150, 2), (175, 3), (200, 4)]


def test_a_datastream_that_is_drawn_in_steps_keeps_its_value_also_after_its_last_reading() -> None:
    slow: Readings = [(1, 100), (3, 200)]
    fast: Readings = [(n, n) for n in range(5)]
    assert points(fast, slow, y_holds=True) == [(1, 100), (2, 100), (3, 200), (4, 200)]
    assert points(slow, fast, x_holds=True) == [(100, 1), (100, 2), (200, 3), (200, 4)]


def test_before_its_first_and_after_its_last_reading_a_datastream_has_no_value() -> None:
    assert points([(n, n) for n in range(6)], [(2, 0), (3, 0)]) == [(2, 0), (3, 0)]
    assert points([(0, 1), (1, 2)], []) == []
    assert points([], []) == []


SLOW: Readings = [(n, n) for n in (*range(10), *range(30, 40))]
"""Silent from 9 s to 30 s."""


def test_where_the_slower_one_was_silent_there_are_no_pairs_and_the_line_breaks() -> None:
    fast: Readings = [(n / 2, 0) for n in range(79)]
    pairs = paired(fast, SLOW)
    expected = [n / 2 for n in range(19)] + [30 + n / 2 for n in range(19)]
    assert pairs.y.tolist() == expected == (pairs.times_s).tolist()
    assert np.flatnonzero(~pairs.is_joined).tolist() == [18, 37]


def test_a_datastream_in_steps_is_never_silent() -> None:
    fast: Readings = [(n / 2, 0) for n in range(79)]
    assert len(paired(fast, SLOW, y_holds=True).y) == 79
    assert paired(SLOW, SLOW, x_holds=True).is_joined.tolist() == [True] * 19 + [False]


def test_where_the_faster_one_was_silent_the_line_breaks() -> None:
    pairs = paired(SLOW, [(0, 1), (39, 2)])
    assert len(pairs.x) == 20
    assert np.flatnonzero(~pairs.is_joined).tolist() == [9, 19]
    pairs = paired([(0, 1), (39, 2)], SLOW)
    assert np.flatnonzero(~pairs.is_joined).tolist() == [9, 19]


def test_where_a_reading_has_no_partner_the_line_breaks() -> None:
    pairs = paired([(n, n) for n in range(30)], [(0, 0), (5, 5), (5.5, 5.5)])
    assert pairs.times_s.tolist() == [0, 1, 2, 3, 4, 5]
    assert pairs.is_joined.tolist() == [True] * 5 + [False]


@pytest.mark.parametrize(("count", "kept"), [(MOST, MOST), (MOST + 1, MOST // 2 + 1), (3 * MOST, MOST)])
def test_of_too_many_pairs_some_are_left_out_but_not_the_newest(count: int, kept: int) -> None:
    values = np.arange(count, dtype=float)
    pairs = pair_up(values, values, values, values)
    assert (len(pairs.x), pairs.total, pairs.x[-1], pairs.y[-1]) == (kept, count, count - 1, count - 1)
    assert (pairs.times_s == pairs.x).all()
    assert pairs.is_joined.tolist() == [True] * (kept - 1) + [False]


def test_a_break_among_left_out_pairs_is_not_lost() -> None:
    times = np.concatenate((np.arange(MOST), 100 + np.arange(MOST, 2 * MOST + 2)))
    pairs = pair_up(times, times, times, times)
    (at, last) = np.flatnonzero(~pairs.is_joined)
    assert pairs.x[at] < MOST
    assert pairs.x[at + 1] > MOST + 99
    assert last == len(pairs.x) - 1


def test_values_at_the_ends_of_floats_do_not_overflow() -> None:
    most = float(np.finfo(float).max)
    pairs = paired([(0, 0), (1, 0), (2, 0)], [(0, -most), (2, most)])
    assert pairs.y.tolist() == [-most, 0, most]


readings = st.lists(
    st.tuples(st.integers(0, 30).map(lambda n: NOON_S + n / 8), st.integers(-9, 9)), max_size=12
).map(lambda found: sorted(found, key=lambda reading: reading[0]))


@given(readings, readings, st.booleans(), st.booleans())
def test_pairs_are_those_that_the_rules_name(x: Readings, y: Readings, x_holds: bool, y_holds: bool) -> None:
    pairs = paired(x, y, x_holds=x_holds, y_holds=y_holds)
    is_swapped = len(x) < len(y)
    fast, slow, holds = (y, x, x_holds) if is_swapped else (x, y, y_holds)
    slow_times = [at_s for at_s, _ in slow]
    expected = []
    for number, (at_s, value) in enumerate(fast):
        first, end = bisect_left(slow_times, at_s), bisect_right(slow_times, at_s)
        if first < end:
            rank = number - bisect_left([time_s for time_s, _ in fast], at_s)
            other: float = slow[min(first + rank, end - 1)][1]
        elif end == 0 or (not holds and end == len(slow)):
            continue
        elif holds:
            other = slow[end - 1][1]
        else:  # pauses are at least 1 / 8 s
            (from_s, before), (to_s, after) = slow[end - 1], slow[end]
            if (end > 8 and to_s - from_s > 5 / 8) or (end > 4 and to_s - from_s > 5):
                continue  # perhaps a silence: `test_silence` has the rules
            other = before + (after - before) * (at_s - from_s) / (to_s - from_s)
        expected.append((value, other))
    found = list(zip(pairs.y if is_swapped else pairs.x, pairs.x if is_swapped else pairs.y, strict=True))
    assert len(found) >= len(expected)
    remaining = iter(found)
    for value, other in expected:
        assert any(math.isclose(a, value) and math.isclose(b, other, abs_tol=1e-6) for a, b in remaining)
