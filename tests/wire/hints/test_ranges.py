"""A hint for a number out of range names the limit that the number broke."""

from __future__ import annotations

from typing import Any

import pytest

from app.wire.datastreams import Datastream, DatastreamType, OutOfRange
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


def test_a_value_that_no_range_would_take_has_no_limit() -> None:
    assert hint("v1=10", scale=1e308, max=5.0, out_of_range=OutOfRange.CLAMP) == PLAIN
    assert Grammar().judge(b"v1=10").hint is None
