"""Scale and offset: which value a number has, for each type, and what the verdict on its line says."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import INT_MAX, INT_MIN, Datastream, DatastreamType, OutOfRange, Reason, Value
from app.wire.readings import Grammar, Kind, Verdict
from app.wire.scaling import scaled

T = DatastreamType
NUMBERS = st.integers(INT_MIN, INT_MAX) | st.floats(allow_nan=False, allow_infinity=False)
SCALES = st.sampled_from([1.0, -1.0, 2.0, 0.5, 0.1, -0.01, 5 / 1023, 1e-300, 1e300, 3.0, 1e10])
OFFSETS = st.sampled_from([0.0, 1.0, -40.0, 0.1, 273.15, 1e308, -2147483648.0])
KINDS = st.sampled_from([None, T.INT, T.DOUBLE])


def entry(kind: DatastreamType | None = None, **more: Any) -> Datastream:
    return Datastream(virtual_pin=1, id=7, type=kind, **more)


def judged(line: str, kind: DatastreamType | None = None, **more: Any) -> Verdict:
    return Grammar([entry(kind, **more)]).judge(line.encode())


@pytest.mark.parametrize(
    ("said", "kind", "scale", "offset", "value"),
    [
        (512, None, 2.0, 0.0, 1024),
        (512, None, 2.0, -24.0, 1000),
        (512, None, 0.5, 0.0, 256.0),
        (512, None, 1.0, 0.5, 512.5),
        (512, None, 1.0, 3.0, 515),
        (512.0, None, 2.0, 0.0, 1024.0),
        (512.0, T.DOUBLE, 2.0, 0.0, 1024.0),
        (512, T.INT, 2.0, 0.0, 1024),
        (3, None, 0.1, 0.0, 0.3),
        (0.2, T.DOUBLE, 1.0, 0.1, 0.3),
        (3.0, T.DOUBLE, 0.1, -0.3, 0.0),
        (1, T.INT, 0.5, 0.0, 1),
        (3, T.INT, 0.5, 0.0, 2),
        (5, T.INT, 0.5, 0.0, 3),
        (-5, T.INT, 0.5, 0.0, -3),
        (49, T.INT, 0.01, 0.0, 0),
        (50, T.INT, 0.01, 0.0, 1),
        (25, T.INT, 0.1, 0.0, 3),
        # The limits of 32 bits: an int without a type becomes a double, and a declared one has no value.
        (INT_MAX, None, 1.0, -1.0, INT_MAX - 1),
        (INT_MAX - 1, None, 1.0, 1.0, INT_MAX),
        (INT_MAX, None, 1.0, 1.0, float(INT_MAX + 1)),
        (INT_MIN + 1, None, 1.0, -1.0, INT_MIN),
        (INT_MIN, None, 1.0, -1.0, float(INT_MIN - 1)),
        (INT_MAX - 1, T.INT, 1.0, 1.0, INT_MAX),
        (INT_MAX, T.INT, 1.0, 1.0, None),
        (INT_MIN + 1, T.INT, 1.0, -1.0, INT_MIN),
        (INT_MIN, T.INT, 1.0, -1.0, None),
        (INT_MAX, T.INT, 1.0, 0.4, INT_MAX),
        (INT_MAX, T.INT, 1.0, 0.5, None),
        # A double is finite.
        (1e308, T.DOUBLE, 10.0, 0.0, None),
        (-1e308, None, 10.0, 0.0, None),
        (10, None, 1e308, 0.0, None),
        (1e308, T.DOUBLE, 1.0, 1e308, None),
        (1e308, T.DOUBLE, 1e308, 0.0, None),
        (1e308, T.INT, 1e308, 0.0, None),
        (1e308, T.DOUBLE, 10.0, -1e308, None),
        (1e-308, T.DOUBLE, 1e-308, 0.0, 0.0),
        # Without scale and offset, and what is no number, stays as it is.
        (512, None, 1.0, 0.0, 512),
        (512, None, 1.0, -0.0, 512),
        ("hello", None, 2.0, 1.0, "hello"),
    ],
)
def test_the_value_is_scale_times_what_the_board_said_plus_offset(
    said: Value, kind: DatastreamType | None, scale: float, offset: float, value: Value | None
) -> None:
    found = scaled(said, entry(kind, scale=scale, offset=offset))
    assert found == value
    assert type(found) is type(value)


def test_without_scale_and_offset_the_value_is_what_the_board_said() -> None:
    assert scaled(512, None) == 512
    said = -0.0
    assert scaled(said, entry(T.DOUBLE)) is said


@given(NUMBERS, KINDS, SCALES, OFFSETS)
def test_a_value_is_the_double_nearest_to_the_result_in_decimal(
    said: float, kind: DatastreamType | None, scale: float, offset: float
) -> None:
    value = scaled(said, entry(kind, scale=scale, offset=offset))
    exact = Decimal(repr(said)) * Decimal(repr(scale)) + Decimal(repr(offset))
    if value is None:
        assert abs(exact) > (INT_MAX if kind is T.INT else Decimal("1.7976931348623157e308"))
        return
    assert isinstance(value, int | float)
    if kind is T.INT:
        assert isinstance(value, int)
        assert abs(Decimal(value) - exact) <= Decimal("0.5")
        assert INT_MIN <= value <= INT_MAX
    elif (scale, offset) != (1.0, 0.0):
        assert math.isfinite(value)
        assert value == pytest.approx(float(exact), rel=1e-15, abs=1e-300)


@given(st.integers(INT_MIN, INT_MAX), KINDS, SCALES, OFFSETS)
def test_a_value_does_not_depend_on_how_the_number_is_written(
    said: int, kind: DatastreamType | None, scale: float, offset: float
) -> None:
    datastream = entry(kind, scale=scale, offset=offset)
    assert scaled(said, datastream) == scaled(float(said), datastream)


@pytest.mark.parametrize(
    ("line", "fields", "value", "kind"),
    [
        ("v1=512", {"scale": 0.0048828125}, 2.5, T.DOUBLE),
        ("ds7=512", {"scale": 0.0048828125}, 2.5, T.DOUBLE),
        ("v1=512", {"scale": 2.0}, 1024, T.INT),
        ("v1=2.5", {"scale": 2.0}, 5.0, T.DOUBLE),
        ("v1=5", {"kind": T.DOUBLE, "scale": 2.0}, 10.0, T.DOUBLE),
        ("v1=5", {"kind": T.INT, "scale": 0.5}, 3, T.INT),
        ("v1=0", {"scale": 2.0}, 0, T.INT),
    ],
)
def test_a_verdict_has_the_value_and_what_the_board_said(
    line: str, fields: dict[str, Any], value: Value, kind: DatastreamType
) -> None:
    verdict = judged(line, unit="V", **fields)
    said = float(line.partition("=")[2])
    assert (verdict.kind, verdict.value, verdict.type) == (Kind.ACCEPTED, value, kind)
    assert (verdict.said, verdict.scaled, verdict.unit) == (said, value, "V")
    assert not verdict.is_clamped
    assert verdict.hint is None
    assert type(verdict.value) is type(value)


def test_the_range_is_applied_to_the_value() -> None:
    volts: dict[str, Any] = {"scale": 0.01, "min": 1.0, "max": 5.0}
    assert judged("v1=500", **volts).value == 5.0
    for line in ("v1=501", "v1=3"):
        assert judged(line, **volts).reason is Reason.OUT_OF_RANGE
    assert judged("v1=501", out_of_range=OutOfRange.FORWARD, **volts).value == 5.01
    verdict = judged("v1=501", out_of_range=OutOfRange.CLAMP, **volts)
    assert (verdict.said, verdict.scaled, verdict.value) == (501, 5.01, 5.0)
    assert verdict.is_clamped
    # Clamped to what the board happens to have said.
    verdict = judged("v1=5", scale=2.0, max=5.0, out_of_range=OutOfRange.CLAMP)
    assert (verdict.said, verdict.scaled, verdict.value, verdict.is_clamped) == (5, 10, 5, True)
    plain = judged("v1=80", max=50.0, out_of_range=OutOfRange.CLAMP)
    assert (plain.said, plain.scaled, plain.value, plain.is_clamped) == (80, None, 50, True)
    assert not judged("v1=20", max=50.0, out_of_range=OutOfRange.CLAMP).is_clamped


@pytest.mark.parametrize("rule", OutOfRange)
def test_a_value_that_does_not_fit_is_out_of_range_whatever_the_entry_says(rule: OutOfRange) -> None:
    too_large: dict[str, Any] = {"scale": 1e308, "out_of_range": rule}
    assert judged("v1=10", **too_large).reason is Reason.OUT_OF_RANGE
    assert judged("v1=10", T.INT, **too_large).reason is Reason.OUT_OF_RANGE
    assert judged("v1=2147483648", T.INT, scale=0.1, out_of_range=rule).reason is Reason.OUT_OF_RANGE


def test_what_the_board_says_still_has_its_type() -> None:
    assert judged("v1=2.5", T.INT, scale=2.0).reason is Reason.NOT_AN_INTEGER
    assert judged("v1=on", T.DOUBLE, scale=2.0).reason is Reason.NOT_A_NUMBER
    text = judged("v1=on", scale=2.0, unit="V")
    assert (text.value, text.type, text.said, text.scaled, text.unit) == ("on", T.STRING, None, None, "")
    assert judged("v1=5;", scale=2.0).is_doubtful
    assert judged("v1.label=12", scale=2.0).value == "12"


@pytest.mark.parametrize(
    ("line", "fields", "hint"),
    [
        ("v1=600", {"scale": 0.01, "max": 5.0}, Message("hint_above_max_scaled", value="6", most="5")),
        ("V1 = 600", {"scale": 0.01, "max": 5.0}, Message("hint_above_max_scaled", value="6", most="5")),
        ("ds7=600", {"scale": 0.01, "max": 5.0}, Message("hint_above_max_scaled", value="6", most="5")),
        ("v1=10", {"scale": 1e308}, Message("hint_out_of_range")),
        ("v1=-600", {"scale": 0.01, "min": 0.5}, Message("hint_below_min_scaled", value="-6", least="0.5")),
        ("v1=600", {"max": 5.0}, Message("hint_above_max", most="5")),
        ("v1=-2", {"min": -1.5, "max": 1e22}, Message("hint_below_min", least="-1.5")),
        (
            "v1=2147483648",
            {"kind": T.INT, "scale": 0.1},
            Message("hint_int_range", least=INT_MIN, most=INT_MAX),
        ),
    ],
)
def test_a_hint_names_the_value_that_is_out_of_range(
    line: str, fields: dict[str, Any], hint: Message
) -> None:
    assert judged(line, **fields).hint == hint


def test_the_scaled_text_of_a_number_is_as_it_would_be_sent() -> None:
    grammar = Grammar([entry(scale=0.5), Datastream(virtual_pin=2), Datastream(virtual_pin=3, offset=1.0)])
    assert grammar.scaled_text("v1", "512") == grammar.scaled_text("ds7", "512") == "256"
    assert grammar.scaled_text("v3", "nan") is None
    assert grammar.scaled_text("v2", "512") is None
    assert grammar.scaled_text("v9", "512") is None


@pytest.mark.parametrize(
    ("fields", "sample"),
    [
        ({"scale": 0.01, "min": 4.0, "max": 5.0}, "v1=400"),
        ({"scale": 0.01, "offset": 1.0, "min": 4.0, "max": 5.0}, "v1=300"),
        ({"scale": 3.0, "min": 601.0, "max": 604.0}, "v1=201"),
        ({"scale": -1.0, "max": -200.0}, "v1=200"),
        ({"scale": 0.5}, "v1=100"),
    ],
)
def test_a_sample_is_a_number_that_the_board_may_say(fields: dict[str, Any], sample: str) -> None:
    grammar = Grammar([Datastream(virtual_pin=1, **fields)])
    assert grammar.samples == (sample,)
    assert grammar.judge(sample.encode()).kind is Kind.ACCEPTED


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scale": 0.0}, Message("scale_invalid", key="scale")),
        ({"scale": math.inf}, Message("scale_invalid", key="scale")),
        ({"scale": math.nan}, Message("scale_invalid", key="scale")),
        ({"offset": math.inf}, Message("offset_invalid", key="offset")),
        ({"offset": math.nan}, Message("offset_invalid", key="offset")),
        ({"type": T.STRING, "scale": 2.0}, Message("scale_of_no_number", key="scale")),
        ({"type": T.ENUM, "offset": 2.0}, Message("scale_of_no_number", key="offset")),
        ({"type": T.LOCATION, "scale": 2.0, "offset": 2.0}, Message("scale_of_no_number", key="scale")),
    ],
)
def test_a_scale_that_makes_no_numbers_is_refused(fields: dict[str, Any], message: Message) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Datastream(virtual_pin=1, **fields)
    assert caught.value.message == message


@pytest.mark.parametrize("kind", DatastreamType)
def test_a_scale_of_one_and_an_offset_of_zero_fit_every_type(kind: DatastreamType) -> None:
    assert not Datastream(virtual_pin=1, type=kind, scale=1.0, offset=0.0).is_scaled
