"""What an answer means: whether the reading, its lane or the whole device is to blame for a failure."""

from __future__ import annotations

import pytest

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.messages.message import verbatim
from tests.cloud.plan.rig import Rig
from tests.cloud.plan.test_plan import (
    ACCEPT,
    BACK_OFF,
    LIMIT,
    PAUSE,
    UNKNOWN,
    gone,
    plan_of,
    targets_of,
)
from tests.cloud.plan.test_plan_in_trouble import TOO_LARGE, both


def fail_alone(outcome: Outcome, at_s: list[float], passes_at_s: set[float]) -> list[str]:
    """The fate of a reading that fails at the times `at_s`, if others are accepted at `passes_at_s`."""
    plan, journal = plan_of("v2", *["v3"] * 9)
    flights: dict[str, Flight] = {}
    for now_s in at_s:
        plan.try_now()
        while flight := plan.next_call(now_s):
            flights[targets_of(flight)[0]] = flight
        if now_s in passes_at_s:
            journal.answer(plan, flights["v3"], ACCEPT, now_s)
        journal.answer(plan, flights["v2"], outcome, now_s)
    return journal.fates_of("v2")


@pytest.mark.parametrize("outcome", [UNKNOWN, TOO_LARGE])
@pytest.mark.parametrize(
    ("at_s", "passes_at_s", "fate"),
    [
        ([0, 150, 300, 450, 600], {600}, "refused"),
        ([0, 150, 300, 450, 599], {599}, "pending"),
        ([1000, 1150, 1300, 1450, 1599], {1599}, "pending"),
        ([0, 200, 400, 600], {600}, "pending"),
        ([0, 200, 400, 6000], {6000}, "pending"),
        # Only successes since the last failure but one count; without one, the reading is never refused.
        ([0, 150, 300, 450, 600], set(), "pending"),
        ([0, 150, 300, 450, 600], {0, 150, 300, 450}, "pending"),
        ([600.0 * n for n in range(36)], set(), "pending"),
    ],
)
def test_five_failures_over_ten_minutes_while_others_pass_refuse_a_reading(
    outcome: Outcome, at_s: list[float], passes_at_s: set[float], fate: str
) -> None:
    assert fail_alone(outcome, at_s, passes_at_s) == [fate]


def test_six_hours_without_one_success_refuse_nothing() -> None:
    plan, journal = plan_of("v2", "v2", "ds9")
    for minute in range(360):
        while flight := plan.next_call(60.0 * minute):
            journal.answer(plan, flight, UNKNOWN, 60.0 * minute)
    assert journal.fates == {}


@pytest.mark.parametrize("outcome", [UNKNOWN, TOO_LARGE])
def test_readings_that_the_cloud_does_not_take_together_are_sent_apart(outcome: Outcome) -> None:
    rig = Rig(("v2", 1.0), ("v3", 2.0), batch=True)
    assert rig.all(outcome) == ["v2=1&v3=2", "v2=1", "v3=2"]
    assert rig.journal.fates_of("v2") == rig.journal.fates_of("v3") == ["forwarded"]


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_reading_that_the_cloud_gives_no_answer_to_makes_only_its_own_pin_wait(status: int) -> None:
    outcome = Outcome(OutcomeKind.BACK_OFF, verbatim("server error"), 120.0, status)
    plan, journal = plan_of("v2", "v3", "v3")
    bad, other = both(plan)
    journal.answer(plan, bad, outcome, 1.0)
    # The first failure may be the cloud's: nothing has been accepted since.
    assert plan.trouble == outcome
    assert plan.wait_s(1.0) == 120.0
    journal.answer(plan, other, ACCEPT, 2.0)
    assert plan.trouble is None
    assert plan.next_call(120.9) is None
    bad, other = both(plan, 121.0)
    journal.answer(plan, other, ACCEPT, 122.0)
    journal.answer(plan, bad, outcome, 123.0)
    # From the second failure on, the success of the other pin shows that the device works.
    journal.append("v3")
    journal.refill(plan)
    assert plan.trouble is None
    assert targets_of(gone(plan, 123.0)) == ["v3"]
    assert plan.wait_s(123.0) == 120.0


def test_a_call_without_an_answer_failed_alone_if_another_pin_was_accepted_meanwhile() -> None:
    for status, is_alone in ((0, True), (503, False)):
        plan, journal = plan_of("v2", "v3")
        bad, other = both(plan)
        journal.answer(plan, other, ACCEPT, 4.0)
        journal.answer(plan, bad, Outcome(OutcomeKind.BACK_OFF, verbatim("no answer"), status=status), 15.0)
        assert (plan.trouble is None) == is_alone
        assert plan.wait_s(15.0) == 1.0


@pytest.mark.parametrize("outcome", [UNKNOWN, LIMIT, PAUSE, TOO_LARGE])
def test_a_pause_makes_only_pins_wait_that_have_failed(outcome: Outcome) -> None:
    plan, journal = plan_of("v2")
    journal.answer(plan, gone(plan), outcome, 0)
    assert plan.trouble
    journal.append("v3")
    journal.refill(plan)
    good = gone(plan, 0.1)
    assert targets_of(good) == ["v3"]
    assert plan.next_call(0.1) is None
    journal.answer(plan, good, ACCEPT, 0.2)
    assert plan.trouble is None


@pytest.mark.parametrize("outcome", [UNKNOWN, LIMIT, PAUSE])
def test_a_pause_does_not_grow_with_the_number_of_pins_that_fail_in_it(outcome: Outcome) -> None:
    plan, journal = plan_of("v2")
    journal.answer(plan, gone(plan), outcome, 0)
    for pin in range(3, 40):
        journal.append(f"v{pin}")
        journal.refill(plan)
        journal.answer(plan, gone(plan, 0.5), outcome, 0.5)
    assert plan.next_call(0.9) is None
    assert targets_of(gone(plan, 3.5)) == ["v2"]


def test_a_pin_that_never_works_holds_up_no_probe_of_another() -> None:
    """`v2` always fails. Then `v3` fails once too, so the device pauses, and both are probed."""
    plan, journal = plan_of("v2", "v3")
    bad, good = both(plan)
    journal.answer(plan, good, ACCEPT, 1.0)
    for now_s in (1.0, 10.0, 20.0):
        journal.answer(plan, bad, PAUSE, now_s)
        journal.append("v3")
        journal.refill(plan)
        journal.answer(plan, gone(plan, now_s), ACCEPT, now_s + 0.5)
        bad = gone(plan, now_s + 9)
    journal.append("v3")
    journal.refill(plan)
    journal.answer(plan, gone(plan, 29.0), PAUSE, 29.0)
    assert plan.trouble
    journal.answer(plan, bad, PAUSE, 29.5)
    # The failure of v2 has not made the pause longer.
    assert targets_of(gone(plan, 32.0)) == ["v3"]


def test_the_end_of_a_pause_does_not_end_the_wait_of_a_pin_that_fails_alone() -> None:
    plan, journal = plan_of("v2", "v3")
    bad, good = both(plan)
    journal.answer(plan, good, ACCEPT, 1.0)
    for now_s in (0.5, 10.0, 20.0, 30.0):
        journal.answer(plan, bad, UNKNOWN, now_s)
        bad = gone(plan, now_s + 9) if now_s < 30 else bad
    journal.append("v3")
    journal.refill(plan)
    # v2 waits until 38 s. The device pauses because of a stray answer to v3, and goes on at 32 s.
    journal.answer(plan, gone(plan, 31.0), LIMIT, 31.0)
    assert plan.trouble
    journal.answer(plan, gone(plan, 32.0), ACCEPT, 32.0)
    assert plan.trouble is None
    assert plan.next_call(37.9) is None
    assert targets_of(gone(plan, 38.0)) == ["v2"]


def test_after_an_outage_of_all_pins_none_waits_longer_than_the_first() -> None:
    plan, journal = plan_of("v2", "v3", "ds9", "ds10")
    now_s = 0.0
    while now_s < 3000:
        while flight := plan.next_call(now_s):
            journal.answer(plan, flight, UNKNOWN, now_s)
        now_s += plan.wait_s(now_s) or 0
    first = gone(plan, now_s)
    assert plan.next_call(now_s) is None
    journal.answer(plan, first, ACCEPT, now_s)
    assert len([gone(plan, now_s) for _ in range(3)]) == 3


def test_an_earlier_success_blames_no_reading_for_server_errors() -> None:
    plan, journal = plan_of("v2", "v3")
    bad, other = both(plan, 10)
    journal.answer(plan, other, ACCEPT, 10)
    for now_s in (10, 20, 30):
        journal.answer(plan, bad, BACK_OFF, now_s)
        assert plan.stuck() == []
        plan.try_now()
        bad = gone(plan, now_s)
