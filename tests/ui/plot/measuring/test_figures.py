"""The figures of a curve have as many digits as say something."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plot.measuring.figures import TITLES, figures
from ui.plot.measuring.statistics import Statistics


def extremes(lowest: float, highest: float, mean: float) -> tuple[str, ...]:
    """The lowest and highest values and the mean, as they are written."""
    return figures(None, Statistics(2, lowest, highest, mean))[2:5]


def test_what_is_not_known_yet_and_what_there_is_not() -> None:
    assert figures(None, None) == ("–", *["…"] * 7)
    assert figures(-0.25, None) == ("−0.25", *["…"] * 7)
    assert figures(None, Statistics()) == ("–", "0", *["–"] * 6)
    assert len(TITLES) == 8


def test_each_figure_stands_below_its_title() -> None:
    found = Statistics(1234, -1.5, 2.25, 0.123456789, 1.23456, -0.0123456, 49.98765)
    written = dict(zip(TITLES, figures(3.75, found), strict=True))
    assert written == {
        "column_difference": "3.75",
        "column_readings": "1,234",
        "column_lowest": "−1.5",
        "column_highest": "2.25",
        "column_mean": "0.12346",
        "column_deviation": "1.235",
        "column_slope": "−0.01235",
        "column_frequency": "49.988",
    }


def test_of_too_many_readings_the_number_says_so() -> None:
    assert figures(None, Statistics(2_000_000, 0.0, 1.0, 0.5, is_cut=True))[1] == "newest 2,000,000"


def test_of_pruned_readings_the_number_says_how_many_are_left() -> None:
    assert figures(None, Statistics(1_234, 0.0, 1.0, 0.5, pruned=8_766))[1] == "1,234 of 10,000"
    assert figures(None, Statistics(pruned=5))[1:3] == ("0 of 5", "–")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ((20.36, 21.18, 20.688196), ("20.36", "21.18", "20.6882")),
        ((68.0, 128.0, 98.0), ("68", "128", "98.000")),
        ((0.0, 1.0, 0.5), ("0", "1", "0.50000")),
        ((-0.00125, 0.00125, -1e-9), ("−0.00125", "0.00125", "0.000000")),
        ((1e9 - 1, 1e9 + 1, 1e9 + 0.25), ("999999999", "1000000001", "1000000000.250")),
        ((1e9, 1e9 + 0.01, 1e9 + 0.0025), ("1000000000", "1000000000.01", "1000000000.00250")),
        ((1234567.0, 7654321.0, 4444444.4), ("1234567", "7654321", "4444444")),
        ((100.0, 120.0, 110.0), ("100", "120", "110.000")),
        ((0.1, 0.1, 0.1), ("0.1", "0.1", "0.1")),
        ((0.0, 0.0, 0.0), ("0", "0", "0")),
        ((1e-9, 3e-9, 2e-9), ("1e-09", "3e-09", "2e-09")),
        ((1.5e-10, 3e-10, 2.25e-10), ("1.5e-10", "3e-10", "2.25e-10")),
        ((1e-4, 3e-4, 2e-4), ("0.0001", "0.0003", "0.0002000")),
        ((-1.7e308, 1.7e308, 0.0), ("−1.7e+308", "1.7e+308", "0")),
        ((0.0, 1e15, 5e14), ("0", "1e+15", "5e+14")),
        ((0.0, 999_999_999_999_999.9, 5e14), ("0", "1000000000000000", "500000000000000")),
    ],
)
def test_the_mean_and_the_extremes_show_a_thousandth_of_their_range(
    values: tuple[float, float, float], written: tuple[str, ...]
) -> None:
    assert extremes(*values) == written


def test_no_zero_has_a_sign_and_what_is_too_large_is_infinite() -> None:
    assert figures(None, Statistics(2, -0.0, 0.0, 0.0, 0.0, -0.0))[2:7] == ("0",) * 5
    assert figures(None, Statistics(2, -1.7e308, 1.7e308, 0.0, math.inf, math.inf))[5:7] == ("inf", "inf")


@given(st.floats(-1e12, 1e12), st.floats(0.001, 1e6))
def test_a_written_mean_is_right_to_a_thousandth_of_the_range(lowest: float, size: float) -> None:
    highest = lowest + size
    mean = (lowest + highest) / 2
    *_, written = extremes(lowest, highest, mean)
    assert float(written.replace("−", "-")) == pytest.approx(mean, abs=size / 1000 + 1e-14 * abs(mean))
