"""A budget is made to last until its period ends, at midnight UTC; its forecast says how long it lasts."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.plan.budget import Budget, Period, budgets_of
from app.config.bench_file import BenchConfig, DeviceConfig, Organisation
from app.messages.message import Message
from app.wire.streams import Usage

S = 1_000_000
DAY = 86400 * S


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * S


NOON = at("2026-11-04 12:00")


def messages(limit: int = 100_000) -> Budget:
    return Budget("messages of school", limit, Period.MONTH)


def points(limit: int = 10_000) -> Budget:
    return Budget("points of board", limit, Period.DAY)


def test_a_bench_has_a_budget_for_each_device_and_each_organisation() -> None:
    config = BenchConfig(
        device=(DeviceConfig(name="a", port="COM1", daily_points=7),),
        organisation={"school": Organisation(monthly_messages=9), "home": Organisation()},
    )
    found = {budget.name: budget for budget in budgets_of(config)}
    assert {name: budget.limit for name, budget in found.items()} == {
        "points of a": 7,
        "events of a": 100,
        "messages of school": 9,
    }
    assert str(found["points of a"].forecast(NOON)) == "7 of the day's 7 points are left."
    assert str(found["messages of school"].forecast(NOON)) == "9 of the month's 9 messages are left."


def test_the_use_of_an_earlier_run_counts_only_in_the_same_period() -> None:
    budget = messages(100)
    budget.restore(Usage("messages of school", "2026-10", 99), NOON)
    assert budget.left(NOON) == 100
    budget.restore(Usage("messages of school", "2026-11", 30), NOON)
    assert budget.left(NOON) == 70
    assert budget.take(5, NOON) == Usage("messages of school", "2026-11", 35)


def test_the_first_use_adds_to_the_use_of_an_earlier_run() -> None:
    budget = messages(100)
    budget.restore(Usage("messages of school", "2026-11", 30), NOON)
    assert budget.take(1, NOON).used == 31


def test_four_fifths_may_be_used_at_once_and_the_rest_is_spread() -> None:
    budget = points(10)
    assert budget.allowed(NOON) == 8
    assert budget.slowed_per_s(NOON) is None
    budget.take(8, NOON)
    assert budget.allowed(NOON) == 0
    # Two points are left for half a day: one for each quarter of a day.
    assert budget.wait_s(NOON) == 6 * 3600
    assert budget.slowed_per_s(NOON) == 2 / 43200
    assert budget.wait_s(NOON + 6 * 3600 * S) == 0
    # Using 0 does not restart the wait.
    budget.take(0, NOON + 3600 * S)
    assert budget.wait_s(NOON) == 6 * 3600


def test_giving_back_in_the_next_period_changes_nothing() -> None:
    budget = messages(10)
    budget.take(5, at("2026-11-30 23:59:59"))
    assert budget.take(-5, at("2026-12-01 00:00")).used == 0
    assert budget.left(at("2026-12-01 00:00")) == 10


def test_the_forecast_uses_the_rate_of_the_last_ten_minutes() -> None:
    budget = messages()
    budget.take(6000, NOON)
    just_before = budget.forecast(NOON + 10 * S - 1)
    assert str(just_before) == "94,000 of the month's 100,000 messages are left."
    assert budget.forecast(NOON + 10 * S).code == "forecast_month_ends_today"
    # The rate is then 6,000 / e messages in (1 - 1/e) * 600 s: 5.8 a second.
    assert str(budget.forecast(NOON + 600 * S)) == (
        "At this rate the month's messages end today at 16:39 UTC: 94,000 of 100,000 are left."
    )


@pytest.mark.parametrize(
    ("budget", "budget_last"),
    [(messages(1), "2026-12-01 00:00"), (points(1), "2026-11-05 00:00")],
)
def test_a_budget_that_is_used_up_waits_for_the_next_period(budget: Budget, budget_last: str) -> None:
    budget.take(1, NOON)
    assert budget.wait_s(NOON) == (at(budget_last) - NOON) / S


@pytest.mark.parametrize(
    ("budget", "last", "first"),
    [
        (messages(10), "2026-11-30 23:59:59", "2026-12-01 00:00"),
        (messages(10), "2026-12-31 23:59:59", "2027-01-01 00:00"),
        (points(10), "2026-11-04 23:59:59", "2026-11-05 00:00"),
    ],
)
def test_a_new_period_begins_at_midnight_utc(budget: Budget, last: str, first: str) -> None:
    budget.take(10, at(last))
    assert budget.allowed(at(last)) == 0
    assert budget.wait_s(at(last)) == 1
    assert budget.wait_s(at(first)) == 0
    assert budget.left(at(first)) == 10
    # A clock that is set back does not begin the old period again.
    budget.take(4, at(first))
    assert budget.left(at(last)) == 6


def test_unused_messages_are_given_back() -> None:
    budget = messages(10)
    budget.take(8, NOON)
    budget.take(1, NOON + 3600 * S)
    wait_s = budget.wait_s(NOON + 3600 * S)
    budget.take(-1, NOON + 3600 * S)
    assert budget.left(NOON) == 2
    assert budget.wait_s(NOON + 3600 * S) < wait_s
    budget.take(0, NOON + 3600 * S)
    assert budget.left(NOON) == 2


@given(
    st.sampled_from([Period.DAY, Period.MONTH]),
    st.integers(1, 200),
    st.lists(st.integers(0, 8 * 3600), max_size=150),
)
def test_it_slows_down_and_never_goes_beyond_the_limit(period: Period, limit: int, pauses: list[int]) -> None:
    budget = Budget("x", limit, period)
    now_us = at("2026-11-01 00:00")
    used: dict[str, int] = {}
    for pause_s in pauses:
        now_us += pause_s * S
        if may := budget.allowed(now_us):
            assert budget.wait_s(now_us) == 0
            use = budget.take(may, now_us)
            used[use.period] = use.used
            assert use.used <= limit
        else:
            # After the wait, at least one message or point may be used.
            wait_us = int(budget.wait_s(now_us) * S) + 1
            assert budget.allowed(now_us + wait_us) >= 1


def test_the_reserve_is_spread_to_the_end() -> None:
    budget = messages(1000)
    now_us = at("2026-11-01 00:00")
    gone = []
    while now_us < at("2026-12-01 00:00"):
        budget.take(1, now_us)
        gone.append(now_us)
        now_us += max(S, int(budget.wait_s(now_us) * S))
    assert 990 <= len(gone) <= 1000
    assert gone[-1] > at("2026-11-29 12:00")


def test_the_forecast_of_a_month_in_each_state() -> None:
    budget = messages()
    assert str(budget.forecast(NOON)) == "100,000 of the month's 100,000 messages are left."
    now_us = NOON
    for _ in range(60):
        budget.take(1, now_us)
        now_us += 5 * S
    assert str(budget.forecast(now_us)) == (
        "At this rate the month's messages end on 2026-11-10: 99,940 of 100,000 are left."
    )
    budget.take(81_000, now_us)
    assert str(budget.forecast(now_us)).endswith("one is sent every 2 min, so that they last.")
    budget.take(18_940, now_us)
    assert str(budget.forecast(now_us)) == (
        "The month's 100,000 messages are used up: all readings are kept until 2026-12-01 (UTC)."
    )


def test_the_month_s_messages_last_at_a_slow_rate() -> None:
    budget = messages()
    for hour in range(3):
        budget.take(1, NOON + hour * 3600 * S)
    assert str(budget.forecast(NOON + 3 * 3600 * S)) == (
        "At this rate the month's messages last: 99,997 of 100,000 are left."
    )
    assert budget.forecast(NOON + 10_000 * DAY).code == "forecast_month_lasts"


def test_the_day_s_forecast_names_the_hour() -> None:
    budget = points()
    for second in range(20):
        budget.take(1, NOON + second * S)
    assert "At this rate the day's points end today at 14:46 UTC" in str(budget.forecast(NOON + 20 * S))
    budget.take(9980, NOON + 21 * S)
    assert str(budget.forecast(NOON + 21 * S)).endswith("are kept until midnight (UTC).")


def test_the_day_s_points_last_at_a_slow_rate() -> None:
    budget = points()
    for hour in range(3):
        budget.take(1, NOON + hour * 3600 * S)
    assert budget.forecast(NOON + 3 * 3600 * S) == Message("forecast_day_lasts", count=9997, limit=10_000)


@pytest.mark.parametrize(
    ("ends", "code"),
    [("2026-11-01 23:50", "forecast_month_ends_today"), ("2026-11-02 00:10", "forecast_month_ends")],
)
def test_the_forecast_names_the_time_today_and_the_date_later(ends: str, code: str) -> None:
    begin_us = at("2026-11-01 00:00")
    budget = messages((at(ends) - begin_us) // S)
    for second in range(20):
        budget.take(1, begin_us + second * S)
    forecast = budget.forecast(begin_us + 20 * S)
    assert forecast.code == code
    ends_us = forecast.params["at"]
    assert isinstance(ends_us, int)
    assert abs(ends_us - at(ends)) < 120 * S


def test_threads_lose_no_count() -> None:
    budget = messages()
    threads = [threading.Thread(target=lambda: [budget.take(1, NOON) for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.left(NOON) == 98_000


def test_giving_back_restores_the_wait() -> None:
    given_back, untouched = messages(100), messages(100)
    for budget in (given_back, untouched):
        budget.take(85, NOON)
    given_back.take(1, NOON + 3600 * S)
    given_back.take(-1, NOON + 3600 * S)
    assert given_back.wait_s(NOON + 7200 * S) == untouched.wait_s(NOON + 7200 * S) > 0


def test_one_of_what_an_earlier_run_left_may_be_used_at_once() -> None:
    budget = messages(100)
    budget.restore(Usage("messages of school", "2026-11", 90), NOON)
    assert (budget.left(NOON), budget.allowed(NOON)) == (10, 1)


def test_the_use_of_a_day_counts_only_for_that_day() -> None:
    used = points().take(5, NOON)
    assert used == Usage("points of board", "2026-11-04", 5)
    again = points()
    again.restore(used, NOON + DAY)
    assert again.left(NOON + DAY) == 10_000


def test_all_that_is_left_may_be_used_in_the_last_microsecond_of_a_day() -> None:
    budget = points(10)
    budget.take(8, NOON)
    assert budget.slowed_per_s(at("2026-11-05 00:00") - 1) == 2 * S


def test_the_wait_is_counted_from_the_last_use() -> None:
    """10 of the 100 points are left for the whole day: one every 8640 s."""
    budget, midnight = points(100), at("2026-11-04 00:00")
    budget.take(90, midnight)
    assert budget.wait_s(midnight) == 8640
    assert budget.wait_s(midnight + 3600 * S) == 8640 - 3600
    # The shortest wait is 1 ms, because no clock measures a single microsecond.
    assert budget.wait_s(midnight + 8640 * S - 1) == 0.001
    assert budget.wait_s(midnight + 8640 * S) == 0


def test_a_budget_overdrawn_by_redirects_has_none_left() -> None:
    budget = messages(10)
    budget.take(11, NOON)
    assert budget.left(NOON) == 0
