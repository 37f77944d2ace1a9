"""The circuit breaker: closed, open, and half-open with one probe at a time."""

from __future__ import annotations

import math

import pytest

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.breaker import PROBE_S, CircuitBreaker
from app.messages.message import verbatim

GONE = Outcome(OutcomeKind.BACK_OFF, verbatim("gone"))
PAUSE = Outcome(OutcomeKind.PAUSE, verbatim("invalid token"))
UNKNOWN = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404"), status=404)


def breaker() -> CircuitBreaker:
    return CircuitBreaker(lambda: 1.0)


def test_calls_are_sent_freely_while_it_is_closed() -> None:
    closed = breaker()
    assert closed.may_call(0.0)
    assert closed.may_call(0.0, in_flight=7)
    assert (closed.failure, closed.not_before_s, closed.last_success_s) == (None, -math.inf, -math.inf)


def test_waits_grow_with_each_failure_in_a_row() -> None:
    open_ = breaker()
    waits = []
    for now_s in (100.0, 200.0, 300.0):
        open_.on_failure(GONE, now_s - 1, now_s)
        waits.append(open_.not_before_s - now_s)
    assert waits == [1.0, 2.0, 4.0]
    assert (open_.failure, open_.opened_s) == (GONE, 100.0)
    open_.on_success(400.0)
    open_.on_failure(GONE, 499.0, 500.0)
    assert (open_.not_before_s, open_.opened_s) == (501.0, 500.0)


@pytest.mark.parametrize(("outcome", "longest_s"), [(GONE, 60.0), (PAUSE, PROBE_S), (UNKNOWN, PROBE_S)])
def test_the_waits_of_a_pause_grow_to_five_minutes_and_others_to_one(
    outcome: Outcome, longest_s: float
) -> None:
    open_ = breaker()
    waits = []
    for failure in range(12):
        now_s = 1000.0 * failure
        open_.on_failure(outcome, now_s, now_s)
        waits.append(open_.not_before_s - now_s)
    assert open_.failures == 12
    assert waits[:6] == [*([3, 3] if outcome is PAUSE else [1, 2]), 4, 8, 16, 32]
    assert waits[-2:] == [longest_s, longest_s]


def test_a_success_ends_a_pause_but_not_the_wait_for_a_cloud_that_gave_no_answer() -> None:
    for outcome, not_before_s in ((PAUSE, -math.inf), (UNKNOWN, -math.inf), (GONE, 11.0)):
        open_ = breaker()
        open_.on_failure(outcome, 0.0, 10.0)
        assert open_.is_paused == (outcome is not GONE)
        open_.on_success(10.5)
        assert (open_.not_before_s, open_.is_paused, open_.failures) == (not_before_s, False, 0)


def test_a_failure_is_noted_without_a_wait_and_began_when_the_first_one_did() -> None:
    open_ = breaker()
    open_.note(GONE, 7.0)
    open_.note(PAUSE, 9.0)
    assert (open_.failure, open_.failures, open_.opened_s) == (PAUSE, 2, 7.0)
    assert open_.not_before_s == -math.inf
    open_.wait(10.0)
    assert open_.not_before_s == 13.0


def test_no_call_is_sent_before_the_wait_is_over_and_then_one_at_a_time() -> None:
    open_ = breaker()
    open_.on_failure(GONE, 0.0, 1.0)
    assert not open_.may_call(1.9)
    assert open_.may_call(2.0)
    assert not open_.may_call(2.0, in_flight=1)
    open_.on_success(2.5)
    assert open_.may_call(2.5, in_flight=1)
    assert (open_.failure, open_.last_success_s) == (None, 2.5)


def test_calls_in_flight_together_that_fail_are_one_failure() -> None:
    open_ = breaker()
    open_.on_failure(GONE, 0.0, 1.0)
    open_.on_failure(PAUSE, 0.9, 1.5)
    assert (open_.failure, open_.not_before_s) == (GONE, 2.0)
    open_.on_failure(PAUSE, 1.0, 2.5)  # Sent when the first failure was already known.
    assert (open_.failure, open_.not_before_s) == (PAUSE, 2.5 + 3.0)


@pytest.mark.parametrize(
    ("outcome", "wait_s"),
    [
        (GONE, 1.0),
        (GONE._replace(retry_after_s=30.0), 30.0),
        (GONE._replace(retry_after_s=0.5), 1.0),
        (PAUSE, 3.0),
        (UNKNOWN, 1.0),
        (PAUSE._replace(retry_after_s=900.0), 900.0),
    ],
)
def test_the_longer_of_its_own_wait_and_the_cloud_s_applies(outcome: Outcome, wait_s: float) -> None:
    open_ = breaker()
    open_.on_failure(outcome, 0.0, 10.0)
    assert open_.not_before_s == 10.0 + wait_s


def test_it_has_failed_for_as_long_as_it_was_not_closed() -> None:
    open_ = breaker()
    assert not open_.has_failed_for(0.0, 100.0)
    open_.on_failure(GONE, 0.0, 1.0)
    open_.on_failure(GONE, 5.0, 6.0)
    assert open_.has_failed_for(10.0, 11.0)
    assert not open_.has_failed_for(10.0, 10.9)


def test_try_now_forgets_the_wait_and_its_growth() -> None:
    for forgets_growth, wait_s in ((False, 2.0), (True, 1.0)):
        open_ = breaker()
        open_.on_failure(GONE, 0.0, 1.0)
        (open_.try_now if forgets_growth else open_.allow_now)()
        assert open_.may_call(1.0)
        assert open_.failure == GONE
        open_.on_failure(GONE, 1.0, 1.0)
        assert open_.not_before_s == 1.0 + wait_s


def test_a_reset_closes_it_without_a_success() -> None:
    open_ = breaker()
    open_.on_failure(GONE, 0.0, 1.0)
    open_.reset()
    assert (open_.failure, open_.last_success_s) == (None, -math.inf)
    open_.on_failure(GONE, 1.0, 2.0)
    assert open_.not_before_s == 3.0
