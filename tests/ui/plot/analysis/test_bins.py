"""Histograms: the number of bins, and that each value is in one of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ui.plot.analysis.bins import LEAST, MOST, Histogram, histogram

BIGGEST = float(np.finfo(float).max)


def of(values: Sequence[float] | NDArray[Any]) -> Histogram:
    found = histogram(np.empty(0), np.array(values, float))
    assert found is not None
    return found


def test_no_readings_have_no_histogram() -> None:
    assert histogram(np.empty(0), np.empty(0)) is None


def test_the_number_of_bins_is_that_of_freedman_and_diaconis() -> None:
    values = np.random.default_rng(3).normal(20, 2, 2000)
    found = of(values)
    assert len(found.counts) == len(np.histogram_bin_edges(values, "fd")) - 1 == 33
    assert (found.borders[0], found.borders[-1]) == (values.min(), values.max())
    assert not found.is_whole


def test_there_are_at_least_five_bins_and_at_most_a_hundred() -> None:
    assert len(of([0.5, 1.25, 2.0]).counts) == LEAST
    spread = np.concatenate((np.random.default_rng(3).normal(20, 0.1, 5000), [0.25, 1000.25]))
    assert len(of(spread).counts) == MOST
    assert len(of([0.5] * 10 + [0.75]).counts) == MOST  # the middle half is one value


@pytest.mark.parametrize("size", [1e-323, 1e-300, 1e-160, 1e160, 1e300, 8e307])
def test_values_of_any_size_have_a_deviation(size: float) -> None:
    found = of([-size, size, -size, size])
    assert found.mean == 0
    assert found.deviation == pytest.approx(size * (4 / 3) ** 0.5, rel=1e-9 if size > 1e-307 else 0.5, abs=0)
    assert found.counts.sum() == 4
    assert (found.borders[0], found.borders[-1]) == (-size, size)


def test_whole_numbers_have_borders_between_them() -> None:
    found = of([3, 3, 4, 7])
    assert found.borders.tolist() == [2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert found.counts.tolist() == [2, 1, 0, 0, 1]
    assert found.is_whole
    assert of([0, 1]).counts.tolist() == [1, 1]  # not five


def test_bins_of_whole_numbers_have_a_whole_width() -> None:
    found = of(np.arange(1024))
    assert set(np.diff(found.borders)) == {101}
    assert found.counts.tolist() == [101] * 10 + [14]
    assert set(np.diff(of(np.tile(np.arange(12), 100)).borders)) == {1}
    assert set(np.diff(of([0] * 100 + [1023]).borders)) == {11}  # MOST bins would be too narrow
    assert set(np.diff(of([1, 4, 8, 11]).borders)) == {2}  # LEAST bins, at least


def test_equal_values_have_one_bin_around_them() -> None:
    assert of([7, 7, 7]).borders.tolist() == [6.5, 7.5]
    assert of([0]).borders.tolist() == [-0.5, 0.5]
    assert of([-0.5, -0.5]).borders.tolist() == pytest.approx([-0.525, -0.475])
    assert of([0.5]).counts.tolist() == [1]


def test_there_are_no_more_bins_than_floats_can_tell_apart() -> None:
    step = float(np.spacing(1.5e6))
    low = 1.5e6 + 0.1
    assert len(of([low, low + step]).counts) == 1
    assert len(of([low, low + 7 * step]).counts) == 3


def test_large_numbers_are_not_taken_for_whole_ones() -> None:
    assert of([2.0**51 - 2, 2.0**51 - 1]).is_whole
    assert not of([2.0**51, 2.0**51 + 8]).is_whole
    assert not of([-(2.0**51), 0]).is_whole
    assert not of([1, 2.5]).is_whole


def test_mean_and_deviation_of_large_numbers_near_each_other_are_exact() -> None:
    found = of([1e9 - 1, 1e9, 1e9 + 1])
    assert (found.mean, found.deviation, found.total) == (1e9, 1.0, 3)
    alone = of([4.25])
    assert (alone.mean, alone.deviation) == (4.25, None)


def test_the_largest_numbers_do_not_overflow() -> None:
    found = of([-BIGGEST, 0, BIGGEST])
    assert found.counts.tolist() == [1, 0, 1, 0, 1]
    assert (found.borders[0], found.borders[-1], found.mean) == (-BIGGEST, BIGGEST, 0)
    assert found.deviation == BIGGEST
    assert of([BIGGEST]).borders.tolist() == [pytest.approx(0.95 * BIGGEST), BIGGEST]
    assert of([-BIGGEST]).counts.tolist() == [1]


@given(
    st.one_of(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50),
        st.lists(st.floats(-50, 50), min_size=1, max_size=50),
        st.lists(st.integers(-3000, 3000).map(float), min_size=1, max_size=50),
    )
)
def test_each_value_is_in_one_bin(values: list[float]) -> None:
    found = of(values)
    assert found.total == len(values)
    assert 1 <= len(found.counts) <= MOST
    assert np.isfinite(found.borders).all()
    assert (np.diff(found.borders / 2) > 0).all() or min(values) == max(values) or len(found.counts) == 1
    size = max(map(abs, values))
    assert found.borders[0] / 2 - min(values) / 2 <= 1e-15 * size
    assert min(values) - 1e-9 * size <= found.mean <= max(values) + 1e-9 * size
    for value in values:
        assert found.counts[
            min(int(np.searchsorted(found.borders, value, side="right")), len(found.counts)) - 1
        ]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_mean_and_deviation_are_those_of_the_statistics_module(values: list[float]) -> None:
    found = of(values)
    assert found.mean == pytest.approx(statistics.mean(values), abs=1e-6)
    assert found.deviation == pytest.approx(statistics.stdev(values), abs=1e-6)
