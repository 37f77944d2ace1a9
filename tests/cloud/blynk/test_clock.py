"""A computer's clock that is more than two minutes wrong is noticed, and nothing else is taken for that."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.blynk.clock import ClockWatch, ahead_s

NOW_S = 1_800_000_000.0


def ahead(date: str, took_s: float = 0.0, now_s: float = NOW_S) -> float | None:
    return ahead_s({"date": date}, now_s, took_s)


@pytest.mark.parametrize(
    ("date_s", "took_s", "expected"),
    [
        (NOW_S, 0.0, 0.0),
        (NOW_S - 1.0, 0.0, 0.0),  # cut off to whole seconds
        (NOW_S - 30.0, 30.0, 0.0),  # the server wrote it early, and the rest came late
        (NOW_S - 31.0, 30.0, 0.0),
        (NOW_S - 151.0, 30.0, 120.0),
        (NOW_S - 601.0, 0.0, 600.0),
        (NOW_S + 5.0, 0.0, -5.0),
        (NOW_S + 600.0, 30.0, -600.0),
    ],
)
def test_neither_rounding_nor_the_time_of_a_call_counts_as_a_wrong_clock(
    date_s: float, took_s: float, expected: float
) -> None:
    assert ahead(formatdate(date_s, usegmt=True), took_s) == expected


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "0",
        "Thu, 28 May 99999999999 20:26:50 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 31 Dec 2019 23:59:59 GMT",
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "Thu, 01 Jan 9999 00:00:00 GMT",
    ],
)
def test_a_date_that_cannot_be_right_says_nothing(date: str) -> None:
    assert ahead(date) is None


def test_without_a_date_or_from_a_cache_an_answer_says_nothing() -> None:
    assert ahead_s({}, NOW_S, 0.0) is None
    assert ahead_s({"date": formatdate(NOW_S - 999.0), "age": "900"}, NOW_S, 0.0) is None


def test_a_computer_whose_clock_was_never_set_is_noticed() -> None:
    assert ahead(formatdate(NOW_S), now_s=1000.0) == 1000.0 - NOW_S
    assert ahead(formatdate(NOW_S), now_s=5e9) == 5e9 - NOW_S - 1.0
    for year_s in (1577836800.0, 4102444799.0):
        assert ahead(formatdate(year_s), now_s=year_s) == 0.0


@pytest.mark.parametrize("now_s", [1577836799.0, 4102444800.0])
def test_clocks_that_were_never_set_are_compared_with_each_other(now_s: float) -> None:
    assert ahead(formatdate(now_s - 601.0), now_s=now_s) == 600.0
    assert ahead(formatdate(1577836799.0), now_s=1577836800.0) is None
    assert ahead(formatdate(4102444800.0), now_s=4102444799.0) is None


def judged(*said_s: float) -> list[float]:
    watch, found = ClockWatch(), []
    for each_s in said_s:
        watch.observe(each_s)
        found.append(watch.wrong_by_s)
    return found


def test_the_first_answer_decides_at_once() -> None:
    assert ClockWatch().wrong_by_s == 0.0
    assert judged(121.0) == [121.0]
    assert judged(-121.0) == [-121.0]
    assert judged(120.0) == judged(-120.0) == [0.0]


def test_one_answer_among_others_changes_nothing() -> None:
    assert judged(0.0, 600.0, 600.0, 0.0, 600.0, 600.0) == [0.0] * 6
    assert judged(600.0, 0.0, 0.0, 601.0, 0.0, 0.0) == [600.0] * 3 + [601.0] * 3


def test_three_answers_in_succession_change_the_judgement() -> None:
    assert judged(0.0, 600.0, 600.0, 602.0, 600.0) == [0.0, 0.0, 0.0, 602.0, 600.0]
    assert judged(600.0, 0.0, 0.0, 0.0) == [600.0, 600.0, 600.0, 0.0]
    assert judged(600.0, -300.0) == [600.0, -300.0]


def test_near_the_limit_the_judgement_stays() -> None:
    assert judged(121.0, *[61.0] * 9) == [121.0] + [61.0] * 9
    assert judged(0.0, *[119.0] * 9) == [0.0] * 10
    assert judged(121.0, *[60.0] * 3)[-1] == 0.0


@given(st.lists(st.sampled_from([0.0, 59.0, 61.0, 119.0, 121.0, -121.0, 600.0])))
def test_what_is_reported_was_said_by_an_answer(said_s: list[float]) -> None:
    assert set(judged(*said_s)) <= {0.0, *said_s}
