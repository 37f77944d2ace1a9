"""How the texts of a URL and the values of JSON become values of a datastream, by its type and range."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.localcloud.refusals import WRONG_VALUE, RefusedError
from app.localcloud.values import clamping, from_json, from_text
from app.wire.datastreams import Datastream, DatastreamType, OutOfRange, Value

ANY = Datastream(virtual_pin=1)


def of(kind: str, **rest: object) -> Datastream:
    return clamping(Datastream(virtual_pin=1, type=DatastreamType(kind), **rest))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "datastream", "value"),
    [
        (["12"], of("int"), 12),
        (["-2147483648"], of("int"), -(2**31)),
        (["12"], of("double"), 12.0),
        (["1e-3"], of("double"), 0.001),
        (["12"], of("string"), "12"),
        (["x" * 1024], of("string"), "x" * 1024),
        (["5"], of("enum", values=(1, 5)), 5),
        (["13.4", "52.5"], of("location"), (13.4, 52.5)),
        (["13.4,52.5"], of("location"), (13.4, 52.5)),
        (["13.4,52.5"], ANY, "13.4,52.5"),
        (["12"], ANY, 12),
        (["12.5"], ANY, 12.5),
        (["calm & fair"], ANY, "calm & fair"),
        (["13.4", "52.5"], ANY, (13.4, 52.5)),
        (["101"], of("int", min=0, max=100), 100),
        (["-1"], of("int", min=0.5, max=100), 1),
        (["1e9"], of("double", max=85.5), 85.5),
        (["101"], clamping(Datastream(id=1, max=100)), 100),
    ],
)
def test_texts_become_values_of_the_type_within_the_range(
    texts: list[str], datastream: Datastream, value: Value
) -> None:
    taken = from_text(texts, datastream)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize("rule", list(OutOfRange))
def test_numbers_are_clamped_whatever_out_of_range_is(rule: OutOfRange) -> None:
    entry = Datastream(virtual_pin=1, type=DatastreamType.INT, min=0, max=10, out_of_range=rule)
    assert from_text(["11"], clamping(entry)) == 10


@pytest.mark.parametrize(
    ("texts", "datastream"),
    [
        (["123.45"], of("int")),
        (["100.0"], of("int")),
        (["2147483648"], of("int")),
        (["abc"], of("double")),
        (["nan"], of("double")),
        (["1e999"], of("double")),
        (["nan"], ANY),
        ([""], of("string")),
        ([""], ANY),
        ([], ANY),
        (["é" * 513], of("string")),
        (["a\nb"], of("string")),
        (["3"], of("enum", values=(1, 5))),
        (["13.4"], of("location")),
        (["181", "0"], of("location")),
        (["1,2", "3"], of("location")),
        (["", ""], of("location")),
        (["1", "2"], of("int")),
        (["1", "2", "3"], of("location")),
        (["1" * 5000], of("int")),
        (["0" * 5000], ANY),
    ],
)
def test_texts_that_do_not_fit_the_type_are_refused(texts: list[str], datastream: Datastream) -> None:
    with pytest.raises(RefusedError) as refused:
        from_text(texts, datastream)
    assert str(refused.value) == WRONG_VALUE


@pytest.mark.parametrize(
    ("content", "datastream", "value"),
    [
        (12, of("int"), 12),
        (True, of("int"), 1),
        (False, ANY, 0),
        (5, of("enum", values=(1, 5)), 5),
        (12, of("double"), 12.0),
        (0.1, of("double"), 0.1),
        (1e300, of("double"), 1e300),
        ("12", of("string"), "12"),
        ("12", ANY, "12"),
        (12.5, ANY, 12.5),
        ([13.4, 52], of("location"), (13.4, 52.0)),
        ([13.4, 52], ANY, (13.4, 52.0)),
        ([13, 52.5], of("location"), (13.0, 52.5)),
        (101, of("int", max=100), 100),
    ],
)
def test_json_becomes_values(content: object, datastream: Datastream, value: Value) -> None:
    taken = from_json(content, datastream)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize(
    ("content", "datastream"),
    [
        (1.0, of("int")),
        ("12", of("int")),
        (2**31, of("int")),
        (3, of("enum", values=(1, 5))),
        (True, of("double")),
        (True, of("string")),
        (12, of("string")),
        ("", of("string")),
        ("a\0b", of("string")),
        ("x" * 1025, ANY),
        ([1], of("location")),
        ([1, 2, 3], of("location")),
        ([True, "x"], of("location")),
        ([0, 91], of("location")),
        ([1, 2], of("double")),
        (12, of("location")),
        (None, ANY),
        ({}, ANY),
    ],
)
def test_json_of_another_type_is_refused(content: object, datastream: Datastream) -> None:
    with pytest.raises(RefusedError) as refused:
        from_json(content, datastream)
    assert str(refused.value) == WRONG_VALUE


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_in_json_is_unchanged(number: float) -> None:
    taken = from_json(number, of("double"))
    assert taken == number
    assert isinstance(taken, float)
    assert math.copysign(1, taken) == math.copysign(1, number)


@given(st.lists(st.text(), max_size=3), st.sampled_from(list(DatastreamType)))
def test_any_texts_give_a_value_or_a_refusal(texts: list[str], kind: DatastreamType) -> None:
    assert answer(texts, of(kind)) in ("", WRONG_VALUE)


def answer(texts: list[str], datastream: Datastream) -> str:
    try:
        from_text(texts, datastream)
    except RefusedError as refused:
        return str(refused)
    return ""
