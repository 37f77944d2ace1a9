"""Types, ranges and scales are suggested only where the lines at hand show that they fit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import Datastream, DatastreamType, OutOfRange
from app.wire.readings import Grammar
from app.wire.suggesting import Suggestion, suggest, widened
from app.wire.trial import try_lines

T = DatastreamType
WAVE = [round(512 + 511 * math.sin(step / 5)) for step in range(60)]
"""A potentiometer that is turned to and fro, at a converter of 10 bits: 1 … 1023."""
WIDE = [round(2048 + 2047 * math.sin(step / 5)) for step in range(60)]


def spread(low: int, high: int, states: int = 4) -> list[int]:
    """At least 40 numbers that go up and down between `low` and `high`, of `2 * states` different ones."""
    return [number + place * sign for place in range(states) for number, sign in ((low, 1), (high, -1))] * 10


def lines(values: Iterable[object], target: str = "v1") -> list[str]:
    return [f"{target}={value}" for value in values]


def found(datastream: Datastream, values: Iterable[object]) -> dict[str, object]:
    """All changes that are suggested."""
    return dict(itertools.chain(*(each.changes.items() for each in suggest(datastream, lines(values)))))


def entry(kind: DatastreamType | None = None, **more: object) -> Datastream:
    return Datastream(virtual_pin=1, id=7, type=kind, **more)  # type: ignore[arg-type]


def type_for(values: Iterable[object], datastream: Datastream | None = None) -> object:
    return found(datastream or entry(), values).get("type")


def of_type(datastream: Datastream, values: Iterable[object]) -> Suggestion:
    (first, *_) = suggest(datastream, lines(values))
    return first


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([21, 22, 25, 24, -3], T.INT),
        ([21.5, 22, 25, 24, -3], T.DOUBLE),
        ([1e9, 22], None),
        ([3000000000, 1, 2, 3, 4], T.DOUBLE),
        (["1e3", 1, 2, 3, 4], T.DOUBLE),
        (["on", "off", "on", "off", "on"], T.STRING),
        (["13.40,52.51"] * 5, T.LOCATION),
        # A decimal comma and a unit are mistakes, which the hint for the line explains.
        (["21,5"] * 5, None),
        (["21,5", "21.4,5", "3,14", "5,5", "6,6"], None),
        (["23.5C"] * 5, None),
        (["23.5C"] * 2 + ["on"] * 3, T.STRING),
        (["23.5C"] * 3 + ["on"] * 3, None),
        (["13.4,95.5"] * 5, None),
        ([1, 2, 3, 4], None),
        ([1, 2, 3, 4, "nan"], None),
        ([1, 2, 3, 4, "nan", 5], T.INT),
        ([1, 2, 3, 4, ""], None),
        (["a\tb"] * 5, None),
        # One odd value in twenty does not count.
        ([*range(19), "on"], T.INT),
        ([*range(18), "on", "off"], T.STRING),
        ([*range(18), 0.5, "on"], T.DOUBLE),
        (["13.40,52.51"] * 19 + ["no fix"], T.LOCATION),
        (["13.40,52.51"] * 18 + ["no fix"] * 2, None),
        (["ready"] * 19 + ["a\tb"], T.STRING),
        (["ready"] * 18 + ["a\tb"] * 2, None),
    ],
)
def test_the_type_that_fits_is_suggested(values: list[object], kind: DatastreamType | None) -> None:
    assert type_for(values) is kind


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([0, 1, 2] * 7, (0, 1, 2)),
        ([1, 2, 3] * 7, (1, 2, 3)),
        ([1, 2] * 10, (1, 2)),
        ([10, 20, 30] * 7, (10, 20, 30)),
        ([5, 7] * 10, (5, 7)),
        ([-1, 1] * 10, (-1, 1)),
        ([0, 1, 2, 3, 4, 5] * 4, (0, 1, 2, 3, 4, 5)),
        # A switch, a measured number, too many states, too few values, a state that came only twice.
        ([0, 1] * 20, None),
        ([3] * 20, None),
        ([21, 22, 23] * 7, None),
        ([-1, 0, 1] * 7, None),
        ([2, 3] * 10, None),
        ([0, 1, 2, 3, 4, 5, 6] * 4, None),
        ([0, 2] * 9 + [0], None),
        ([0] * 20 + [2] * 2, None),
        ([0] * 20 + [2] * 3, (0, 2)),
    ],
)
def test_few_numbers_that_repeat_are_an_enum(values: list[int], states: tuple[int, ...] | None) -> None:
    suggestion = of_type(entry(), values)
    expected = {"type": T.ENUM, "values": states} if states else {"type": T.INT}
    assert suggestion.changes == expected
    assert suggestion.applied(entry()).values == (states or ())


def test_no_range_is_suggested_beside_an_enum() -> None:
    assert set(found(entry(), [0, 10, 20] * 7)) == {"type", "values"}


def test_a_type_that_fits_is_kept() -> None:
    assert type_for([1, 2, 3, 4, 5], entry(T.DOUBLE)) is None
    assert type_for([1, 2, 3, 4, 5], entry(T.STRING)) is None
    assert type_for([*range(19), 0.5], entry(T.INT)) is None
    assert type_for([*range(18), 0.5, 0.5], entry(T.INT)) is T.DOUBLE
    assert found(entry(T.ENUM, values=(0, 1)), [0, 1, 2] * 7) == {"values": (0, 1, 2)}
    assert found(entry(T.ENUM, values=(0, 1, 2)), [0, 1, 2] * 7) == {}


def test_keys_that_do_not_go_with_the_type_get_their_defaults() -> None:
    scaled = entry(T.DOUBLE, scale=2.0, offset=1.0, min=0.0, max=5.0)
    suggestion = of_type(scaled, ["on", "off"] * 10)
    assert suggestion.changes == {"type": T.STRING, "scale": 1.0, "offset": 0.0, "min": None, "max": None}
    assert suggestion.applied(scaled) == entry(T.STRING)
    enum = entry(T.ENUM, values=(0, 1))
    assert of_type(enum, [2, 7, 8, 9, 10]).applied(enum) == entry(T.INT)


def test_the_type_is_that_of_the_values_after_scale_and_offset() -> None:
    assert type_for([1, 2, 3, 4, 5], entry(scale=0.5)) is T.DOUBLE
    assert type_for([1, 2, 3, 4, 5], entry(scale=2.0)) is T.INT
    assert type_for([0, 10, 20] * 7, entry(scale=2.0)) is T.INT
    assert type_for([10, 20, 30, 40, 50], entry(scale=1e308)) is None


def test_a_suggestion_that_contradicts_another_key_is_left_out() -> None:
    assert suggest(entry(min=0.2, max=0.8), lines([1, 2, 3, 4, 5])) == ()


@pytest.mark.parametrize(
    ("values", "least", "most"),
    [
        ([18.3, 24.9] * 10, 15, 30),
        ([0.2, 24.9] * 10, 0, 40),
        ([0, 24.9] * 10, 0, 40),
        ([-24.9, -0.2] * 10, -40, 0),
        ([-24.9, 0] * 10, -40, 0),
        ([-5, 5.5] * 10, -20, 20),
        ([100, 110.5] * 10, 90, 120),
        ([0.001, 0.0015] * 10, 0.0005, 0.002),
        ([1013.2, 1013.4] * 10, 1013.0, 1013.6),
        ([0, 1] * 10, 0, 1),
        ([0, 1, 0.5] * 10, 0, 2),
        ([5] * 19 + [6], 4, 7),
        ([3e9, 4e9] * 10, 2e9, 5e9),
        ([-1e308, 1e308] * 10, None, None),
        ([8e307, 1.7e308] * 10, None, None),
        ([-1.7e308, -8e307] * 10, None, None),
        ([5] * 20, None, None),
        ([5, 6.5] * 9 + [5], None, None),
        ([5, 9.5] * 10 + ["on"], 2, 12),
        ([5, 9.5] * 9 + ["on", "off"], None, None),
        (["on", "off"] * 10, None, None),
    ],
)
def test_a_range_leaves_room_in_round_numbers(
    values: list[object], least: float | None, most: float | None
) -> None:
    changes = found(entry(), values)
    assert (changes.get("min"), changes.get("max")) == (least, most)


def test_a_range_in_percent_is_zero_to_a_hundred() -> None:
    for values in ([40, 60.5], [0, 60.5], [40.5, 100]):
        changes = found(entry(unit="%"), values * 10)
        assert (changes["min"], changes["max"]) == (0, 100)
    assert found(entry(unit="%"), [40, 100.5] * 10)["max"] == 150
    assert found(entry(unit="%"), [-0.5, 100] * 10)["min"] == -100


def test_a_range_is_suggested_only_if_there_is_none_or_numbers_are_outside() -> None:
    values = [20.5, 30] * 10
    for datastream in (entry(min=20.5, max=30.0), entry(max=30.0), entry(min=20.5)):
        assert "min" not in found(datastream, values)
    for datastream in (entry(min=21.0, max=30.0), entry(max=29.0), entry(min=20.6)):
        changes = found(datastream, values)
        assert (changes["min"], changes["max"]) == (15, 35)


def test_a_range_is_that_of_the_values_after_scale_and_offset() -> None:
    changes = found(entry(scale=0.1, offset=-40.0), [600, 700] * 10)
    assert (changes["min"], changes["max"]) == (10, 40)


@pytest.mark.parametrize(
    ("datastream", "value", "values", "expected"),
    [
        (entry(max=900.0), 1141, range(500, 1142), (None, 1500)),
        (entry(min=0.0, max=900.0), 1141, (), (0, 2000)),
        (entry(min=-5.0, max=900.0), -6, (), (-500, 900)),
        # With few lines and no other end, zero counts too.
        (entry(max=101325.0), 101330, (), (None, 200000)),
        (entry(max=101325.0), 101330, range(101300, 101325), (None, 101360)),
        # Values beyond the other end do not move it.
        (entry(min=0.0, max=10.0), 12, [-90, -80, 11], (0, 100)),
        (entry(min=0.0, max=50.0, unit="%"), 60, (), (0, 100)),
        # Room that no number has is left out.
        (entry(max=1e308), 1.7e308, [-1.7e308], (None, 1.7e308)),
        (entry(min=-1e308), -1.7e308, [1.7e308], (-1.7e308, None)),
    ],
)
def test_a_range_is_widened_with_room_where_a_value_has_passed_it(
    datastream: Datastream, value: object, values: Iterable[object], expected: tuple[object, object]
) -> None:
    wider = widened(datastream, f"v1={value}", lines(values))
    assert wider
    assert (wider.min, wider.max) == expected


def test_a_range_that_takes_the_value_is_left() -> None:
    for line in ("v1=5", "v2=12", "v1=on", "v1=nan", "v1=1e999", "v1"):
        assert widened(entry(min=0.0, max=10.0), line, []) is None


@given(
    st.floats(-1e9, 1e9),
    st.floats(-1e9, 1e9) | st.none(),
    st.floats(-1e9, 1e9),
    st.lists(st.floats(-1e9, 1e9), max_size=8),
)
def test_a_widened_range_takes_the_value_and_all_that_it_took(
    high: float, low: float | None, value: float, values: list[float]
) -> None:
    datastream = entry(max=high, min=None if low is None else min(low, high))
    wider = widened(datastream, f"v1={value!r}", lines(values))
    if wider is None:
        assert datastream.low <= value <= datastream.high
    else:
        assert wider.low <= min(value, datastream.low)
        assert wider.high >= max(value, datastream.high)


def test_raw_numbers_of_a_converter_get_a_scale_to_volts() -> None:
    first = found(entry(), WAVE)
    assert (first["scale"], first["unit"], first["type"]) == (0.0048875855, "V", T.DOUBLE)
    # The range is that of the numbers as they are, in case the scale is not wanted.
    assert (first["min"], first["max"]) == (0, 1023)
    wide = found(entry(), WIDE)
    assert (wide["scale"], wide["min"], wide["max"]) == (0.0008058608, 0, 4095)
    bounded = {each.why.code: each for each in suggest(entry(T.INT, max=1023.0), lines(WAVE))}
    assert bounded["suggest_volts"].changes == {
        "scale": 0.0048875855, "unit": "V", "type": T.DOUBLE, "min": 0.0, "max": 5.0
    }  # fmt: skip
    low = {each.why.code: each for each in suggest(entry(T.INT, min=0.0), lines(WIDE))}
    assert low["suggest_volts"].changes["max"] == 3.3


@pytest.mark.parametrize("datastream", [entry(), entry(T.INT), entry(T.INT, min=0.0, max=1023.0)])
def test_with_the_scale_every_number_of_the_converter_is_accepted(datastream: Datastream) -> None:
    (scale,) = (each for each in suggest(datastream, lines(WAVE)) if each.why.code == "suggest_volts")
    volts = scale.applied(datastream)
    trial = try_lines(Grammar([volts]), "v1", lines(range(1024)))
    assert trial.rejected == trial.low == 0
    assert trial.high == pytest.approx(5.0, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "datastream"),
    [
        ([*WAVE, 2.5], entry()),
        ([*WAVE, "on"], entry()),
        ([*WAVE, -1], entry()),
        ([*WIDE, 4096], entry()),
        (WAVE[:19], entry()),
        (WAVE, entry(unit="%")),
        (WAVE, entry(scale=2.0)),
        (WAVE, entry(offset=2.0)),
        # A temperature, a triangle, a counter, one that starts again, a countdown, numbers close together.
        ([21, 22, 23, 22, 21] * 10, entry()),
        ([*range(100), *range(100, 0, -1)], entry()),
        (range(1000), entry()),
        ([*range(0, 900, 30), *range(0, 900, 30)], entry()),
        (range(1000, 0, -1), entry()),
        (spread(0, 1023, states=3), entry(T.INT)),
        (spread(200, 455), entry()),
        (spread(1000, 2023), entry()),
    ],
)
def test_other_numbers_get_no_scale(values: Iterable[object], datastream: Datastream) -> None:
    assert "scale" not in found(datastream, values)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (spread(200, 456), 0.0048875855),
        (spread(0, 1023), 0.0048875855),
        (spread(0, 1024), 0.0008058608),
        (spread(1000, 2024), 0.0008058608),
        (spread(0, 4095), 0.0008058608),
        ([*range(0, 900, 30), *range(870, 0, -300)], 0.0048875855),
        ([*range(900, 0, -30), *range(30, 900, 300)], 0.0048875855),
        (WAVE[10:30], 0.0048875855),
    ],
)
def test_whole_numbers_that_are_spread_over_a_quarter_get_a_scale(values: list[int], scale: float) -> None:
    assert found(entry(), values)["scale"] == scale
    assert found(entry(unit="V"), values)["scale"] == scale


def test_only_lines_for_the_datastream_count() -> None:
    others = [*lines([1.5] * 9, "v2"), *lines(["x"] * 9, "v1.label"), "# v1=1.5", "hello", "", "v1"]
    mine = [*lines([1, 2], "V1 "), *lines([3], " v1"), *lines([4, " 5"], "ds7")]
    (suggestion,) = suggest(entry(), others + mine)
    assert suggestion.changes == {"type": T.INT}
    assert str(suggestion.why) == "5 of the last 5 values are whole numbers."
    assert suggest(Datastream(virtual_pin=1), lines([1, 2, 3, 4, 5], "dsNone")) == ()
    # A line that is too long is rejected, whatever its value is.
    assert suggest(entry(), lines(["0" * 1198] * 5)) == ()
    assert suggest(entry(), lines(["0" * 1197] * 5))[0].changes == {"type": T.INT}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([*range(29), "on"], ["29 of the last 30 values are whole numbers.",
                              "The last 29 values were from 0 to 28; this range leaves room."]),
        ([*range(18), 0.5, "on"], ["19 of the last 20 values are numbers, some with a fraction."]),
        ([1, 2, 3] * 7, ["Only the numbers 1, 2 and 3 come, again and again."]),
        (["13.40,52.51"] * 19 + ["no fix"], ["19 of the last 20 values are a longitude and a latitude."]),
        ([*range(9), *["on"] * 9], ["9 of the last 18 values are texts."]),
        ([5, 1020] * 20, [
            "Only the numbers 5 and 1020 come, again and again."]),
        (WAVE, ["60 of the last 60 values are whole numbers.",
                "The values are whole numbers from 1 to 1023, like those of analogRead() with 10 bits. With "
                "this scale they are volts: 1023 is 5 V.",
                "The last 60 values were from 1 to 1023; this range leaves room."]),
        (WIDE[:30], ["30 of the last 30 values are whole numbers.",
                "The values are whole numbers from 9 to 4094, like those of analogRead() with 12 bits. With "
                "this scale they are volts: 4095 is 3.3 V.",
                "The last 30 values were from 9 to 4094; this range leaves room."]),
    ],
)  # fmt: skip
def test_each_suggestion_says_why(values: list[object], words: list[str]) -> None:
    assert [str(each.why) for each in suggest(entry(), lines(values))] == words


NUMBERS = st.integers(-5000, 5000) | st.floats(-1e6, 1e6) | st.integers(0, 1023)
ENTRIES = st.builds(
    entry,
    st.sampled_from([None, T.INT, T.DOUBLE]),
    scale=st.sampled_from([1.0, 0.5, -3.0]),
    offset=st.sampled_from([0.0, 0.25, 40.0]),
    unit=st.sampled_from(["", "V", "%"]),
    max=st.none() | st.floats(-100, 100),
    out_of_range=st.sampled_from(OutOfRange),
)


@given(ENTRIES, st.lists(NUMBERS | st.text(max_size=8), max_size=60))
def test_a_suggested_type_or_range_rejects_no_number_that_was_accepted(
    datastream: Datastream, values: list[object]
) -> None:
    texts = lines(values)
    grammar = Grammar([datastream])
    numbers = [text for text in texts if isinstance(grammar.verdict_on(text.encode()).value, int | float)]
    for suggestion in suggest(datastream, texts):
        changed = suggestion.applied(datastream)
        assert changed != datastream
        if suggestion.why.code != "suggest_volts":
            trial = try_lines(Grammar([changed]), "v1", numbers)
            assert trial.rejected <= 0.05 * len(values)
            assert suggestion.why.code != "suggest_range" or trial.rejected == 0


@given(st.lists(st.text(), max_size=30))
def test_any_lines_give_no_exception(texts: list[str]) -> None:
    for suggestion in suggest(entry(), texts):
        suggestion.applied(entry())
