"""Ticks at round times and round numbers, and their labels, which are different and never touch."""

from __future__ import annotations

import itertools
import math
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ui import wording
from ui.plot.strips.ticks import (
    Tick,
    ago_label,
    clock_time,
    label_top,
    seconds_ago,
    since_start,
    time_step,
    value_label,
    value_ticks,
)

LABEL_PX = 13.0
NOON_S = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.25


def texts(ticks: list[Tick]) -> list[str]:
    return [tick.label for tick in ticks]


# The time axis


@given(st.floats(0.01, 86400), st.floats(50, 4000))
def test_two_time_labels_have_room_beside_each_other(span_s: float, width_px: float) -> None:
    step_s = time_step(span_s, width_px)
    assert span_s / step_s <= max(1.0, width_px / 84)


@pytest.mark.parametrize(
    ("seconds", "step_s", "written"),
    [
        *((-0.002, 0.001, "−0.002 s"), (-2, 1, "−2 s"), (-0.5, 0.1, "−0.5 s"), (-1, 0.5, "−1.0 s")),
        *((-90, 30, "−90 s"), (-120, 60, "−2 min"), (-300, 300, "−5 min"), (-7200, 1800, "−120 min")),
        *(
            (-7200, 3600, "−2 h"),
            (-86400, 86400, "−1 d"),
            (-864000, 172800, "−10 d"),
            (-43200, 21600, "−12 h"),
        ),
        *((-100_000.002, 0.001, "−100000.002 s"), (-1_234_567, 1, "−1234567 s")),
    ],
)
def test_seconds_ago(seconds: float, step_s: float, written: str) -> None:
    assert ago_label(seconds, step_s) == written


def test_time_steps_are_round_parts_of_seconds_minutes_and_hours() -> None:
    spans_s = [1.05**n / 1000 for n in range(450)]
    steps = list(dict.fromkeys(time_step(span_s, 84 * 5) for span_s in spans_s))
    words = (
        "1 ms 2 ms 5 ms 10 ms 20 ms 50 ms 100 ms 200 ms 500 ms 1 s 2 s 5 s 10 s 15 s 30 s 60 s 120 s 300 s"
    )
    assert " ".join(wording.duration(step) for step in steps if step <= 300) == words
    longer = "600 900 1800 3600 7200 14400 21600 43200 86400 172800 432000 864000"
    assert " ".join(f"{step:g}" for step in steps if step > 300) == longer


@pytest.mark.parametrize(
    ("span_s", "width_px", "step_s"),
    [(10, 420, 2), (10.1, 420, 5), (10, 10, 10), (10, 840, 1), (1e6, 84, 1728000), (1e12, 84, 432e6)],
)
def test_time_step_is_the_shortest_that_fits(span_s: float, width_px: float, step_s: float) -> None:
    assert time_step(span_s, width_px) == step_s


def test_seconds_ago_count_from_a_moment_with_a_label_of_its_own() -> None:
    ticks = seconds_ago(NOON_S, "now").ticks(NOON_S - 10, NOON_S, 420)
    assert texts(ticks) == ["−10 s", "−8 s", "−6 s", "−4 s", "−2 s", "now"]
    assert [tick.at - NOON_S for tick in ticks] == [-10, -8, -6, -4, -2, 0]


def test_seconds_ago_go_on_counting_from_that_moment_in_a_view_that_was_moved() -> None:
    ticks = seconds_ago(NOON_S, "pause").ticks(NOON_S - 3609, NOON_S - 3599, 420)
    assert texts(ticks) == ["−3608 s", "−3606 s", "−3604 s", "−3602 s", "−3600 s"]


@pytest.mark.parametrize(
    ("low_s", "high_s", "first_s", "last_s"), [(0.5e-9, 5 - 0.5e-9, 0, 5), (1e-7, 5 - 1e-7, 1, 4)]
)
def test_a_tick_exactly_at_the_edge_is_not_lost_by_rounding(
    low_s: float, high_s: float, first_s: float, last_s: float
) -> None:
    ticks = since_start(0.0).ticks(low_s, high_s, 420)
    assert (ticks[0].at, ticks[-1].at) == (first_s, last_s)


def test_clock_time_has_thousandths_only_for_steps_below_a_second() -> None:
    at_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.1
    clock = clock_time(at_s)
    assert texts(clock.ticks(at_s - 10, at_s, 420)) == [
        *("14:05:00", "14:05:02", "14:05:04", "14:05:06", "14:05:08")
    ]
    assert texts(clock.ticks(at_s - 2, at_s, 168)) == ["14:05:08", "14:05:09"]
    assert texts(clock.ticks(at_s - 1, at_s, 168)) == ["14:05:08.500", "14:05:09.000"]


def test_midnight_and_whole_days_have_dates_as_their_labels() -> None:
    at_s = time.mktime((2026, 11, 24, 3, 20, 0, 0, 0, -1))
    clock = clock_time(at_s)
    assert texts(clock.ticks(at_s - 8 * 3600, at_s, 420)) == [
        *("20:00:00", "22:00:00", "2026-11-24", "02:00:00")
    ]
    assert texts(clock.ticks(at_s - 4 * 86400, at_s, 420)) == [
        *("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24")
    ]
    seconds = texts(clock.ticks(at_s - 3 * 3600 - 20 * 60 - 2, at_s - 3 * 3600 - 20 * 60 + 2, 420))
    assert seconds == ["23:59:58", "23:59:59", "00:00:00", "00:00:01", "00:00:02"]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a time zone of the test's own needs tzset")
@pytest.mark.parametrize("zone", ["UTC", "XXX-05:30", "XXX+03:30"])
def test_ticks_of_hours_are_at_full_hours_of_local_time(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at_s = time.mktime((2026, 11, 24, 14, 20, 0, 0, 0, -1))
        hours = texts(clock_time(at_s).ticks(at_s - 4 * 3600, at_s, 420))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert hours == ["11:00:00", "12:00:00", "13:00:00", "14:00:00"]


@pytest.mark.parametrize("at_s", [1e30, 1e17])
def test_a_time_outside_the_calendar_has_labels_too(at_s: float) -> None:
    clock = clock_time(at_s)
    assert clock.label(at_s, 1.0) == clock.label(at_s, 0.1) == "–"
    assert set(texts(clock.ticks(at_s - 10, at_s, 420))) <= {"–"}


def test_a_recording_has_the_time_since_its_start() -> None:
    scale = since_start(NOON_S)
    assert texts(scale.ticks(NOON_S - 3, NOON_S + 5, 420)) == ["−00:02", "00:00", "00:02", "00:04"]
    assert texts(scale.ticks(NOON_S, NOON_S + 1, 168)) == ["00:00.000", "00:00.500", "00:01.000"]


# The value axis


@pytest.mark.parametrize(
    ("low", "high", "height_px", "labels"),
    [
        (0, 10, 261, "0 1 2 3 4 5 6 7 8 9 10"),
        (0, 10, 260, "0 2 4 6 8 10"),
        (0, 10, 131, "0 2 4 6 8 10"),
        (0, 10, 130, "0.0 2.5 5.0 7.5 10.0"),
        (0, 10, 53, "0 5 10"),
        (0, 10, 52, "0 10"),
        (-0.8, 10.8, 200, "0 2 4 6 8 10"),
        (-1, 1, 105, "−1.0 −0.5 0.0 0.5 1.0"),
        (1e9 - 1000, 1e9 + 1000, 105, "999999000 999999500 1000000000 1000000500 1000001000"),
        (1_234_567, 1_234_570, 100, "1234567 1234568 1234569 1234570"),
        (1_234_467, 1_234_667, 60, "1234500 1234600"),
        (-1e-12, 1e-12, 106, "−1.0e−12 −5e−13 0 5e−13 1.0e−12"),
        (0, 1e-8, 60, "0.000000000 0.000000005 0.000000010"),
        (0, 1e20, 60, "0 5e+19 1.0e+20"),
        (1e16, 1e16 + 8e4, 60, "1.000000000000e+16 1.000000000005e+16"),
    ],
)
def test_value_labels_have_all_digits_that_they_need(
    low: float, high: float, height_px: float, labels: str
) -> None:
    assert " ".join(texts(value_ticks(low, high, height_px, LABEL_PX))) == labels


@pytest.mark.parametrize(
    ("low", "high", "height_px", "labels"),
    [
        (0.1, 9.9, 27, "0.10 9.90"),  # 5 alone would be round
        (0.4, 5.1, 40, "2.5 5.0"),
        (1.123456, 8.765432, 26, "1.12 8.77"),
        (1.123456, 8.765432, 25, ""),
        (-1, 1, 25, "0"),
        (6, 9, 20, ""),
        (0, 10, 12, ""),
    ],
)
def test_a_low_axis_has_two_labels_as_soon_as_there_is_room(
    low: float, high: float, height_px: float, labels: str
) -> None:
    assert " ".join(texts(value_ticks(low, high, height_px, LABEL_PX))) == labels


@pytest.mark.parametrize(("low", "high"), [(5, 5), (1, -1), (-math.inf, math.inf), (0, math.inf)])
def test_an_axis_without_a_range_has_no_ticks(low: float, high: float) -> None:
    assert value_ticks(low, high, 200, LABEL_PX) == []


RANGES = st.tuples(st.floats(-1e15, 1e15), st.floats(-12, 16)).map(
    lambda drawn: (drawn[0], drawn[0] + max(10.0 ** drawn[1], 1e-12 * abs(drawn[0])))
)


@given(RANGES, st.floats(2, 60), st.floats(8, 50))
@example((1e9 - 1000, 1e9 + 1000), 2, LABEL_PX)
@example((-1e-12, 1e-12), 2, LABEL_PX)
@example((1.26, 3.74), 2, LABEL_PX)
def test_an_axis_has_two_different_labels_or_more_that_never_touch(
    ends: tuple[float, float], labels_high: float, label_px: float
) -> None:
    low, high = ends
    assume(high - low > 1e-12 * max(abs(low), abs(high)))  # as every range of a `Scale`
    height_px = labels_high * label_px
    ticks = value_ticks(low, high, height_px, label_px)
    assert len(ticks) >= 2
    assert len(set(texts(ticks))) == len(ticks)
    hair = 1e-9 * (high - low)
    assert all(low - hair <= tick.at <= high + hair for tick in ticks)
    tops = [label_top(tick.at, low, high, height_px, label_px) for tick in ticks]
    assert all(0 <= top <= height_px - label_px + 1e-9 for top in tops)
    assert all(upper + label_px <= lower + 1e-6 for lower, upper in itertools.pairwise(tops))


@given(RANGES, st.floats(2, 60))
def test_a_label_says_the_value_of_its_tick(ends: tuple[float, float], labels_high: float) -> None:
    low, high = ends
    assume(high - low > 1e-12 * max(abs(low), abs(high)))
    for tick in value_ticks(low, high, labels_high * LABEL_PX, LABEL_PX):
        said = float(tick.label.replace("−", "-"))
        assert said == pytest.approx(tick.at, rel=1e-15, abs=0.006 * (high - low))


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from([1.0, 2.0, 5.0, 100.0]))
def test_whole_numbers_have_all_their_digits(number: int, step: float) -> None:
    assume(not number or abs(number) >= step)
    assert value_label(float(number), step) == str(number).replace("-", "−")


@pytest.mark.parametrize(
    ("number", "step", "label"),
    [
        *((0.0, 1, "0"), (1e-9, 1, "0"), (-1e-9, 1, "0"), (-0.0, 0.1, "0.0"), (0.0, 1e-12, "0")),
        *((2.5, 2.5, "2.5"), (7.5, 2.5, "7.5"), (25.0, 25.0, "25"), (0.25, 0.25, "0.25")),
        *((-2.5, 0.5, "−2.5"), (2.0, 0.1, "2.0"), (1e-9, 1e-9, "0.000000001"), (2.5e-9, 2.5e-9, "2.5e−09")),
        *((1e-10, 1e-10, "1e−10"), (12000, 1000, "12000"), (2.0**53 - 1, 1, "9007199254740991")),
        *((2.0**53, 1e15, "9e+15"), (-1.5e16, 5e15, "−1.5e+16"), (1e16, 2.5e15, "1.00e+16")),
    ],
)
def test_value_label(number: float, step: float, label: str) -> None:
    assert value_label(number, step) == label


@pytest.mark.parametrize(("at", "top"), [(0, 87), (10, 0), (5, 43), (9, 3.4), (1, 82.6), (9.9, 0)])
def test_a_label_is_beside_its_tick_but_inside_its_axis(at: float, top: float) -> None:
    assert label_top(at, 0, 10, 100, 13) == pytest.approx(top)
