"""The range of a value axis: it follows the values, not their noise, and stays where the user has put it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plot.strips.scale import Scale, fit_range

ANY = st.floats(allow_nan=False, allow_infinity=False)


def ends(scale: Scale) -> tuple[float, float]:
    return scale.low, scale.high


@pytest.mark.parametrize(
    ("current", "low", "high", "fitted"),
    [
        (None, 0.0, 10.0, (-0.8, 10.8)),
        (None, 5.0, 5.0, (4.5, 5.5)),
        (None, -100.0, -100.0, (-105.0, -95.0)),
        (None, 1e12, 1e12 + 1, (0.95e12 - 0.05, 1.05e12 + 1.05)),
        (None, 1e12, 1e12 + 2, (1e12 - 0.16, 1e12 + 2.16)),
        (None, 0.0, 1e-300, (-0.5, 0.5)),
        (None, 0.0, 1e-280, (-0.08e-280, 1.08e-280)),
        ((0.0, 10.0), 0.0, 10.0, (0.0, 10.0)),
        ((65.0, 75.0), 70.0, 70.0, (66.5, 73.5)),
        ((0.0, 10.0), -0.1, 9.0, (-0.828, 9.728)),
        ((-0.8, 10.8), 0.5, 9.5, (-0.8, 10.8)),
        ((-0.8, 10.8), 0.0, 20.0, (-1.6, 21.6)),
        ((-0.8, 10.8), 4.0, 5.0, (3.92, 5.08)),
    ],
)
def test_a_range_does_not_follow_noise(
    current: tuple[float, float] | None, low: float, high: float, fitted: tuple[float, float]
) -> None:
    assert fit_range(current, low, high) == pytest.approx(fitted, rel=1e-12)


@given(ANY, ANY, ANY, ANY)
def test_every_range_has_a_height_and_finite_ends(
    low: float, high: float, before: float, size: float
) -> None:
    low, high = min(low, high), max(low, high)
    scale = Scale()
    scale.fit(min(before, size), max(before, size))
    scale.fit(low, high)
    assert math.isfinite(scale.high - scale.low)
    assert scale.high > scale.low
    if max(abs(low), abs(high)) < 1e300:
        assert scale.low <= low <= high <= scale.high


def test_a_range_is_from_zero_to_one_until_there_are_values() -> None:
    scale = Scale()
    assert (ends(scale), scale.has_range, scale.is_locked) == ((0, 1), False, False)
    scale.fit(0, 10)
    assert (ends(scale), scale.has_range, scale.is_locked) == ((-0.8, 10.8), True, False)


def test_a_range_that_was_typed_stays_until_it_is_released() -> None:
    scale = Scale()
    assert scale.set(-5, 5)
    scale.fit(0, 100)
    assert (ends(scale), scale.is_locked) == ((-5, 5), True)
    scale.release()
    assert (scale.has_range, scale.is_locked) == (False, False)
    scale.fit(0, 100)
    assert ends(scale) == (-8, 108)


def test_a_range_that_is_locked_before_there_are_values_is_fitted_once() -> None:
    scale = Scale()
    scale.is_locked = True
    scale.fit(0, 10)
    scale.fit(0, 100)
    assert ends(scale) == (-0.8, 10.8)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        *((5, 5), (5, 4), (1e12, 1e12 + 1), (0, 1e-290), (math.nan, 1), (0, math.nan)),
        *((-math.inf, 0), (0, math.inf), (0, 2.1e300), (-2.1e300, 0)),
    ],
)
def test_what_is_no_range_is_refused(low: float, high: float) -> None:
    scale = Scale()
    assert not scale.set(low, high)
    assert (ends(scale), scale.is_locked) == ((0, 1), False)


@pytest.mark.parametrize(("low", "high"), [(1e12, 1e12 + 1.1), (0, 1.1e-290), (-2e300, 2e300)])
def test_the_smallest_and_the_largest_range_are_taken(low: float, high: float) -> None:
    scale = Scale()
    assert scale.set(low, high)
    assert (ends(scale), scale.is_locked) == ((low, high), True)


@pytest.mark.parametrize(
    ("by", "factor", "moved"),
    [
        (0.1, 1.0, (11, 21)),
        (-0.5, 1.0, (5, 15)),
        (0.0, 0.8, (11, 19)),
        (0.0, 2.0, (5, 25)),
        (1.0, 0.5, (22.5, 27.5)),
    ],
)
def test_a_move_shifts_the_range_then_makes_it_larger_or_smaller_and_locks_it(
    by: float, factor: float, moved: tuple[float, float]
) -> None:
    scale = Scale()
    scale.set(10, 20)
    scale.is_locked = False
    scale.move(by, factor)
    assert (ends(scale), scale.is_locked) == (moved, True)


def test_a_move_beyond_what_floats_can_tell_apart_changes_nothing() -> None:
    scale = Scale()
    scale.set(1e6, 1e6 + 1)
    for factor in (0.8, 1.25):
        for _ in range(3500):
            scale.move(0.0, factor)
        assert math.isfinite(scale.high - scale.low) > 0
