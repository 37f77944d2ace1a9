"""A hint fits the datastreams that the bench file declares."""

from __future__ import annotations

import pytest

from app.wire.datastreams import Datastream, DatastreamType
from app.wire.readings import Grammar
from tests.wire.hints.sentences import INT_RANGE, LINES, NO_EQUALS


@pytest.mark.parametrize("value", ["2147483648", "5e9", "-99999999999999999999"])
@pytest.mark.parametrize("kind", [DatastreamType.DOUBLE, None])
def test_the_range_of_an_int_is_not_named_for_other_numbers(kind: DatastreamType | None, value: str) -> None:
    grammar = Grammar([Datastream(virtual_pin=1, type=kind, min=0.0, max=100.0)])
    assert str(grammar.judge(f"v1={value}".encode()).hint).startswith("its datastream takes at ")


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
    assert str(grammar.judge(b"v1=2147483647").hint) != INT_RANGE


TEXT_FIRST = Grammar(
    [
        Datastream(virtual_pin=1, type=DatastreamType.STRING),
        Datastream(virtual_pin=2, type=DatastreamType.STRING),
        Datastream(virtual_pin=3, type=DatastreamType.DOUBLE),
        Datastream(virtual_pin=4, type=DatastreamType.DOUBLE, max=50.0),
    ]
)
NAME = '"temp" is not a pin: write the virtual pin of its datastream, for example '


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("23.5, 44", f"{LINES}v3=23.5 and v4=44"),
        ("temp: 23.5, hum: 55", f"{LINES}v3=23.5 and v1=55"),
        ("temp=23.5", f"{NAME}v3=23.5"),
        ("23,5", "write the pin too, for example v3=23.5"),
        ("hello", NO_EQUALS.replace("v1", "v3")),
        ("temp=on", f"{NAME}v1=on"),
    ],
)
def test_a_number_is_proposed_for_a_datastream_of_numbers_before_one_of_texts(
    line: str, expected: str
) -> None:
    assert str(TEXT_FIRST.judge(line.encode()).hint) == expected


def test_a_number_is_proposed_for_a_text_if_the_bench_file_has_nothing_else() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, type=DatastreamType.STRING)], reject_unknown=True)
    assert str(grammar.judge(b"temp: 5").hint) == f"{NAME}v1=5"
