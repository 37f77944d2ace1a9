"""How counts, values, times and verdicts are written for a person."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.status import CloudState, LinkState
from app.wire.datastreams import Datastream, OutOfRange
from app.wire.readings import Grammar, Kind
from ui import wording


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (950, "950"),
        (99_999, "99,999"),
        (100_000, "100 k"),
        (123_456, "123 k"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (1_234_567, "1.23 M"),
        (999_994_999, "999.99 M"),
        (999_995_000, "1.00 G"),
        (2_500_000_000, "2.50 G"),
    ],
)
def test_counts_stay_short(number: int, written: str) -> None:
    assert wording.count(number) == written


@pytest.mark.parametrize(
    ("per_s", "written"),
    [(0, "0"), (0.5, "0.5"), (2.0, "2"), (9.94, "9.9"), (9.95, "10"), (12_500.4, "12,500")],
)
def test_rates(per_s: float, written: str) -> None:
    assert wording.rate(per_s) == written


@pytest.mark.parametrize(
    ("what", "unit", "written"),
    [
        (None, "°C", "–"),
        (-5, "°C", "−5 °C"),
        (-5, "", "−5"),
        (3.14159265, "", "3.14159"),
        (-1e-7, "", "−1e-07"),
        (1e-7, "", "1e-07"),
        (1_234_567, "", "1234567"),
        ((13.4, 52.5), "", "13.4, 52.5"),
        ((-179.99999, 1.25), "", "-180, 1.25"),
        ("x" * 200, "", "x" * 200),
        ("x" * 201, "", "x" * 200 + "…"),
        ("calm", "m/s", "calm"),
    ],
)
def test_values(what: object, unit: str, written: str) -> None:
    assert wording.value(what, unit) == written  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "spacing", "written"),
    [
        *(
            (0.0, 1, "0"),
            (1e-9, 1, "0"),
            (-1e-9, 1, "0"),
            (-0.0, 0.1, "0.0"),
            (1e-5, 1e-5, "0.00001"),
            (-2.5, 0.5, "−2.5"),
            (2.0, 0.1, "2.0"),
        ),
        *((0.25, 0.05, "0.25"), (12000, 1000, "12,000"), (999_999, 1, "999,999"), (1e6, 1e5, "1e+06")),
        *((3e7, 1e6, "3e+07"), (-1_234_567, 1e5, "−1.235e+06"), (5e-6, 5e-6, "5e−06"), (0, 1e-9, "0")),
    ],
)
def test_axis_numbers_have_the_digits_that_their_spacing_needs(
    number: float, spacing: float, written: str
) -> None:
    assert wording.axis_number(number, spacing) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        *((0.25, "0.25 s"), (10, "10 s"), (59, "59 s"), (60, "1 min"), (300, "5 min"), (3540, "59 min")),
        *((3600, "1 h"), (82800, "23 h"), (86400, "1 day"), (172800, "2 day")),
    ],
)
def test_spans(seconds: float, written: str) -> None:
    assert wording.span(seconds) == written


def test_how_long_ago() -> None:
    assert [wording.ago(seconds) for seconds in (0.4, 1.49, 1.5, 3.7, 59.9, 60, 66, 300)] == [
        *("just now", "just now", "1 s ago", "3 s ago", "59 s ago", "1 min ago", "1.17 min ago", "5 min ago")
    ]


def test_clock_is_local_and_cuts_its_fraction() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.9996
    assert wording.clock(at_s) == "14:05:09"
    assert wording.clock(at_s, fraction=True) == "14:05:09.999"
    assert wording.clock(at_s - 0.9996, fraction=True) == "14:05:09.000"


@pytest.mark.parametrize("unix_s", [1e30, 1e17, float("nan")])
def test_time_that_no_calendar_holds_is_a_dash(unix_s: float) -> None:
    assert wording.clock(unix_s) == wording.clock(unix_s, fraction=True) == wording.moment(unix_s) == "–"


def test_every_state_and_kind_has_a_word() -> None:
    assert set(wording.LINK_WORDS) == set(LinkState)
    assert set(wording.CLOUD_WORDS) == set(CloudState)
    assert set(wording.KIND_WORDS) == set(wording.KIND_SIGNS) == set(Kind)
    for words in (wording.LINK_WORDS, wording.CLOUD_WORDS, wording.KIND_WORDS, wording.KIND_SIGNS):
        said = [str(word) for word in words.values()]
        assert all(said)
        assert len(set(said)) == len(said)


def test_verdicts_are_explained() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, max=50.0, out_of_range=OutOfRange.CLAMP)])
    assert wording.explain(grammar.judge(b"v1=20")) == ""
    assert wording.explain(grammar.judge(b"v1=80")) == "the board said 80, kept as 50 (the range's end)"
    assert wording.explain(grammar.judge(b"v2=3,14")) == ""
    assert "v0 to v255" in wording.explain(grammar.judge(b"v256=1"))
    assert "not counted" in wording.explain(grammar.judge_rest(b"v1=1"))
    assert wording.explain(grammar.judge(b"# hi")) == wording.explain(grammar.judge(b"")) == ""


def test_what_cannot_be_printed_is_seen_to_be_there() -> None:
    assert wording.one_line("a\tb\x00c\nd é") == "a b\ufffdc\ufffdd é"
    assert wording.tooltip("<b> & c") == "<span>&lt;b&gt; &amp; c</span>"
    assert wording.tooltip("") == ""


@given(st.text())
def test_text_of_a_board_stays_one_plain_line(text: str) -> None:
    assert wording.one_line(text).isprintable()
    shown = wording.tooltip(text).removeprefix("<span>").removesuffix("</span>")
    assert "<" not in shown


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        *((1.25, "1.25 s"), (1, "1 s"), (-60, "−60 s"), (0.999, "999 ms"), (-0.0125, "−12.5 ms")),
        *((0.001, "1 ms"), (0.00034, "340 µs"), (1.24e-6, "1.2 µs"), (0, "0 µs")),
    ],
)
def test_measured_durations(seconds: float, written: str) -> None:
    assert wording.duration(seconds) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        *((0, "0 B"), (999, "999 B"), (1000, "1 kB"), (12_345, "12.3 kB"), (1_000_000, "1 MB")),
        *((4_560_000, "4.56 MB"), (1_000_000_000, "1 GB"), (2_000_000_000, "2 GB")),
    ],
)
def test_sizes(number: int, written: str) -> None:
    assert wording.size(number) == written


def test_moment_is_local_date_and_time() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    assert wording.moment(at_s) == "2026-11-24 14:05:09"
