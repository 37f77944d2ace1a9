"""What one bad pin, property or answer costs the pins that the cloud accepts: at most some seconds.

Simulated boards print for half an hour. A pin that the cloud accepts must never be later than `WORST_S`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from app.cloud.destination import Outcome, OutcomeKind
from app.config.bench_file import Forward
from app.messages.message import verbatim
from app.wire.streams import Fate, Reading
from tests.cloud.plan.simulation import LATENCY_S, Cloud, Simulation

WORST_S = 5.0
HALF_HOUR_S = 1800.0
ACCEPT = Outcome(OutcomeKind.ACCEPT, status=200)
ANSWERED = (OutcomeKind.UNKNOWN, OutcomeKind.TOO_LARGE, OutcomeKind.LIMIT, OutcomeKind.PAUSE)
"""The outcomes of answers to which a pause is the reaction."""


def failure(kind: OutcomeKind, status: int = 400) -> Outcome:
    return Outcome(kind, verbatim("odd"), status=status)


def refusing(target: str, outcome: Outcome) -> Cloud:
    """A cloud that gives `outcome` to each call with a reading of `target`, and accepts all others."""

    def cloud(_now_s: float, readings: Sequence[Reading]) -> Outcome:
        return outcome if any(reading.target == target for reading in readings) else ACCEPT

    return cloud


def stray(at_s: float, outcome: Outcome) -> Cloud:
    """A cloud that gives `outcome` once, to the first call after `at_s`, and accepts all others."""
    left = [outcome]

    def cloud(now_s: float, _readings: Sequence[Reading]) -> Outcome:
        return left.pop() if left and now_s > at_s else ACCEPT

    return cloud


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("kind", [*ANSWERED, OutcomeKind.BACK_OFF])
def test_a_stray_answer_costs_seconds(kind: OutcomeKind, batch: bool) -> None:
    for pins in (1, 4):
        cadences_s = {f"v{pin}": 1.0 for pin in range(pins)}
        board = Simulation(cadences_s, stray(50.0, failure(kind)), batch=batch)
        board.run(100.5)
        assert max(board.late_s(target) for target in cadences_s) < WORST_S
        assert sum(board.fates.values()) == 100 * pins


def test_a_stray_answer_in_unknown_words_costs_the_other_pins_nothing() -> None:
    board = Simulation({f"v{pin}": 1.0 for pin in range(4)}, stray(50.0, failure(OutcomeKind.UNKNOWN)))
    board.run(100.5)
    assert [board.late_s(f"v{pin}") < 2 * LATENCY_S for pin in range(4)] == [False, True, True, True]
    assert board.calls.total() == 401


@pytest.mark.parametrize("good_s", [0.1, 4.0, 60.0])
@pytest.mark.parametrize("bad", ["v2", "v2.label", "ds2"])
@pytest.mark.parametrize("kind", ANSWERED)
def test_a_pin_or_property_that_is_never_accepted_does_not_delay_others(
    kind: OutcomeKind, bad: str, good_s: float
) -> None:
    board = Simulation({"v0": good_s, bad: 4.0}, refusing(bad, failure(kind)))
    board.run(60.0 if good_s < 1 else HALF_HOUR_S)
    assert board.late_s("v0") < 1.0
    in_flight = 1
    assert board.fates[("v0", Fate.FORWARDED)] >= board.calls[("v0",)] - in_flight
    # It is tried after growing waits, which cost few messages.
    assert board.calls[(bad,)] < 60


@pytest.mark.parametrize("status", [0, 429, 503])
def test_a_pin_whose_calls_get_no_good_answer_delays_others_by_seconds(status: int) -> None:
    board = Simulation({"v0": 4.0, "v2": 4.0}, refusing("v2", failure(OutcomeKind.BACK_OFF, status)))
    board.run(HALF_HOUR_S)
    assert board.late_s("v0") < 1.0 + 2 * LATENCY_S
    assert board.fates == {("v0", Fate.FORWARDED): 449}


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_pins_that_are_answered_with_a_server_error_do_not_delay_others(share: float, batch: bool) -> None:
    chance = random.Random(1)

    def cloud(_now_s: float, readings: Sequence[Reading]) -> Outcome:
        is_bad = min(int(reading.target[1:]) for reading in readings) < 5
        return failure(OutcomeKind.BACK_OFF, 503) if is_bad and chance.random() < share else ACCEPT

    cadences_s = {f"v{pin}": pin % 3 + 1.0 for pin in range(8)}
    board = Simulation(cadences_s, cloud, calls_per_s=10.0, batch=batch)
    board.run(600.0)
    assert max(board.late_s(f"v{pin}") for pin in range(5, 8)) < WORST_S


def test_a_server_that_has_an_error_for_all_pins_is_asked_seldom_and_then_by_all() -> None:
    pins = [f"v{pin}" for pin in range(8)]
    error = failure(OutcomeKind.BACK_OFF, 503)
    board = Simulation(dict.fromkeys(pins, 2.0), lambda now_s, _: ACCEPT if now_s > 600.0 else error)
    board.run(600.0)
    assert board.calls.total() < 8 + 40
    board.run(720.0)
    assert {board.late_s(pin) < 660.0 for pin in pins} == {True}
    assert board.fates.total() > 8 * 350


@pytest.mark.parametrize("kind", [OutcomeKind.REJECT, *ANSWERED, OutcomeKind.BACK_OFF])
def test_in_batches_a_bad_pin_costs_a_round_one_message_more_at_most(kind: OutcomeKind) -> None:
    pins = [f"v{pin}" for pin in range(4)]
    board = Simulation(dict.fromkeys(pins, 4.0), refusing("v2", failure(kind)), batch=True)
    board.run(HALF_HOUR_S)
    assert max(board.late_s(pin) for pin in pins if pin != "v2") < WORST_S
    rounds = 449
    assert board.calls[("v0", "v1", "v3")] == rounds - 1
    # The first round shows which pin is bad: all pins are sent together, then one by one.
    assert sum(calls for sent, calls in board.calls.items() if sent != ("v2",)) <= rounds - 1 + 2 + 4
    assert board.calls[("v2",)] <= rounds


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_device_that_fails_as_a_whole_sends_few_messages_and_goes_on_soon_after_its_recovery(
    kind: OutcomeKind,
) -> None:
    pins = [f"v{pin}" for pin in range(8)]
    board = Simulation(
        dict.fromkeys(pins, 2.0), lambda now_s, _: ACCEPT if now_s > HALF_HOUR_S else failure(kind)
    )
    board.run(HALF_HOUR_S)
    assert board.calls.total() < 8 + 20
    assert not board.fates
    assert board.plan.is_paused(HALF_HOUR_S)
    # The next probe comes within five minutes. From then on, no pin waits any longer.
    board.run(HALF_HOUR_S + 320.0)
    assert board.plan.trouble is None
    for place in range(8):
        assert board.fates[(pins[place], Fate.FORWARDED)] >= 1055


@pytest.mark.parametrize("kind", [*ANSWERED, OutcomeKind.BACK_OFF])
def test_a_pin_that_catches_up_does_not_delay_others(kind: OutcomeKind) -> None:
    """After ten minutes of failures, 600 readings of v2 wait. At this pace, they are sent in 100 s."""

    def cloud(now_s: float, readings: Sequence[Reading]) -> Outcome:
        is_bad = now_s < 600.0 and readings[0].target == "v2"
        return failure(kind, 503) if is_bad else ACCEPT

    board = Simulation({"v0": 1.0, "v1": 4.0, "v2": 1.0}, cloud, calls_per_s=10.0)
    board.run(HALF_HOUR_S)
    assert board.late_s("v0") < WORST_S
    assert board.late_s("v1") < WORST_S
    assert board.fates[("v2", Fate.FORWARDED)] > 1700


def test_a_pin_whose_sets_are_refused_one_by_one_does_not_delay_others() -> None:
    board = Simulation(
        {"v0": 1.0, "v1": 1.0, "v2": 0.02},
        refusing("v2", failure(OutcomeKind.REJECT)),
        calls_per_s=10.0,
        forward=Forward.TIMESTAMPED,
    )
    board.run(120.0)
    assert board.late_s("v0") < WORST_S
    assert board.late_s("v1") < WORST_S


def test_a_limiter_of_the_rate_loses_no_reading() -> None:
    """It takes three calls a second and answers all others with words about a limit."""
    level, at_s = 3.0, 0.0

    def cloud(now_s: float, _readings: Sequence[Reading]) -> Outcome:
        nonlocal level, at_s
        level, at_s = min(3.0, level + 3.0 * (now_s - at_s)), now_s
        if level < 1:
            return failure(OutcomeKind.LIMIT)
        level -= 1
        return ACCEPT

    board = Simulation({f"v{pin}": 4.0 for pin in range(8)}, cloud)
    board.run(900.0)
    assert {fate for _, fate in board.fates} == {Fate.FORWARDED}
    assert sum(board.fates.values()) > 8 * 220


@pytest.mark.parametrize(
    "seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 400))]
)
def test_whatever_the_bad_pins_are_answered_good_ones_are_accepted_within_seconds(seed: int) -> None:
    chance = random.Random(seed)
    bad = chance.randint(1, 7)
    kinds = [chance.choice(ANSWERED) for _ in range(8)]
    same_s = chance.choice([0.5, 1.0, 4.0, 60.0])
    mixed = chance.random() < 0.5
    cadences_s = {
        f"v{pin}": chance.choice([0.1, 0.5, 1.0, 4.0, 15.0, 60.0]) if mixed else same_s for pin in range(8)
    }
    share = chance.choice([0.0, 0.01])

    def cloud(_now_s: float, readings: Sequence[Reading]) -> Outcome:
        pins = [int(reading.target[1:]) for reading in readings]
        if min(pins) < bad:
            return failure(kinds[min(pins)])
        return failure(chance.choice(kinds)) if chance.random() < share else ACCEPT

    board = Simulation(cadences_s, cloud, seed, batch=chance.random() < 0.4)
    board.run(100.0 if min(cadences_s.values()) < 1 else HALF_HOUR_S)
    assert max(board.late_s(f"v{pin}") for pin in range(bad, 8)) < WORST_S
