"""The plan after failures: how long it waits, which reading it blames, and which it refuses."""

from __future__ import annotations

import pytest

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.config.bench_file import Backlog, Forward
from app.messages.message import verbatim
from app.wire.streams import Fate
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.plan.test_plan import (
    ACCEPT,
    BACK_OFF,
    DEVICE,
    LIMIT,
    PAUSE,
    REJECT,
    UNKNOWN,
    gone,
    plan_of,
    targets_of,
)

TOO_LARGE = Outcome(OutcomeKind.TOO_LARGE, verbatim("HTTP 413"), status=413)


def both(plan: Plan, now_s: float = 0) -> tuple[Flight, Flight]:
    return gone(plan, now_s), gone(plan, now_s)


def has_past(plan: Plan) -> bool:
    return any(lane.is_past and lane.flows for lane in plan.prefetch.lanes)


def test_calls_in_flight_together_fail_once_and_a_later_one_fails_again() -> None:
    chances = iter([0.0, 1.0, 1.0])
    plan, journal = Plan(DEVICE, Blynk(DEVICE, "token"), lambda: next(chances)), MemoryJournal()
    journal.append("v2")
    journal.append("v3")
    journal.refill(plan)
    first, second = both(plan)
    journal.answer(plan, first, BACK_OFF, 5)
    journal.answer(plan, second, BACK_OFF, 5)
    again = gone(plan, 5)
    journal.answer(plan, again, BACK_OFF, 6)
    assert plan.wait_s(6) == 2


def test_the_wait_is_the_shortest_of_all_lanes() -> None:
    plan, journal = plan_of("v2", "v3", "ds9", "ds10")
    flights = [gone(plan) for _ in range(4)]
    journal.answer(plan, flights[0], UNKNOWN, 0)
    assert plan.wait_s(0) == 1.0
    assert plan.wait_s(1) is None
    # A call may be sent at the very end of the wait, not only later.
    again = gone(plan, 1)
    assert again.call == flights[0].call
    journal.answer(plan, again, UNKNOWN, 1)
    journal.answer(plan, flights[1], UNKNOWN, 1)
    assert plan.wait_s(1) == 1.0
    journal.append("ds10")
    journal.refill(plan)
    journal.answer(plan, flights[3], ACCEPT, 1)
    assert plan.wait_s(1) == 1.0
    plan.try_now()
    assert {target for flight in both(plan, 1) for target in targets_of(flight)} == {"v2", "v3"}


def test_lanes_that_are_empty_or_in_flight_are_not_waited_for() -> None:
    plan, journal = plan_of("v2", "v3", "v3")
    first, second = both(plan)
    journal.answer(plan, first, PAUSE, 0)
    assert plan.wait_s(0) == 3
    journal.delete()
    for _ in range(2):
        journal.append("v3")
    journal.refill(plan)
    journal.answer(plan, second, ACCEPT, 0)
    plan.try_now()
    gone(plan)
    plan._breaker.not_before_s = 300.0
    assert plan.wait_s(0) is None


def test_sets_wait_for_points() -> None:
    plan, journal = plan_of("v2", "v2", "v3", forward=Forward.TIMESTAMPED)
    flight = plan.next_call(0, 1)
    assert flight
    assert flight.call.points == 1
    assert plan.waits_for_points
    assert not plan.waits_for_points_alone
    journal.answer(plan, flight, PAUSE, 0)
    assert plan.waits_for_points_alone
    assert plan.wait_s(0, 0) is None
    assert plan.wait_s(0, 1) == 3
    journal.append("ds9")
    journal.refill(plan)
    assert plan.waits_for_points
    assert not plan.waits_for_points_alone
    journal.delete()
    journal.refill(plan)
    assert not plan.waits_for_points_alone


def test_a_set_in_flight_waits_for_no_points() -> None:
    plan, _ = plan_of("v2", "v2", forward=Forward.TIMESTAMPED)
    plan.next_call(0, 1)
    assert not plan.waits_for_points


def test_a_probe_goes_alone_and_a_reject_closes_the_breaker_too() -> None:
    plan, journal = plan_of("v2", "v3", "ds9")
    for flight in [gone(plan) for _ in range(3)]:
        journal.answer(plan, flight, PAUSE, 0)
    probe = gone(plan, 300)
    assert plan.next_call(300) is None
    journal.answer(plan, probe, REJECT, 300)
    assert plan.trouble is None
    both(plan, 300)


def test_after_try_now_waits_are_short_again() -> None:
    plan, journal = plan_of("v2")
    for now_s in (0, 10, 20):
        journal.answer(plan, gone(plan, now_s), BACK_OFF, now_s)
    assert plan.wait_s(20) == 4
    plan.try_now()
    journal.answer(plan, gone(plan, 20), BACK_OFF, 20)
    assert plan.wait_s(20) == 1


def test_after_a_success_the_device_s_waits_are_short_again() -> None:
    plan, journal = plan_of("v2", "v2")
    for now_s, outcome in ((0, BACK_OFF), (10, BACK_OFF), (20, ACCEPT), (30, BACK_OFF)):
        journal.answer(plan, gone(plan, now_s), outcome, now_s)
    assert plan.wait_s(30) == 1


def test_after_a_success_the_lane_s_waits_are_short_again_and_no_skip_is_left() -> None:
    plan, journal = plan_of("v2", "v2", "v3")
    other = gone(plan) if targets_of(first := gone(plan)) == ["v2"] else first
    bad = first
    for now_s in (0.0, 10.0, 20.0):
        journal.answer(plan, bad, UNKNOWN, now_s)
        bad = gone(plan, now_s + 5)
    assert plan.skip() == []
    journal.answer(plan, bad, ACCEPT, 30)
    # The skip was for the reading that was accepted, so it must not refuse the next one.
    journal.answer(plan, gone(plan, 30), UNKNOWN, 30)
    assert journal.fates_of("v2") == ["forwarded", "pending"]
    assert plan.wait_s(30) == 1
    assert targets_of(other) == ["v3"]


def test_all_stuck_readings_are_skipped_at_once_and_leave_no_trace() -> None:
    plan, journal = plan_of("v2", "v3", "ds9", "v2")
    now_s = 0.0
    flights = [gone(plan) for _ in range(3)]
    for _ in range(3):
        for flight in flights[:2]:
            journal.answer(plan, flight, UNKNOWN, now_s)
        now_s += 10
        flights = [*both(plan, now_s), flights[2]] if now_s < 30 else flights
    assert plan.stuck() == []  # Both may have failed because of the device.
    journal.answer(plan, flights[2], ACCEPT, now_s)
    was_stuck, runs = bool(plan.stuck()), plan.skip()
    journal.settle(runs)
    assert was_stuck
    assert journal.fates_of("v2") == ["refused", "pending"]
    assert journal.fates_of("v3") == ["refused"]
    journal.answer(plan, gone(plan, now_s), UNKNOWN, now_s)
    assert plan.wait_s(now_s) == 1


def test_skipping_ends_no_wait_if_nothing_is_stuck() -> None:
    for outcome in (PAUSE, LIMIT, BACK_OFF):
        plan, journal = plan_of("v2")
        for now_s in (0, 10, 20, 30):
            journal.answer(plan, gone(plan, now_s), outcome, now_s)
            assert plan.stuck() == []
            assert plan.skip() == []
        assert plan.next_call(37) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (OutcomeKind.UNKNOWN, "The cloud answers: HTTP 404: see MAX."),
        (OutcomeKind.TOO_LARGE, "The cloud answers: HTTP 404: see MAX."),
        (OutcomeKind.LIMIT, "The cloud reports a limit (HTTP 404: see MAX)."),
    ],
)
def test_the_message_of_a_pause_has_the_cloud_s_answer(kind: OutcomeKind, said: str) -> None:
    plan, journal = plan_of("v2")
    journal.answer(plan, gone(plan), Outcome(kind, verbatim("HTTP 404: see MAX"), status=404), 0)
    assert plan.trouble
    assert str(plan.trouble.message) == said


def test_a_settled_answer_allows_one_more_call() -> None:
    plan, journal = plan_of(*["v2"] * 6)
    flights: list[Flight] = []
    for gone_by_then in (2, 4, 6):
        while flight := plan.next_call(0):
            flights.append(flight)
            journal.settle(plan.answered(flight, ACCEPT, 0))
        assert len(flights) == gone_by_then
        for answered in flights[-2:]:
            plan.settled(answered)


def test_one_settled_answer_of_two_allows_one_more_call() -> None:
    plan, journal = plan_of(*["v2"] * 6)
    flights: list[Flight] = []
    for settled in range(4):
        while flight := plan.next_call(0):
            flights.append(flight)
            journal.settle(plan.answered(flight, ACCEPT, 0))
        assert len(flights) == 2 + settled
        plan.settled(flights[settled])


def test_a_settled_batch_frees_all_of_its_lanes() -> None:
    plan, journal = plan_of("v2", "v2", "v3", batch=True)
    pair = gone(plan)
    plan.answered(pair, ACCEPT, 0)
    plan.answered(gone(plan), ACCEPT, 0)
    for target in ("v2", "v3"):
        journal.append(target)
    journal.refill(plan)
    assert targets_of(gone(plan)) == ["v3"]
    plan.settled(pair)
    assert targets_of(gone(plan)) == ["v2"]


@pytest.mark.parametrize(("wait_s", "is_past"), [(9.9, False), (10.0, True)])
def test_a_wait_of_ten_seconds_makes_waiting_readings_the_past_at_once(wait_s: float, is_past: bool) -> None:
    plan, journal = plan_of(backlog=Backlog.TIMESTAMPED)
    for _ in range(2):
        journal.append("v2")
    journal.refill(plan)
    flight = plan.next_call(1000, 1)
    assert flight
    journal.answer(plan, flight, Outcome(OutcomeKind.BACK_OFF, verbatim("slower"), wait_s, 429), 1000)
    assert has_past(plan) == is_past


@pytest.mark.parametrize(("until_s", "is_past"), [(1009.9, False), (1010.0, True)])
def test_an_outage_of_ten_seconds_makes_waiting_readings_the_past(until_s: float, is_past: bool) -> None:
    plan, journal = plan_of(backlog=Backlog.TIMESTAMPED)
    for _ in range(2):
        journal.append("v2")
    journal.refill(plan)
    journal.answer(plan, gone(plan, 1000), BACK_OFF, 1000)
    assert not has_past(plan)
    journal.answer(plan, gone(plan, until_s), ACCEPT, until_s)
    assert has_past(plan) == is_past


def test_the_past_is_cut_off_only_after_the_last_call_in_flight_has_failed() -> None:
    plan, journal = plan_of(backlog=Backlog.TIMESTAMPED)
    for target in ("v2", "v3", "v3"):
        journal.append(target)
    journal.refill(plan)
    pause = PAUSE._replace(retry_after_s=10.0)
    first, second = both(plan)
    journal.answer(plan, first, pause, 0)
    assert not has_past(plan)
    journal.answer(plan, second, pause, 0)
    assert has_past(plan)
    journal.refill(plan)
    while flight := plan.next_call(300):
        journal.answer(plan, flight, ACCEPT, 300)
        journal.refill(plan)
    assert not has_past(plan)
    for target in ("v2", "v3", "v3"):
        journal.append(target)
    journal.refill(plan)
    first, second = both(plan, 301)
    journal.answer(plan, second, ACCEPT, 301)
    journal.answer(plan, first, UNKNOWN, 301)
    assert not has_past(plan)


def test_sets_double_after_a_reject_and_stay_below_the_size_that_was_too_large() -> None:
    plan, journal = plan_of(*["v2"] * 24, forward=Forward.TIMESTAMPED)
    sizes = []
    for outcome in (TOO_LARGE, REJECT, ACCEPT, ACCEPT, ACCEPT, ACCEPT, ACCEPT):
        flight = gone(plan)
        sizes.append(flight.call.points)
        journal.answer(plan, flight, outcome)
    assert sizes == [24, 12, 1, 2, 4, 8, 9]
    for _ in range(40):
        journal.append("v2")
    journal.refill(plan, 1.0)
    while later := plan.next_call(1.0):
        sizes.append(later.call.points)
        journal.answer(plan, later, ACCEPT)
    assert sizes[7:] == [12, 12, 12, 4]
    assert {fate for fate, _ in journal.fates.values()} == {Fate.FORWARDED}
