"""What the plan waits for in trouble, whom it blames, and what it refuses in the end."""

from __future__ import annotations

import pytest

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.config.bench_file import Backlog, Forward
from app.messages.message import verbatim
from app.wire.streams import Fate
from tests.cloud.plan.shelf import Shelf
from tests.cloud.plan.test_plan import (
    ACCEPT,
    BACK_OFF,
    DEVICE,
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


def fail_alone(outcome: Outcome, at_s: list[float], passes_at_s: set[float]) -> list[str]:
    """What becomes of a reading that goes and fails at these times, while another passes at those."""
    plan, shelf = plan_of("v2", *["v3"] * 9)
    for now_s in at_s:
        plan.try_now()
        sick = gone(plan, now_s)
        assert targets_of(sick) == ["v2"]
        if now_s in passes_at_s:
            shelf.answer(plan, gone(plan, now_s), ACCEPT, now_s)
        shelf.answer(plan, sick, outcome, now_s)
    return shelf.told("v2")


@pytest.mark.parametrize("outcome", [UNKNOWN, TOO_LARGE])
@pytest.mark.parametrize(
    ("at_s", "passes_at_s", "fate"),
    [
        ([0, 150, 300, 450, 600], {150}, "refused"),
        ([0, 150, 300, 450, 599], {150}, "pending"),
        ([1000, 1150, 1300, 1450, 1599], {1150}, "pending"),
        ([0, 200, 400, 600], {200}, "pending"),
        ([0, 200, 400, 6000], {200}, "pending"),
        # A success counts only while the reading was failing, and hours without one refuse nothing.
        ([0, 150, 300, 450, 600], set(), "pending"),
        ([10, 160, 310, 460, 610], {10}, "pending"),
        ([600.0 * n for n in range(36)], set(), "pending"),
    ],
)
def test_five_failures_over_ten_minutes_while_others_pass_refuse_a_reading(
    outcome: Outcome, at_s: list[float], passes_at_s: set[float], fate: str
) -> None:
    assert fail_alone(outcome, at_s, passes_at_s) == [fate]


def test_six_hours_without_one_success_refuse_nothing() -> None:
    plan, shelf = plan_of("v2", "v2", "ds9")
    for minute in range(360):
        while flight := plan.next_call(60.0 * minute):
            shelf.answer(plan, flight, UNKNOWN, 60.0 * minute)
    assert shelf.fates == {}


@pytest.mark.parametrize(
    ("status", "is_to_blame"), [(0, False), (429, False), (499, False), (500, True), (503, True)]
)
def test_the_third_server_s_error_while_others_pass_is_the_reading_s_own(
    status: int, is_to_blame: bool
) -> None:
    outcome = Outcome(OutcomeKind.BACK_OFF, verbatim("unwell"), 120.0, status)
    plan, shelf = plan_of("v2")
    for time in range(3):
        now_s = 1000.0 * time
        shelf.append("v3")
        shelf.refill(plan, now_s)
        plan.try_now()
        sick, other = both(plan, now_s)
        shelf.answer(plan, other, ACCEPT, now_s + 1)
        shelf.answer(plan, sick, outcome, now_s + 2)
        assert (plan.trouble is None) == (is_to_blame and time == 2)
        assert bool(plan.stuck()) == (is_to_blame and time == 2)
        if plan.trouble:
            shelf.append("v3")
            shelf.refill(plan, now_s)
            probe = gone(plan, now_s + 500)
            if targets_of(probe) == ["v2"]:
                plan.answered(probe, Outcome(OutcomeKind.BACK_OFF), now_s + 500)
                probe = gone(plan, now_s + 999)
            shelf.answer(plan, probe, ACCEPT, now_s + 999)
    if is_to_blame:
        # The lane alone waits, for as long as the cloud asked.
        shelf.append("v3")
        shelf.refill(plan)
        assert plan.wait_s(2002.0) == 120.0
        assert targets_of(gone(plan, 2002.0)) == ["v3"]
        assert plan.next_call(2121.9) is None
        assert targets_of(gone(plan, 2122.0)) == ["v2"]


def test_one_reading_s_fault_alone_is_not_called_the_cloud_s() -> None:
    plan, shelf = plan_of("v2", "v3")
    sick, other = both(plan)
    for now_s in (1.0, 2.0, 3.0):
        shelf.answer(plan, sick, BACK_OFF, now_s)
        if now_s == 1.0:
            shelf.answer(plan, other, ACCEPT, now_s + 0.5)
        if now_s < 3.0:
            plan.try_now()
            sick = gone(plan, now_s)
    assert plan.stuck()
    assert plan.trouble != Outcome(OutcomeKind.PAUSE, verbatim("The cloud answers: unwell."))


def test_a_success_of_before_blames_no_reading_for_a_server_s_errors() -> None:
    plan, shelf = plan_of("v2", "v3")
    sick, other = both(plan, 10)
    shelf.answer(plan, other, ACCEPT, 10)
    for now_s in (10, 20, 30):
        shelf.answer(plan, sick, BACK_OFF, now_s)
        assert plan.stuck() == []
        plan.try_now()
        sick = gone(plan, now_s)


def test_calls_that_left_together_fail_once_and_a_later_one_fails_again() -> None:
    chances = iter([0.0, 1.0, 1.0])
    plan, shelf = Plan(DEVICE, Blynk(DEVICE, "token"), lambda: next(chances)), Shelf()
    shelf.append("v2")
    shelf.append("v3")
    shelf.refill(plan)
    first, second = both(plan)
    shelf.answer(plan, first, BACK_OFF, 5)
    shelf.answer(plan, second, BACK_OFF, 5)
    again = gone(plan, 5)
    shelf.answer(plan, again, BACK_OFF, 6)
    assert plan.wait_s(6) == 2


def test_the_wait_is_that_of_the_first_lane_that_time_alone_lets_go() -> None:
    plan, shelf = plan_of("v2", "v3", "ds9", "ds10")
    flights = [gone(plan) for _ in range(4)]
    shelf.answer(plan, flights[0], UNKNOWN, 0)
    assert plan.wait_s(0) == 1.0
    assert plan.wait_s(1) is None
    # At its very end the wait is over.
    again = gone(plan, 1)
    assert again.call == flights[0].call
    shelf.answer(plan, again, UNKNOWN, 1)
    shelf.answer(plan, flights[1], UNKNOWN, 1)
    assert plan.wait_s(1) == 1.0
    shelf.append("ds10")
    shelf.refill(plan)
    shelf.answer(plan, flights[3], ACCEPT, 1)
    assert plan.wait_s(1) == 1.0
    plan.try_now()
    assert {target for flight in both(plan, 1) for target in targets_of(flight)} == {"v2", "v3"}


def test_a_lane_that_has_nothing_or_is_under_way_is_not_waited_for() -> None:
    plan, shelf = plan_of("v2", "v3", "v3")
    first, second = both(plan)
    shelf.answer(plan, first, PAUSE, 0)
    assert plan.wait_s(0) == 300
    shelf.delete()
    for _ in range(2):
        shelf.append("v3")
    shelf.refill(plan)
    shelf.answer(plan, second, ACCEPT, 0)
    plan.try_now()
    gone(plan)
    plan._breaker.not_before_s = 300.0
    assert plan.wait_s(0) is None


def test_sets_wait_for_points() -> None:
    plan, shelf = plan_of("v2", "v2", "v3", forward=Forward.TIMESTAMPED)
    flight = plan.next_call(0, 1)
    assert flight
    assert flight.call.points == 1
    assert plan.waits_for_points
    assert not plan.waits_for_points_alone
    shelf.answer(plan, flight, PAUSE, 0)
    assert plan.waits_for_points_alone
    assert plan.wait_s(0, 0) is None
    assert plan.wait_s(0, 1) == 300
    shelf.append("ds9")
    shelf.refill(plan)
    assert plan.waits_for_points
    assert not plan.waits_for_points_alone
    shelf.delete()
    shelf.refill(plan)
    assert not plan.waits_for_points_alone


def test_a_set_under_way_waits_for_no_points() -> None:
    plan, _ = plan_of("v2", "v2", forward=Forward.TIMESTAMPED)
    plan.next_call(0, 1)
    assert not plan.waits_for_points


def test_a_probe_goes_alone_and_a_refusal_ends_the_trouble_too() -> None:
    plan, shelf = plan_of("v2", "v3", "ds9")
    shelf.answer(plan, gone(plan), PAUSE, 0)
    probe = gone(plan, 300)
    assert plan.next_call(300) is None
    shelf.answer(plan, probe, REJECT, 300)
    assert plan.trouble is None
    both(plan, 300)


def test_what_a_person_tries_now_begins_with_short_waits_again() -> None:
    plan, shelf = plan_of("v2")
    for now_s in (0, 10, 20):
        shelf.answer(plan, gone(plan, now_s), BACK_OFF, now_s)
    assert plan.wait_s(20) == 4
    plan.try_now()
    shelf.answer(plan, gone(plan, 20), BACK_OFF, 20)
    assert plan.wait_s(20) == 1


def test_a_device_that_is_well_again_begins_with_short_waits() -> None:
    plan, shelf = plan_of("v2", "v2")
    for now_s, outcome in ((0, BACK_OFF), (10, BACK_OFF), (20, ACCEPT), (30, BACK_OFF)):
        shelf.answer(plan, gone(plan, now_s), outcome, now_s)
    assert plan.wait_s(30) == 1


def test_a_lane_that_is_well_again_begins_with_short_waits_and_a_clean_slate() -> None:
    plan, shelf = plan_of("v2", "v2", "v3")
    other = gone(plan) if targets_of(first := gone(plan)) == ["v2"] else first
    sick = first
    for now_s in (0.0, 10.0, 20.0):
        shelf.answer(plan, sick, UNKNOWN, now_s)
        sick = gone(plan, now_s + 5)
    assert plan.skip() == []
    shelf.answer(plan, sick, ACCEPT, 30)
    # The skip was meant for the reading that the cloud took in the end.
    shelf.answer(plan, gone(plan, 30), UNKNOWN, 30)
    assert shelf.told("v2") == ["forwarded", "pending"]
    assert plan.wait_s(30) == 1
    assert targets_of(other) == ["v3"]


def test_all_that_is_stuck_is_skipped_at_once_and_leaves_no_mark() -> None:
    plan, shelf = plan_of("v2", "v3", "ds9", "v2")
    for flight in both(plan):
        shelf.answer(plan, flight, UNKNOWN, 0)
    was_stuck, runs = bool(plan.stuck()), plan.skip()
    shelf.settle(runs)
    assert was_stuck
    assert shelf.told("v2") == ["refused", "pending"]
    assert shelf.told("v3") == ["refused"]
    shelf.answer(plan, gone(plan), UNKNOWN, 0)
    assert plan.trouble is None


def test_where_nothing_is_stuck_skipping_ends_no_wait() -> None:
    plan, shelf = plan_of("v2")
    shelf.answer(plan, gone(plan), PAUSE, 0)
    assert plan.skip() == []
    assert plan.next_call(299) is None


def test_the_cloud_s_words_are_told_as_one_sentence() -> None:
    plan, shelf = plan_of("v2")
    shelf.answer(plan, gone(plan), Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: see MAX"), status=404), 0)
    assert plan.trouble
    assert plan.trouble.kind is OutcomeKind.PAUSE
    assert str(plan.trouble.message) == "The cloud answers: HTTP 404: see MAX."


def test_a_settled_answer_lets_one_more_go() -> None:
    plan, shelf = plan_of(*["v2"] * 6)
    flights: list[Flight] = []
    for gone_by_then in (2, 4, 6):
        while flight := plan.next_call(0):
            flights.append(flight)
            shelf.settle(plan.answered(flight, ACCEPT, 0))
        assert len(flights) == gone_by_then
        for answered in flights[-2:]:
            plan.settled(answered)


def test_one_settled_answer_of_two_lets_one_more_go() -> None:
    plan, shelf = plan_of(*["v2"] * 6)
    flights: list[Flight] = []
    for settled in range(4):
        while flight := plan.next_call(0):
            flights.append(flight)
            shelf.settle(plan.answered(flight, ACCEPT, 0))
        assert len(flights) == 2 + settled
        plan.settled(flights[settled])


def test_a_batch_that_is_settled_frees_any_of_its_lanes() -> None:
    plan, shelf = plan_of("v2", "v2", "v3", batch=True)
    pair = gone(plan)
    plan.answered(pair, ACCEPT, 0)
    plan.answered(gone(plan), ACCEPT, 0)
    for target in ("v2", "v3"):
        shelf.append(target)
    shelf.refill(plan)
    assert targets_of(gone(plan)) == ["v3"]
    plan.settled(pair)
    assert targets_of(gone(plan)) == ["v2"]


@pytest.mark.parametrize(("wait_s", "is_past"), [(9.9, False), (10.0, True)])
def test_what_a_trouble_keeps_for_ten_seconds_is_the_past_at_once(wait_s: float, is_past: bool) -> None:
    plan, shelf = plan_of(backlog=Backlog.TIMESTAMPED)
    for _ in range(2):
        shelf.append("v2")
    shelf.refill(plan)
    flight = plan.next_call(1000, 1)
    assert flight
    shelf.answer(plan, flight, Outcome(OutcomeKind.BACK_OFF, verbatim("slower"), wait_s, 429), 1000)
    assert has_past(plan) == is_past


@pytest.mark.parametrize(("until_s", "is_past"), [(1009.9, False), (1010.0, True)])
def test_what_waited_through_ten_seconds_of_trouble_is_the_past(until_s: float, is_past: bool) -> None:
    plan, shelf = plan_of(backlog=Backlog.TIMESTAMPED)
    for _ in range(2):
        shelf.append("v2")
    shelf.refill(plan)
    shelf.answer(plan, gone(plan, 1000), BACK_OFF, 1000)
    assert not has_past(plan)
    shelf.answer(plan, gone(plan, until_s), ACCEPT, until_s)
    assert has_past(plan) == is_past


def test_the_past_is_cut_off_when_the_last_call_is_back_and_in_trouble_alone() -> None:
    plan, shelf = plan_of(backlog=Backlog.TIMESTAMPED)
    for target in ("v2", "v3", "v3"):
        shelf.append(target)
    shelf.refill(plan)
    first, second = both(plan)
    shelf.answer(plan, first, PAUSE, 0)
    assert not has_past(plan)
    shelf.answer(plan, second, PAUSE, 0)
    assert has_past(plan)
    shelf.refill(plan)
    while flight := plan.next_call(300):
        shelf.answer(plan, flight, ACCEPT, 300)
        shelf.refill(plan)
    assert not has_past(plan)
    for target in ("v2", "v3", "v3"):
        shelf.append(target)
    shelf.refill(plan)
    first, second = both(plan, 301)
    shelf.answer(plan, second, ACCEPT, 301)
    shelf.answer(plan, first, UNKNOWN, 301)
    assert not has_past(plan)


def test_a_set_grows_by_two_after_a_refusal_and_never_beyond_what_was_too_large() -> None:
    plan, shelf = plan_of(*["v2"] * 24, forward=Forward.TIMESTAMPED)
    sizes = []
    for outcome in (TOO_LARGE, REJECT, ACCEPT, ACCEPT, ACCEPT, ACCEPT, ACCEPT):
        flight = gone(plan)
        sizes.append(flight.call.points)
        shelf.answer(plan, flight, outcome)
    assert sizes == [24, 12, 1, 2, 4, 8, 9]
    for _ in range(40):
        shelf.append("v2")
    shelf.refill(plan, 1.0)
    while later := plan.next_call(1.0):
        sizes.append(later.call.points)
        shelf.answer(plan, later, ACCEPT)
    assert sizes[7:] == [12, 12, 12, 4]
    assert {fate for fate, _ in shelf.fates.values()} == {Fate.FORWARDED}
