"""The poison message: when a reading that fails again and again is stuck, and when it is to blame."""

from __future__ import annotations

import pytest

from app.cloud.plan.poison import PoisonMessage
from app.wire.streams import Reading

FIRST, SECOND = (Reading(number, 1, number, "v1", 1.0, 0) for number in (1, 2))


def failed(*at_s: float, may_refuse: bool = True) -> PoisonMessage:
    poison = PoisonMessage()
    for now_s in at_s:
        poison.on_failure(FIRST, now_s, may_refuse=may_refuse)
    return poison


def test_nothing_is_stuck_or_to_blame_before_it_has_failed() -> None:
    poison = PoisonMessage()
    assert (poison.reading, poison.given_up) == (None, None)
    assert not poison.is_stuck
    assert not poison.is_to_blame(9999.0, 9999.0)


@pytest.mark.parametrize("may_refuse", [True, False])
def test_a_reading_is_stuck_after_three_failures(may_refuse: bool) -> None:
    assert not failed(10.0, 10.0, may_refuse=may_refuse).is_stuck
    assert failed(10.0, 10.0, 10.0, may_refuse=may_refuse).is_stuck


@pytest.mark.parametrize(
    ("at_s", "last_success_s", "is_to_blame"),
    [
        ((10.0, 20.0, 30.0, 500.0, 610.0), 501.0, True),
        ((10.0, 30.0, 500.0, 610.0), 501.0, False),
        ((10.0, 20.0, 30.0, 500.0, 609.9), 501.0, False),
        # A success before the last failure but one shows nothing about the time since then.
        ((10.0, 20.0, 30.0, 500.0, 610.0), 500.0, False),
    ],
)
def test_five_failures_over_ten_minutes_blame_a_reading_if_another_one_passed_between_the_last_two(
    at_s: tuple[float, ...], last_success_s: float, is_to_blame: bool
) -> None:
    assert failed(*at_s).is_to_blame(last_success_s, at_s[-1]) is is_to_blame


def test_limits_server_errors_and_missing_answers_blame_no_reading() -> None:
    at_s = [150.0 * number for number in range(100)]
    assert not failed(*at_s, may_refuse=False).is_to_blame(at_s[-1] - 1, at_s[-1])
    poison = failed(*at_s, may_refuse=False)
    for now_s in (20_000.0, 20_001.0, 20_002.0, 20_003.0, 20_599.0):
        poison.on_failure(FIRST, now_s, may_refuse=True)
        assert not poison.is_to_blame(now_s - 0.5, now_s)
    poison.on_failure(FIRST, 20_600.0, may_refuse=True)
    assert poison.is_to_blame(20_599.5, 20_600.0)


def test_failures_are_counted_for_one_reading_at_a_time() -> None:
    poison = failed(10.0, 20.0)
    poison.on_failure(SECOND, 30.0, may_refuse=True)
    assert poison.reading == SECOND
    poison.on_failure(SECOND, 40.0, may_refuse=True)
    assert not poison.is_stuck
    poison.on_failure(SECOND, 50.0, may_refuse=True)
    assert poison.is_stuck


def test_a_success_clears_it() -> None:
    poison = failed(1.0, 2.0, 3.0)
    poison.given_up = FIRST
    poison.forget()
    assert [poison.reading, poison.given_up, poison.is_stuck] == [None, None, False]
    poison.on_failure(FIRST, 5.0, may_refuse=True)
    assert not poison.is_stuck
