"""When a value beyond its limits is an alarm."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.alarms.watch import CALM_S, Beeps, Newest, Watch


def alarms(watch: Watch, *looks: tuple[float, float, float]) -> list[bool]:
    """What each look returns: each has the time, and when the newest readings beyond and inside came."""
    return [watch.look(Newest(beyond_s, inside_s), now_s) for now_s, beyond_s, inside_s in looks]


def test_a_value_inside_its_limits_gives_no_alarm() -> None:
    watch = Watch()
    assert alarms(watch, (9.0, -math.inf, -math.inf), (10.0, -math.inf, 9.5)) == [False, False]
    assert not watch.is_beyond


def test_a_value_that_stays_beyond_gives_one_alarm() -> None:
    watch = Watch()
    assert alarms(watch, (10.0, 9.9, 9.0), (11.0, 10.9, 9.0), (60.0, 10.9, 9.0)) == [True, False, False]
    assert watch.is_beyond
    assert alarms(watch, (70.0, 69.9, 9.0)) == [False]


def test_a_value_that_trembles_at_its_limit_gives_one_alarm() -> None:
    watch = Watch()
    looks = [(10 + n * 0.25, 9.9 + n * 0.25, 9.95 + n * 0.25) for n in range(40)]
    assert alarms(watch, *looks) == [True] + [False] * 39


@pytest.mark.parametrize(("calm_s", "again"), [(CALM_S, True), (CALM_S - 0.1, False)])
def test_after_a_value_has_come_back_for_a_while_the_next_one_beyond_is_an_alarm(
    calm_s: float, again: bool
) -> None:
    watch = Watch()
    assert alarms(watch, (10.0, 10.0, 9.0), (10 + calm_s, 10.0, 11.0)) == [True, False]
    assert watch.is_beyond is not again
    assert alarms(watch, (13.0, 13.0, 11.0)) == [again]


@pytest.mark.parametrize(("age_s", "is_alarm"), [(4.9, True), (5.0, False)])
def test_what_came_long_ago_is_no_alarm(age_s: float, is_alarm: bool) -> None:
    watch = Watch()
    assert alarms(watch, (100.0, 100.0 - age_s, 0.0), (100.2, 100.0 - age_s, 0.0)) == [is_alarm, False]
    assert watch.is_beyond is is_alarm


def test_an_alarm_is_given_after_the_clock_was_set_back() -> None:
    watch = Watch()
    assert alarms(watch, (100.0, 100.0, 99.0), (50.0, -math.inf, 49.9), (51.0, 50.9, 49.9)) == [
        *(True, False, True)
    ]


@given(
    st.lists(st.tuples(st.floats(0.05, 3.0), st.booleans()), max_size=40),
    st.lists(st.floats(0.05, 1.0), min_size=1, max_size=200),
)
def test_alarms_of_a_datastream_are_apart_and_each_has_a_reading_beyond(
    readings: list[tuple[float, bool]], looks: list[float]
) -> None:
    at_s, came = 0.0, []
    for after_s, is_beyond in readings:
        at_s += after_s
        came.append((at_s, is_beyond))
    watch, now_s, told = Watch(), 0.0, []
    for after_s in looks:
        before_s, now_s = now_s, now_s + after_s
        seen = [each for each in came if each[0] <= now_s]
        newest = Newest(
            max((at for at, beyond in seen if beyond), default=-math.inf),
            max((at for at, beyond in seen if not beyond), default=-math.inf),
        )
        if watch.look(newest, now_s):
            told.append(now_s)
            assert before_s < newest.beyond_s <= now_s
    assert all(later - earlier >= CALM_S for earlier, later in itertools.pairwise(told))
    if told:
        assert told[0] >= min(at for at, beyond in came if beyond)


def test_beeps_are_apart() -> None:
    beeps = Beeps()
    assert [beeps.is_due(at_s) for at_s in (10.0, 10.9, 11.0, 11.5, 5.0)] == [True, False, True, False, True]
