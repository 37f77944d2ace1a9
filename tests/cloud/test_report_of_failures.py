"""The report while calls fail: which pins are named, what may be skipped, when a device counts as paused."""

from __future__ import annotations

import pytest

from app.bench.status import CloudState
from app.cloud.blynk.outcomes import Answer, outcome_of
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.messages.message import Message, verbatim
from tests.cloud.plan.rig import ACCEPT, LATEST, Rig
from tests.cloud.test_report import SERVER_ERROR, status_of

UNKNOWN = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404: no such page"), status=404)
LIMIT = Outcome(OutcomeKind.LIMIT, verbatim("HTTP 400: Too many requests"), status=400)
USED_UP = Outcome(OutcomeKind.PAUSE, Message("cloud_plan_used_up", status=402), status=402)
SLOWER = outcome_of(Answer(429, {}, b""), 0.0)
QUOTA = outcome_of(Answer(503, {}, b'{"error":{"message":"Monthly quota exceeded"}}'), 0.0)
PAUSE = Outcome(OutcomeKind.PAUSE, verbatim("token"), status=400)


def failing(*failures: tuple[str, Outcome], times: int = 3, passes: bool = True) -> Rig:
    """A rig in which calls of the targets in `failures` have failed `times` times.

    If `passes` is true, a call of `v9` has been accepted meanwhile.
    """
    rig = Rig(*((target, 1.0) for target, _ in failures), ("v9", 9.0))
    outcomes = dict(failures)
    for _ in range(times):
        for flight in flights_of(rig):
            target = flight.call.readings[0].target
            if target in outcomes:
                rig.answer(flight, outcomes[target])
            elif passes:
                rig.answer(flight)
                rig.add(("v9", 9.0))
        rig.now_s += 300.0
    return rig


def flights_of(rig: Rig) -> list[Flight]:
    """All calls that may be sent now."""
    flights = []
    while flight := rig.plan.next_call(rig.now_s):
        flights.append(flight)
    return flights


def test_one_warning_names_all_pins_that_are_stuck_while_others_pass() -> None:
    assert status_of(failing(("v1", UNKNOWN), times=2)).warnings == ()
    status = status_of(failing(("v1", UNKNOWN)))
    assert [str(warning) for warning in status.warnings] == [
        "v1 is stuck on one reading, which is sent again and again, and its later readings wait. The "
        "cloud answers: HTTP 404: no such page. Skip the reading to go on."
    ]
    assert status.can_skip
    status = status_of(failing(("v1", UNKNOWN), ("v2", UNKNOWN._replace(status=418))))
    assert status.warnings == (
        Message("cloud_pins_stuck", count=2, targets=("v1", "v2"), answer=UNKNOWN.sentence),
    )
    assert str(status.warnings[0]).startswith("v1 and v2 are each stuck on one reading, which is sent again")
    assert status.state is CloudState.SENDING


def test_each_answer_of_the_cloud_has_a_warning_of_its_own() -> None:
    odd = UNKNOWN._replace(message=Message("cloud_answer", status=400, words="Odd"))
    status = status_of(failing(("v1", UNKNOWN), ("v2", odd), ("v3", UNKNOWN), ("v4", LIMIT)))
    assert status.warnings == (
        Message("cloud_pins_stuck", count=2, targets=("v1", "v3"), answer=UNKNOWN.sentence),
        Message("cloud_pins_stuck", count=1, targets=("v2",), answer=odd.sentence),
        Message("cloud_pins_fail", count=1, targets=("v4",), answer=LIMIT.sentence),
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (LIMIT, "The cloud reports a limit (HTTP 400: Too many requests)."),
        (USED_UP, "The plan's messages are used up (HTTP 402)."),
        (SLOWER, "The cloud asks for a slower pace (HTTP 429)."),
        (QUOTA, "The cloud has a server error (HTTP 503)."),
    ],
)
def test_no_message_says_to_skip_a_reading_because_of_a_limit(outcome: Outcome, said: str) -> None:
    status = status_of(failing(("v1", outcome)))
    assert [str(warning) for warning in status.warnings] == [
        f"{said} This concerns only v1, while other readings are forwarded. Its readings wait, none is lost."
    ]
    assert not status.can_skip
    rig = failing(("v1", outcome), ("v2", outcome))
    assert "This concerns only v1 and v2, while" in str(status_of(rig).warnings[0])
    flights_of(rig)  # They are named also while they are tried again.
    status = status_of(rig)
    assert "This concerns only v1 and v2, while" in str(status.warnings[0])
    for times in (1, 3):
        status = status_of(failing(("v1", outcome), times=times, passes=False))
        assert said in str(status.message)
        assert not status.can_skip
        assert "kip" not in f"{status.message}{status.warnings}"


def test_pins_that_may_fail_because_of_the_device_are_not_named() -> None:
    rig = failing(("v1", UNKNOWN), ("v2", UNKNOWN), passes=False)
    # The call of v9 has no answer yet, so nothing shows whether the device works.
    assert rig.plan.trouble is None
    status = status_of(rig)
    assert (status.warnings, status.can_skip) == ((), False)


def test_a_pin_whose_values_are_replaced_while_they_fail_is_named_too() -> None:
    rig = Rig(("v1", 1.0), ("v9", 9.0), **LATEST)
    for _ in range(4):
        for flight in flights_of(rig):
            rig.answer(flight, UNKNOWN if flight.call.readings[0].target == "v1" else ACCEPT)
        rig.now_s += 300.0
        rig.add(("v1", 2.0), ("v9", 9.0))
    status = status_of(rig)
    assert [str(warning) for warning in status.warnings] == [
        "The cloud answers: HTTP 404: no such page. This concerns only v1, while other readings are "
        "forwarded. Its readings wait, none is lost."
    ]
    assert not status.can_skip


def test_the_warning_about_a_pin_that_is_stuck_quotes_whole_sentences() -> None:
    answer = Outcome(OutcomeKind.BACK_OFF, Message("cloud_server_error", status=503), status=503)
    assert [str(warning) for warning in status_of(failing(("v1", answer), times=5)).warnings] == [
        "v1 is stuck on one reading, which is sent again and again, and its later readings wait. The "
        "cloud has a server error (HTTP 503). Skip the reading to go on."
    ]


def test_a_stray_answer_to_the_only_pin_is_no_pause_and_a_lasting_one_is() -> None:
    rig = Rig(("v1", 1.0))
    rig.answer(rig.go(), UNKNOWN)
    status = status_of(rig)
    assert status.state is CloudState.WAITING
    assert str(status.message) == (
        "The cloud answers: HTTP 404: no such page. 1 reading waits, none is lost; next try in 1 s."
    )
    for state in (CloudState.WAITING, CloudState.PAUSED):
        rig.now_s += 5.0
        assert status_of(rig).state is state
        rig.answer(rig.go(), UNKNOWN)
    status = status_of(rig)
    assert (status.state, status.warnings, status.can_skip) == (CloudState.PAUSED, (), True)


@pytest.mark.parametrize("outcome", [LIMIT, UNKNOWN])
def test_a_device_is_blocked_if_all_that_waits_is_behind_a_failing_pin(outcome: Outcome) -> None:
    rig = failing(("v1", outcome), times=1)
    assert not status_of(rig).is_blocked  # v9 may still be sent.
    good, bad = sorted(flights_of(rig), key=lambda flight: flight.call.readings[0].target, reverse=True)
    rig.answer(good)
    assert not status_of(rig).is_blocked  # The next try of v1 has no answer yet.
    rig.answer(bad, outcome)
    status = status_of(rig)
    assert (status.is_blocked, status.state) == (True, CloudState.SENDING)
    rig.journal.hold("v8")
    rig.wait(0.0)
    assert status_of(rig).is_blocked
    rig.add(("v2", 2.0))
    assert not status_of(rig).is_blocked


def test_a_pin_that_has_failed_for_seconds_does_not_block_the_device_yet() -> None:
    for seconds, is_blocked in ((9.9, False), (10.0, True)):
        rig = Rig(("v1", 1.0))
        rig.answer(rig.go(), UNKNOWN)
        rig.now_s += seconds
        assert status_of(rig).is_blocked == is_blocked
    rig = Rig(("v1", 1.0))
    rig.answer(rig.go(), Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, status=503))
    rig.now_s += 60.0
    assert not status_of(rig).is_blocked


@pytest.mark.parametrize("outcome", [Outcome(OutcomeKind.BACK_OFF, SERVER_ERROR, status=503), PAUSE])
def test_no_pin_is_blamed_while_the_device_is_in_trouble(outcome: Outcome) -> None:
    rig = failing(("v1", UNKNOWN))
    assert [warning.code for warning in status_of(rig).warnings] == ["cloud_pins_stuck"]
    other = next(flight for flight in flights_of(rig) if flight.call.readings[0].target == "v9")
    rig.answer(other, outcome)
    status = status_of(rig)
    assert status.state in (CloudState.WAITING, CloudState.PAUSED)
    assert (status.warnings, status.can_skip) == ((), False)
