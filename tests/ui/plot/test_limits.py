"""The limits of datastreams, and how far they stretch an axis."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.bench_file import DeviceConfig
from app.wire.datastreams import Datastream
from ui.plot.limits import NO_LIMITS, Limits, limits_of, stretched

NUMBERS = st.floats(-1e300, 1e300)


def test_both_targets_of_a_datastream_have_its_limits() -> None:
    tables = (
        Datastream(virtual_pin=1, id=7, max=30.0),
        Datastream(virtual_pin=2),
        Datastream(virtual_pin=3, min=-1.0, max=1.0),
        Datastream(id=9, min=0.0),
    )
    entries = [
        DeviceConfig(name="a", port="simulated:", datastream=tables),
        DeviceConfig(name="b", port="simulated:", datastream=tables[2:3]),
    ]
    assert limits_of(entries) == {
        ("a", "v1"): Limits(high=30.0),
        ("a", "ds7"): Limits(high=30.0),
        ("a", "v3"): Limits(-1.0, 1.0),
        ("a", "ds9"): Limits(low=0.0),
        ("b", "v3"): Limits(-1.0, 1.0),
    }


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        (NO_LIMITS, (0.0, 8.0)),
        (Limits(high=10.0), (0.0, 10.0)),
        (Limits(high=10.1), (0.0, 8.0)),
        (Limits(low=-2.0), (-2.0, 8.0)),
        (Limits(low=-2.1), (0.0, 8.0)),
        (Limits(2.0, 3.0), (0.0, 8.0)),
    ],
)
def test_only_a_limit_that_is_near_stretches_the_range(limits: Limits, wanted: tuple[float, float]) -> None:
    assert stretched(0.0, 8.0, [limits]) == wanted


def test_a_constant_value_is_stretched_to_no_limit() -> None:
    assert stretched(5.0, 5.0, [Limits(4.9, 5.1)]) == (5.0, 5.0)


@given(
    st.lists(NUMBERS, min_size=2, max_size=2).map(sorted),
    st.lists(NUMBERS.map(lambda n: Limits(n)) | NUMBERS.map(lambda n: Limits(high=n)), max_size=4),
)
def test_the_values_stay_in_sight_and_no_limit_takes_more_than_a_quarter(
    ends: list[float], limits: list[Limits]
) -> None:
    low, high = ends
    from_, to = stretched(low, high, limits)
    assert from_ <= low <= high <= to
    size = high - low
    if math.isfinite(size):
        assert low - from_ <= size * 0.25 * (1 + 1e-9) + abs(low) * 1e-15
        assert to - high <= size * 0.25 * (1 + 1e-9) + abs(high) * 1e-15
    assert {from_, to} <= {low, high} | {limit for each in limits for limit in each.given}
