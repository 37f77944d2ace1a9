"""How counts, values, times and verdicts are written for a person."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.status import CloudState, LinkState
from app.wire.datastreams import Datastream, OutOfRange
from app.wire.readings import Grammar, Kind
from ui import wording


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (950, "950"),
        (99_999, "99,999"),
        (123_456, "123 k"),
        (1_234_567, "1.23 M"),
        (2_500_000_000, "2.50 G"),
    ],
)
def test_counts_stay_short(number: int, written: str) -> None:
    assert wording.count(number) == written


@pytest.mark.parametrize(
    ("per_s", "written"), [(-1, "0"), (0.5, "0.5"), (2.0, "2"), (9.96, "10"), (12_500.4, "12,500")]
)
def test_rates(per_s: float, written: str) -> None:
    assert wording.rate(per_s) == written


@pytest.mark.parametrize(
    ("what", "unit", "written"),
    [
        (None, "°C", "–"),
        (-5, "°C", "−5 °C"),
        (3.14159265, "", "3.14159"),
        ((13.4, 52.5), "", "13.4, 52.5"),
        ("x" * 300, "", "x" * 200 + "…"),
        ("calm", "m/s", "calm"),
    ],
)
def test_values(what: object, unit: str, written: str) -> None:
    assert wording.value(what, unit) == written  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "spacing", "written"),
    [(0.0, 1, "0"), (1e-9, 1, "0"), (-2.5, 0.5, "−2.5"), (12000, 1000, "12,000"), (3e7, 1e6, "3e+07")],
)
def test_axis_numbers_have_the_digits_that_their_spacing_needs(
    number: float, spacing: float, written: str
) -> None:
    assert wording.axis_number(number, spacing) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.25, "0.25 s"), (10, "10 s"), (300, "5 min"), (3600, "1 h"), (86400, "1 day")],
)
def test_spans(seconds: float, written: str) -> None:
    assert wording.span(seconds) == written


def test_how_long_ago() -> None:
    assert [wording.ago(seconds) for seconds in (0.4, 3.7, 300)] == ["just now", "3 s ago", "5 min ago"]


def test_clock_is_local_and_cuts_its_fraction() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.9996
    assert wording.clock(at_s) == "14:05:09"
    assert wording.clock(at_s, fraction=True) == "14:05:09.999"
    assert wording.clock(1e30) == "–"


def test_every_state_and_kind_has_a_word() -> None:
    assert set(wording.LINK_WORDS) == set(LinkState)
    assert set(wording.CLOUD_WORDS) == set(CloudState)
    assert set(wording.KIND_WORDS) == set(wording.KIND_SIGNS) == set(Kind)


def test_verdicts_are_explained() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, max=50.0, out_of_range=OutOfRange.CLAMP)])
    assert wording.explain(grammar.judge(b"v1=20")) == ""
    assert wording.explain(grammar.judge(b"v1=80")) == "the board said 80, kept as 50 (the range's end)"
    assert wording.explain(grammar.judge(b"v2=3,14")) == ""
    assert "v0 to v255" in wording.explain(grammar.judge(b"v256=1"))
    assert "not counted" in wording.explain(grammar.judge_rest(b"v1=1"))
    assert wording.explain(grammar.judge(b"# hi")) == ""


@given(st.text())
def test_text_of_a_board_stays_one_plain_line(text: str) -> None:
    assert wording.one_line(text).isprintable()
    shown = wording.tooltip(text).removeprefix("<span>").removesuffix("</span>")
    assert "<" not in shown


@pytest.mark.parametrize(
    ("seconds", "written"), [(1.25, "1.25 s"), (-0.0125, "−12.5 ms"), (0.00034, "340 µs"), (0, "0 µs")]
)
def test_measured_durations(seconds: float, written: str) -> None:
    assert wording.duration(seconds) == written


@pytest.mark.parametrize(
    ("number", "written"), [(950, "950 B"), (12_345, "12.3 kB"), (4_560_000, "4.56 MB"), (2e9, "2 GB")]
)
def test_sizes(number: int, written: str) -> None:
    assert wording.size(number) == written


def test_moment_is_local_date_and_time() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    assert wording.moment(at_s) == "2026-11-24 14:05:09"
    assert wording.moment(1e30) == "–"
