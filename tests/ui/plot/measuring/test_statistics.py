"""The figures of a period are those of the textbook, for numbers and times of any size."""

from __future__ import annotations

import math
import statistics as textbook
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.calculation import Stretch
from ui.plot.measuring.statistics import Statistics, statistics

NOW_S = 1_790_000_000.0


def of(times_s: list[float], values: list[float], *, is_cut: bool = False, pruned: int = 0) -> Statistics:
    return statistics([Stretch(np.array(times_s), np.array(values), is_cut, pruned)])


def test_what_was_pruned_is_not_forgotten() -> None:
    assert of([NOW_S], [2.0], pruned=3).pruned == 3
    assert of([], [], pruned=3) == Statistics(pruned=3)


def test_a_period_without_readings_has_no_figures() -> None:
    assert of([], []) == Statistics(0, None, None, None, None, None, None, False)


def test_one_reading_has_neither_deviation_nor_slope() -> None:
    assert of([NOW_S], [-3.5]) == Statistics(1, -3.5, -3.5, -3.5)
    assert of([NOW_S] * 2, [1.0, 2.0]) == Statistics(2, 1.0, 2.0, 1.5, math.sqrt(0.5), None, None)


def test_the_figures_of_a_few_readings() -> None:
    found = of([NOW_S, NOW_S + 1, NOW_S + 2, NOW_S + 5], [2.0, 4.0, 4.0, 10.0], is_cut=True)
    assert found[:4] == (4, 2.0, 10.0, 5.0)
    assert found[4:6] == pytest.approx((math.sqrt(12), 22 / 14))
    assert found[6:] == (None, True, 0)


def test_constant_values_differ_from_nothing() -> None:
    assert of([NOW_S, NOW_S + 1, NOW_S + 7], [0.1] * 3) == Statistics(3, 0.1, 0.1, 0.1, 0.0, 0.0)


def test_small_changes_of_large_values_are_exact() -> None:
    times = [NOW_S + second / 8 for second in range(1000)]
    found = of(times, [1e9 + (-1) ** second + second / 1000 for second in range(1000)])
    assert found.mean == pytest.approx(1e9 + 0.4995, abs=1e-6)
    small = of(times, [(-1) ** second + second / 1000 for second in range(1000)])
    assert found.deviation == pytest.approx(small.deviation, rel=1e-6)
    assert found.slope == pytest.approx(small.slope, rel=1e-5)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_no_square_is_too_small_or_too_large(size: float) -> None:
    found = of([NOW_S, NOW_S + 1, NOW_S + 2], [size, 3 * size, 2 * size])
    assert found[1:6] == pytest.approx((size, 3 * size, 2 * size, size, size / 2), rel=1e-12)
    found = of([NOW_S, NOW_S + 1], [size, -size])
    assert found[3:6] == pytest.approx((0, math.sqrt(2) * size, -2 * size), rel=1e-12)
    found = of([NOW_S, NOW_S + 1], [-size, -3 * size])
    assert found[3:6] == pytest.approx((-2 * size, math.sqrt(2) * size, -2 * size), rel=1e-12)
    assert of([NOW_S, NOW_S + 1], [-1e300, 1.0])[5] == 1e300
    assert of([NOW_S, NOW_S + 1], [-1.7e308, 1.7e308])[3:6] == (0.0, math.inf, math.inf)


_NUMBERS = st.one_of(st.integers(-9, 9).map(float), st.floats(-1e9, 1e9), st.floats(1e9 - 1, 1e9 + 1))


@given(st.lists(st.tuples(st.integers(0, 5_000_000), _NUMBERS), min_size=2, max_size=30))
def test_the_figures_are_those_of_the_textbook(readings: list[tuple[int, float]]) -> None:
    steps_us = np.cumsum([gap_us for gap_us, _ in readings])
    times = NOW_S + steps_us / 1e6
    values = [value for _, value in readings]
    found = statistics([Stretch(times, np.array(values))])
    size = max(map(abs, values))
    mean = float(sum(map(Fraction, values)) / len(values))
    assert found[:3] == (len(values), min(values), max(values))
    assert found.mean == pytest.approx(mean, rel=1e-15, abs=1e-14 * size)
    wanted = textbook.stdev(list(map(Fraction, values)))
    assert found.deviation == pytest.approx(wanted, rel=1e-9, abs=1e-15 * size)
    if times[-1] == times[0]:
        assert found.slope is None
        return
    # Exactly, because the textbook's formula in floats is less exact than what is tested.
    exact = [Fraction(at_s) for at_s in times.tolist()]
    middle = sum(exact) / len(exact)
    spread = sum((at_s - middle) ** 2 for at_s in exact)
    slope = sum((at_s - middle) * Fraction(value) for at_s, value in zip(exact, values, strict=True)) / spread
    reach_s = float(times[-1] - times[0])
    assert found.slope == pytest.approx(float(slope), rel=1e-6, abs=1e-12 * size / reach_s)


def test_the_slope_is_that_of_a_fit() -> None:
    rng = np.random.default_rng(1)
    times = np.sort(rng.uniform(0, 60, 500))
    values = 3 * times + rng.normal(size=500)
    slope, _ = np.polyfit(times, values, 1)
    found = statistics([Stretch(NOW_S + times, 1e6 + values)])
    assert found.slope == pytest.approx(slope, rel=1e-6)
