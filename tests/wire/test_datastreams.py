"""Datastreams: values by type, ranges, invalid entries, and how a value is sent."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import (
    INT_MAX,
    INT_MIN,
    Datastream,
    DatastreamType,
    LineStyle,
    OutOfRange,
    Reason,
    Value,
    check_text,
    into_range,
    is_number,
    is_sensor_fault,
    parse_value,
    sent_as,
)

T = DatastreamType
NUMBERS = ["12", "007", "-0.5", "1e-3", "+3", ".5", "5.", "0", "-0", "1E5", "+.5e+3", "5.e3"]
NO_NUMBERS = [
    "0x10", "1_000", "1,5", "", ".", "e5", "1e", "1e+", "--1", "+-1", "1 2", " 1", "1\n", "1f", "½",
    "٣", "１", "1.2.3", "0b1", "0x1p3", "1L", "−1",
]  # fmt: skip
FAULTS = ["nan", "NaN", "-nan", "+NAN", "inf", "-inf", "INF", "ovf", "OVF", "+ovf"]


def test_types_rules_and_reasons_are_named_as_in_bench_files_and_the_line_format() -> None:
    assert [*DatastreamType] == ["int", "double", "string", "enum", "location"]
    assert [*OutOfRange] == ["reject", "clamp", "forward"]
    assert [*LineStyle] == ["solid", "dashed", "dotted", "dash_dot"]
    assert " ".join(Reason) == (
        "too_long bad_encoding no_assignment wrong_datastream_id wrong_property wrong_event wrong_pin "
        "unknown_pin too_many_datastreams empty_value control_character not_an_integer not_a_number "
        "not_a_location out_of_range value_too_long"
    )


def entry(kind: DatastreamType | None, **more: Any) -> Datastream:
    return Datastream(virtual_pin=1, type=kind, **more)


def value_of(text: str, kind: DatastreamType | None, **more: Any) -> Value | Reason:
    parsed = parse_value(text, entry(kind, **more))
    return parsed if isinstance(parsed, Reason) else parsed[0]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_written_as_c_and_python_write_it(text: str) -> None:
    assert is_number(text)
    assert value_of(text, T.DOUBLE) == float(text)


@pytest.mark.parametrize("text", [*NO_NUMBERS, *FAULTS])
def test_anything_else_is_not_a_number(text: str) -> None:
    assert not is_number(text)
    assert value_of(text, T.DOUBLE) is Reason.NOT_A_NUMBER
    assert value_of(text, T.INT) is Reason.NOT_AN_INTEGER
    assert value_of(text, T.ENUM) is Reason.NOT_AN_INTEGER


@pytest.mark.parametrize("text", FAULTS)
def test_what_failing_sensors_print_is_not_a_number(text: str) -> None:
    assert is_sensor_fault(text)
    assert parse_value(text, None) is Reason.NOT_A_NUMBER


@pytest.mark.parametrize("text", ["infinity", "nano", "n/a", "ovfl", "nan nan"])
def test_words_that_merely_look_like_a_fault_are_text(text: str) -> None:
    assert parse_value(text, None) == (text, T.STRING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("+3", 3),
        ("2147483647", INT_MAX),
        ("-2147483648", INT_MIN),
        ("2147483648", Reason.OUT_OF_RANGE),
        ("-2147483649", Reason.OUT_OF_RANGE),
        ("9" * 1190, Reason.OUT_OF_RANGE),
        ("100.0", Reason.NOT_AN_INTEGER),
        ("1e3", Reason.NOT_AN_INTEGER),
        ("5.", Reason.NOT_AN_INTEGER),
    ],
)
def test_an_int_is_an_integer_literal_of_32_bits(text: str, expected: Value | Reason) -> None:
    assert value_of(text, T.INT) == expected


def test_an_enum_is_an_int_and_one_of_its_values() -> None:
    assert value_of("2", T.ENUM, values=(1, 2)) == 2
    assert value_of("3", T.ENUM, values=(1, 2)) is Reason.OUT_OF_RANGE
    assert value_of("3", T.ENUM) == 3
    assert value_of("3.0", T.ENUM, values=(3,)) is Reason.NOT_AN_INTEGER
    assert value_of("2147483648", T.ENUM) is Reason.OUT_OF_RANGE
    assert parse_value("2", entry(T.ENUM)) == (2, T.ENUM)


@pytest.mark.parametrize("text", ["1e309", "-1e309", "9" * 400])
def test_a_double_is_finite(text: str) -> None:
    assert value_of(text, T.DOUBLE) is Reason.NOT_A_NUMBER
    assert parse_value(text, None) is Reason.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13.4,52.5", (13.4, 52.5)),
        ("-180,-90", (-180.0, -90.0)),
        ("180,90", (180.0, 90.0)),
        ("180.1,0", Reason.OUT_OF_RANGE),
        ("-180.1,0", Reason.OUT_OF_RANGE),
        ("0,90.1", Reason.OUT_OF_RANGE),
        ("0,-90.1", Reason.OUT_OF_RANGE),
        ("1e999,0", Reason.OUT_OF_RANGE),
        ("13.4, 52.5", Reason.NOT_A_LOCATION),
        ("13.4", Reason.NOT_A_LOCATION),
        ("13.4,", Reason.NOT_A_LOCATION),
        (",52.5", Reason.NOT_A_LOCATION),
        ("1,2,3", Reason.NOT_A_LOCATION),
        ("13,4,52,5", Reason.NOT_A_LOCATION),
        ("nan,0", Reason.NOT_A_LOCATION),
        ("a,b", Reason.NOT_A_LOCATION),
    ],
)
def test_a_location_is_longitude_and_latitude(text: str, expected: Value | Reason) -> None:
    assert value_of(text, T.LOCATION) == expected


@pytest.mark.parametrize("control", [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))])
def test_text_has_no_control_character(control: str) -> None:
    assert check_text(f"a{control}b") is Reason.CONTROL_CHARACTER
    assert check_text("é" * 600 + control) is Reason.CONTROL_CHARACTER
    assert value_of(f"a{control}b", T.STRING) is Reason.CONTROL_CHARACTER
    assert parse_value(f"a{control}b", None) is Reason.CONTROL_CHARACTER


def test_text_has_at_most_1024_bytes() -> None:
    assert check_text("a" * 1024) is None
    assert check_text("a" * 1025) is Reason.VALUE_TOO_LONG
    assert check_text("é" * 512) is None
    assert check_text("é" * 512 + "a") is Reason.VALUE_TOO_LONG
    assert value_of("12", T.STRING) == "12"
    assert value_of("nan", T.STRING) == "nan"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", (12, T.INT)),
        ("2147483648", (2147483648.0, T.DOUBLE)),
        ("-2147483649", (-2147483649.0, T.DOUBLE)),
        ("12.0", (12.0, T.DOUBLE)),
        ("1e3", (1000.0, T.DOUBLE)),
        ("3,14", ("3,14", T.STRING)),
        ("0x10", ("0x10", T.STRING)),
        ("hello there", ("hello there", T.STRING)),
    ],
)
def test_without_a_type_the_value_decides(text: str, expected: tuple[Value, DatastreamType]) -> None:
    for datastream in (None, entry(None)):
        parsed = parse_value(text, datastream)
        assert parsed == expected
        assert not isinstance(parsed, Reason)
        assert type(parsed[0]) is type(expected[0])


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        (5, OutOfRange.REJECT, 5),
        (-10, OutOfRange.REJECT, -10),
        (10, OutOfRange.REJECT, 10),
        (11, OutOfRange.REJECT, None),
        (-10.5, OutOfRange.REJECT, None),
        (11, OutOfRange.CLAMP, 10),
        (-10.5, OutOfRange.CLAMP, -10.0),
        (11, OutOfRange.FORWARD, 11),
        ("99", OutOfRange.REJECT, "99"),
        ((99.0, 0.0), OutOfRange.REJECT, (99.0, 0.0)),
    ],
)
def test_out_of_range_decides_about_numbers_outside_the_range(
    value: Value, rule: OutOfRange, expected: Value | None
) -> None:
    assert into_range(value, Datastream(virtual_pin=1, min=-10.0, max=10.0, out_of_range=rule)) == expected
    assert into_range(value, None) == value


def test_a_range_with_one_bound_is_open_on_the_other_side() -> None:
    assert into_range(1e300, Datastream(virtual_pin=1, min=0.0)) == 1e300
    assert into_range(-1e300, Datastream(virtual_pin=1, max=0.0)) == -1e300
    assert into_range(-1e300, Datastream(virtual_pin=1, min=0.0)) is None


@given(
    st.integers(INT_MIN, INT_MAX),
    st.floats(-1e10, 1e10),
    st.floats(-1e10, 1e10),
    st.sampled_from([None, T.INT]),
)
def test_a_clamped_int_is_in_range_and_stays_an_int_of_32_bits(
    value: int, one: float, other: float, kind: DatastreamType | None
) -> None:
    try:
        datastream = entry(kind, min=min(one, other), max=max(one, other), out_of_range=OutOfRange.CLAMP)
    except ValueError:
        assert kind is T.INT  # no int is in the range: the bench file is invalid
        return
    clamped = into_range(value, datastream)
    assert isinstance(clamped, int | float)
    assert datastream.low <= clamped <= datastream.high
    assert isinstance(clamped, int) or kind is None
    assert isinstance(clamped, float) or INT_MIN <= clamped <= INT_MAX


def test_an_int_is_clamped_to_whole_numbers_within_the_range() -> None:
    datastream = entry(T.INT, min=-1.5, max=1.5, out_of_range=OutOfRange.CLAMP)
    assert (into_range(-7, datastream), into_range(7, datastream)) == (-1, 1)
    fraction = entry(None, min=0.2, max=0.8, out_of_range=OutOfRange.CLAMP)
    assert (into_range(-7, fraction), into_range(7, fraction)) == (0.2, 0.8)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "virtual_pin or id"),
        ({"virtual_pin": -1}, "virtual_pin"),
        ({"virtual_pin": 256}, "virtual_pin"),
        ({"id": 0}, "id = 0"),
        ({"id": 2**31}, "id"),
        ({"id": 1, "values": (1,)}, "enum"),
        ({"id": 1, "type": T.INT, "values": (1,)}, "enum"),
        ({"id": 1, "type": T.STRING, "min": 1.0}, "min and max"),
        ({"id": 1, "type": T.ENUM, "max": 1.0}, "min and max"),
        ({"id": 1, "min": 2.0, "max": 1.0}, "min = 2 is greater than max = 1"),
        ({"id": 1, "min": 1234567.5, "max": 0.5}, "min = 1234567.5 is greater than max = 0.5"),
        ({"id": 1, "min": math.nan}, "leave out"),
        ({"id": 1, "max": math.inf}, "leave out"),
        ({"id": 1, "type": T.INT, "min": 0.2, "max": 0.8}, "no int"),
        ({"id": 1, "type": T.INT, "min": 3e9}, "no int"),
        ({"id": 1, "type": T.INT, "max": -3e9}, "no int"),
        ({"id": 1, "min_change": -0.1}, "0 or a positive number"),
        ({"id": 1, "min_change": float("inf")}, "0 or a positive number"),
        ({"id": 1, "min_change": float("nan")}, "0 or a positive number"),
        ({"id": 1, "max_silence_s": 0}, "max_silence_s must be a number greater than 0"),
        ({"id": 1, "max_silence_s": -1.0}, "max_silence_s must be a number greater than 0"),
        ({"id": 1, "max_silence_s": float("nan")}, "max_silence_s must be a number greater than 0"),
        ({"id": 1, "max_silence_s": 1_000_000_001}, "at most 1000000000"),
        ({"id": 1, "color": "red"}, "#RRGGBB"),
        ({"id": 1, "color": "#12345"}, "#RRGGBB"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Datastream(**fields)


def test_an_entry_at_its_limits_is_taken() -> None:
    Datastream(virtual_pin=0)
    Datastream(virtual_pin=255, id=INT_MAX, color="#0072B2", type=T.ENUM, values=(1, 2))
    Datastream(id=1, min_change=0.0, max_silence_s=1_000_000_000)
    Datastream(id=1, min_change=1e300, max_silence_s=1e-9)
    Datastream(id=1, type=T.INT, min=1.0, max=1.0)
    assert (Datastream(id=1).low, Datastream(id=1).high) == (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (100, "100"),
        (INT_MIN, "-2147483648"),
        (100.0, "100"),
        (0.1, "0.1"),
        (-0.5, "-0.5"),
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-5, "1e-5"),
        (1.5e-9, "1.5e-9"),
        (1e-10, "1e-10"),
        (1e16, "1e+16"),
        (1.5e100, "1.5e+100"),
        (123456789012.0, "123456789012"),
        ("Room 12", "Room 12"),
        ("1.0", "1.0"),
        ("-0", "-0"),
        ((13.4, 52.0), "13.4,52"),
        ((-0.0, 1e-7), "0,1e-7"),
    ],
)
def test_sent_as(value: Value, sent: str) -> None:
    assert sent_as(value) == sent


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(INT_MIN, INT_MAX))
def test_what_is_sent_reads_back_as_the_same_number(value: float) -> None:
    sent = sent_as(value)
    assert is_number(sent)
    assert float(sent) == value
    assert not sent.endswith(".0")
    assert not sent.startswith("-0") or value != 0
    assert "e-0" not in sent
    assert "e+0" not in sent


@given(st.integers(INT_MIN, INT_MAX))
def test_an_int_and_its_double_are_sent_alike(value: int) -> None:
    assert sent_as(value) == sent_as(float(value)) == str(value)
