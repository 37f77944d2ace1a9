"""A hint fits the datastreams that the bench file declares."""

from __future__ import annotations

import pytest

from app.wire.datastreams import Datastream, DatastreamType
from app.wire.readings import Grammar

NOT_TAKEN = "its datastream does not take this value: check the sensor, or the bench file"
INT_RANGE = "an int goes from -2147483648 to 2147483647: check the sensor, or the bench file"


@pytest.mark.parametrize("value", ["2147483648", "5e9", "-99999999999999999999"])
@pytest.mark.parametrize("kind", [DatastreamType.DOUBLE, None])
def test_the_range_of_an_int_is_not_named_for_other_numbers(kind: DatastreamType | None, value: str) -> None:
    grammar = Grammar([Datastream(virtual_pin=1, type=kind, min=0.0, max=100.0)])
    assert str(grammar.judge(f"v1={value}".encode()).hint) == NOT_TAKEN


@pytest.mark.parametrize(
    "entry",
    [
        Datastream(virtual_pin=1, type=DatastreamType.INT),
        Datastream(virtual_pin=1, type=DatastreamType.ENUM, values=(1, 2)),
    ],
)
def test_the_range_of_an_int_is_named_for_whole_numbers(entry: Datastream) -> None:
    grammar = Grammar([entry])
    for value in ("2147483648", "-99999999999999999999"):
        assert str(grammar.judge(f"V1 = {value}".encode()).hint) == INT_RANGE
    assert str(grammar.judge(b"v1=2147483647").hint or NOT_TAKEN) == NOT_TAKEN
