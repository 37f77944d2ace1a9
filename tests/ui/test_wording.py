"""How counts, values, times, ports and verdicts are written for the user."""

from __future__ import annotations

import math
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.status import CloudState, LinkState
from app.messages.message import Message
from app.wire.datastreams import REASON_LABELS, Datastream, OutOfRange, Reason
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
    assert str(wording.count(number)) == written


@pytest.mark.parametrize(
    ("per_s", "written"),
    [(0, "0"), (0.04, "0"), (0.5, "0.5"), (2.0, "2"), (9.94, "9.9"), (9.95, "10"), (12_500.4, "12,500")],
)
def test_rates_have_a_decimal_while_they_are_small(per_s: float, written: str) -> None:
    assert str(wording.rate(per_s)) == written


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
    ("seconds", "written"),
    [
        *((0.4, "just now"), (1.49, "just now"), (1.5, "1 s ago"), (3.7, "3 s ago"), (59.9, "59 s ago")),
        *((119, "119 s ago"), (300, "5 min ago"), (7199, "120 min ago"), (7200, "2 h ago")),
        *((172_799, "48 h ago"), (172_800, "2 days ago"), (259_199, "2 days ago"), (864_000, "10 days ago")),
    ],
)
def test_how_long_ago(seconds: float, written: str) -> None:
    assert str(wording.ago(seconds)) == written


def test_days_ago_have_a_plural_of_their_own() -> None:
    assert wording.ago(172_800) == Message("ago_days", count=2)


def test_clock_is_local_and_cuts_its_fraction() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.9996
    assert wording.clock(at_s) == "14:05:09"
    assert wording.clock(at_s, fraction=True) == "14:05:09.999"
    assert wording.clock(at_s - 0.9996, fraction=True) == "14:05:09.000"


@pytest.mark.parametrize("unix_s", [1e30, 1e17, float("nan")])
def test_a_time_outside_the_calendar_is_a_dash(unix_s: float) -> None:
    assert wording.clock(unix_s) == wording.clock(unix_s, fraction=True) == wording.moment(unix_s) == "–"


def test_every_state_kind_and_reason_has_a_label_of_its_own() -> None:
    for labels, members in (
        (wording.LINK_LABELS, LinkState),
        (wording.CLOUD_LABELS, CloudState),
        (wording.KIND_LABELS, Kind),
        (REASON_LABELS, Reason),
    ):
        assert set(labels) == set(members)
        texts = [str(Message(code)) for code in labels.values()]
        assert all(texts)
        assert len(set(texts)) == len(texts)


def test_verdicts_are_explained() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, max=50.0, out_of_range=OutOfRange.CLAMP)])
    for line in (b"v1=20", b"v2=on", b"# hi", b""):
        assert wording.explain(grammar.judge(line)) is None
    assert str(wording.explain(grammar.judge(b"v2=3,14"))).endswith("write v2=3.14")
    clamped = str(wording.explain(grammar.judge(b"v1=80")))
    assert clamped == "the board sent 80, kept as 50 (the end of the range)"
    volts = Datastream(virtual_pin=1, unit="V", scale=0.0048828125, max=4.0, out_of_range=OutOfRange.CLAMP)
    scaled = Grammar([volts])
    assert str(wording.explain(scaled.judge(b"v1=512"))) == "512 → 2.5 V (scale and offset)"
    assert str(wording.explain(scaled.judge(b"v1=1024"))) == (
        "1024 → 5 V (scale and offset), kept as 4 V (the end of the range)"
    )
    rejected = grammar.judge(b"v256=1")
    assert wording.explain(rejected) == rejected.hint is not None
    assert "not counted" in str(wording.explain(grammar.judge_rest(b"v1=1")))


def test_no_line_of_which_a_part_is_not_shown_is_explained_by_what_is_left() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, max=50.0)])
    for line in (b"v=100", b"v1=100"):
        shown = msgspec.structs.replace(grammar.judge(line), text="[token]=100")
        assert wording.explain(shown) == Message("hint_token_in_line")
    shown = msgspec.structs.replace(grammar.judge(b"v2=on"), text="v2=[token]", value="[token]")
    assert wording.explain(shown) is None
    assert "second line" in str(wording.explain(grammar.judge_first(b"v2=on")))


def test_a_tool_tip_shows_markup_as_it_is() -> None:
    assert wording.tooltip("<b> & c") == "<span>&lt;b&gt; &amp; c</span>"
    assert wording.tooltip("") == ""


@given(st.text())
def test_no_text_of_a_board_is_markup(text: str) -> None:
    shown = wording.tooltip(text).removeprefix("<span>").removesuffix("</span>")
    assert "<" not in shown


@pytest.mark.parametrize("number", [0.0, -0.0, 0])
def test_zero_has_no_sign(number: float) -> None:
    assert wording.value(number, "V") == "0 V"
    assert wording.value(number, decimals=2) == ("0" if isinstance(number, int) else "0.00")


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        *((0.0125, "12.5 ms"), (3.25, "3.25 s"), (10.004, "10 s"), (119, "119 s"), (255, "4.2 min")),
        *((7199, "120 min"), (10_800, "3 h"), (216_000, "2.5 d"), (0.0, "0 µs")),
    ],
)
def test_lengths_of_periods(seconds: float, written: str) -> None:
    assert wording.length(seconds) == written


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
        *(
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 kB"),
            (999_499, "999 kB"),
            (999_500, "1 MB"),
            (12_345, "12.3 kB"),
            (1_000_000, "1 MB"),
        ),
        *((4_560_000, "4.56 MB"), (1_000_000_000, "1 GB"), (2_000_000_000, "2 GB")),
    ],
)
def test_sizes(number: int, written: str) -> None:
    assert str(wording.size(number)) == written


def test_moment_is_local_date_and_time() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    assert wording.moment(at_s) == "2026-11-24 14:05:09"


def test_a_time_of_another_day_has_its_date() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    assert wording.at_time(at_s, at_s + 3600) == "14:05:09"
    assert wording.at_time(at_s, at_s + 86_400) == "2026-11-24 14:05:09"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "00:00"), (83.9, "01:23"), (3600.0, "1:00:00"), (90061.0, "25:01:01")]
)
def test_playing_time(seconds: float, shown: str) -> None:
    assert wording.playing_time(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "fraction", "shown"),
    [
        (4.0, False, "00:04"),
        (3.9999, False, "00:04"),
        (-5.0, False, "−00:05"),
        (-0.0001, True, "00:00.000"),
        (61.25, True, "01:01.250"),
    ],
)
def test_a_time_since_the_start(seconds: float, fraction: bool, shown: str) -> None:
    assert wording.since_start(seconds, fraction=fraction) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Temperature", "Temperature"),
        ("", ""),
        ("\u05d0 1", "\u2068\u05d0 1\u2069"),
        ("room \u0645", "\u2068room \u0645\u2069"),
    ],
)
def test_names_from_right_to_left_are_isolated(name: str, shown: str) -> None:
    assert wording.isolated(name) == shown


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        (21.0, 2, "21.00"),
        (-21.0, 2, "−21.00"),
        (20.756, 2, "20.756"),
        (1234.5, 5, "1234.50"),
        (0.0, 3, "0.000"),
        (123456.0, 3, "123456"),
        (1234567.0, 3, "1234567"),
        (2.0**53 - 1, 3, "9007199254740991"),
        (2.0**53, 3, "9.0072e+15"),
        (0.00001, 3, "1e-05"),
        (math.inf, 2, "inf"),
        (math.nan, 2, "nan"),
    ],
)
def test_a_float_has_at_least_so_many_decimals_in_six_digits(
    number: float, decimals: int, shown: str
) -> None:
    assert wording.value(number, decimals=decimals) == shown


@pytest.mark.parametrize(("number", "decimals"), [(21.0, 0), (20.75, 2), (1e9, 0), (1 / 3, 6), (1.5e-9, 0)])
def test_decimals_are_counted_as_they_are_written(number: float, decimals: int) -> None:
    assert wording.decimals_of(number) == decimals


@pytest.mark.parametrize(
    ("port", "shown", "sentence"),
    [
        ("simulated:", "simulated board", "The simulated board: lines come in."),
        ("COM5", "COM5", "COM5: lines come in."),
        ("usb:2341:0043", "usb:2341:0043", "usb:2341:0043: lines come in."),
    ],
)
def test_only_the_simulated_board_is_shown_in_words(port: str, shown: str, sentence: str) -> None:
    assert str(wording.port(port)) == shown
    assert str(wording.of_port(port, Message("lines_come_in", port=port.removesuffix(":")))) == sentence
    assert wording.of_port(port, Message("nothing_to_plot")) == Message("nothing_to_plot")
