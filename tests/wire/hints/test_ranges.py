"""A hint for a number out of range names the limit that the number broke."""

from __future__ import annotations

from typing import Any

import pytest

from app.wire.datastreams import Datastream, DatastreamType, OutOfRange, Reason
from app.wire.diagnosis import hint as hint_for
from app.wire.readings import Grammar

PLAIN = "its datastream does not take this value: check the sensor, or the bench file"


def hint(line: str, kind: DatastreamType | None = None, **keys: Any) -> str:
    return str(Grammar([Datastream(virtual_pin=1, type=kind, **keys)]).judge(line.encode()).hint)


@pytest.mark.parametrize("kind", [None, DatastreamType.INT, DatastreamType.DOUBLE])
def test_the_limit_is_the_one_of_the_side_that_was_passed(kind: DatastreamType | None) -> None:
    keys = {"min": -900.0, "max": 900.5}
    assert hint("v1=1141", kind, **keys).startswith("its datastream takes at most 900.5: ")
    assert hint("V1 = -901", kind, **keys).startswith("its datastream takes at least -900: ")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1,), "its datastream takes only 1: check the sketch, or values in the bench file"),
        ((1, 2, 5), "its datastream takes only 1, 2 or 5: check the sketch, or values in the bench file"),
        (tuple(range(20)), PLAIN),
    ],
)
def test_the_values_of_an_enum_are_listed_as_far_as_they_fit(values: tuple[int, ...], expected: str) -> None:
    assert hint("v1=77", DatastreamType.ENUM, values=values) == expected


def test_a_scaled_value_is_named_beside_its_limit() -> None:
    scaled: dict[str, Any] = {"scale": 0.01, "min": 1.0, "max": 5.0}
    above, below = "with scale and offset it is 6, but", "with scale and offset it is 0.5, but"
    assert hint("v1=600", **scaled).startswith(f"{above} its datastream takes at most 5: ")
    assert hint("v1=50", **scaled).startswith(f"{below} its datastream takes at least 1: ")


def test_numbers_that_no_int_and_no_place_has_have_limits_of_their_own() -> None:
    assert hint("v1=2147483648", DatastreamType.INT, max=5.0).startswith("an int goes from -2147483648 to ")
    assert "180" in hint("v1=200.5,10.5", DatastreamType.LOCATION)


def test_a_value_that_no_range_would_take_has_no_limit() -> None:
    assert hint("v1=10", scale=1e308, max=5.0, out_of_range=OutOfRange.CLAMP) == PLAIN
    assert Grammar().judge(b"v1=10").hint is None


@pytest.mark.parametrize("line", ["v1=x", "v1=6", "v2=6"])
def test_there_is_a_hint_for_every_line(line: str) -> None:
    grammar = Grammar([Datastream(virtual_pin=1, min=5.0, max=7.0)])
    assert str(hint_for(Reason.OUT_OF_RANGE, line, grammar)) == PLAIN
