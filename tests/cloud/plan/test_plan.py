"""The plan: each lane sends in order, with one call in flight at most, and every seq is settled once."""

from __future__ import annotations

import msgspec
import pytest

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.config.bench_file import DeviceConfig
from app.messages.message import Message, verbatim
from app.messages.stored import encode
from app.wire.datastreams import Datastream
from app.wire.streams import Fate, Run
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.plan.rig import GONE, LATEST, Rig, shown

DEVICE = DeviceConfig(
    port="simulated:",
    server="http://127.0.0.1",
    auth_token="env:PINBRIDGE_T",
    requests_per_s=0,
    datastream=(Datastream(virtual_pin=1, id=7), Datastream(id=9)),
)
PROBE_S = 300.0
SKIPPED = encode(Message("skipped_by_user"))
ACCEPT = Outcome(OutcomeKind.ACCEPT)
BACK_OFF = Outcome(OutcomeKind.BACK_OFF, verbatim("server error"), status=503)
PAUSE = Outcome(OutcomeKind.PAUSE, verbatim("token"))
UNKNOWN = Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404"), status=404)
LIMIT = Outcome(OutcomeKind.LIMIT, verbatim("HTTP 400: Too many requests"), status=400)
REJECT = Outcome(OutcomeKind.REJECT, verbatim("no such pin"))


def plan_of(*targets: str, **changes: object) -> tuple[Plan, MemoryJournal]:
    device = msgspec.structs.replace(DEVICE, **changes)
    plan, journal = Plan(device, Blynk(device, "token"), lambda: 1.0), MemoryJournal()
    for target in targets:
        journal.append(target)
    journal.refill(plan)
    return plan, journal


def gone(plan: Plan, now_s: float = 0) -> Flight:
    flight = plan.next_call(now_s)
    assert flight
    return flight


def fail_until_stuck(rig: Rig) -> None:
    """Let the next reading fail three times, so that it counts as stuck."""
    for _ in range(3):
        rig.answer(rig.go(), UNKNOWN)
        rig.now_s += PROBE_S


def targets_of(flight: Flight) -> list[str]:
    return [reading.target for reading in flight.call.readings]


def test_the_oldest_goes_first_and_a_lane_has_one_call() -> None:
    plan, _ = plan_of("v1", "ds7", "v2")
    first, second = gone(plan), gone(plan)
    assert (targets_of(first), targets_of(second)) == (["v1"], ["v2"])
    assert plan.next_call(0) is None
    assert plan.wait_s(0) is None
    assert plan.answered(first, ACCEPT, 0) == [Run(1, 1, 1, Fate.FORWARDED)]
    assert targets_of(gone(plan)) == ["ds7"]


def test_a_lane_with_many_readings_delays_no_other_lane() -> None:
    plan, journal = plan_of(*["v1"] * 4, "v2", "v2")
    sent = []
    for now_s in range(6):
        flight = gone(plan, now_s)
        sent += targets_of(flight)
        journal.answer(plan, flight, ACCEPT, now_s)
    assert sent == ["v1", "v2", "v1", "v2", "v1", "v1"]


def test_the_id_of_the_bench_file_is_used() -> None:
    plan, _ = plan_of("v1")
    assert gone(plan).call.query[0] == ("dataStreamId", "7")


def test_a_third_answer_waits_for_the_journal() -> None:
    plan, _ = plan_of("v2", "v2", "v2", "v2")
    flights = []
    for _ in range(2):
        flights.append(gone(plan))
        plan.answered(flights[-1], ACCEPT, 0)
    assert plan.next_call(0) is None
    plan.settled(flights[0])
    assert plan.next_call(0)


def test_a_refused_reading_does_not_block_its_lane() -> None:
    plan, _ = plan_of("v2", "v2")
    assert plan.answered(gone(plan), REJECT, 0) == [Run(1, 1, 1, Fate.REFUSED, encode(REJECT.message))]
    assert plan.next_call(0)


def test_after_a_failure_the_same_reading_probes_alone() -> None:
    plan, _ = plan_of("v2", "ds9")
    first, other = gone(plan), gone(plan)
    assert plan.answered(first, BACK_OFF, 1) == []
    assert plan.answered(other, BACK_OFF, 1) == []
    assert plan.trouble == BACK_OFF
    assert plan.next_call(1.5) is None
    assert plan.wait_s(1.5) == 0.5
    again = gone(plan, 2)
    assert again.call == first.call
    assert plan.next_call(2) is None
    plan.answered(again, ACCEPT, 2)
    assert plan.trouble is None
    assert gone(plan, 2).call == other.call


def test_the_cloud_s_retry_after_is_honoured() -> None:
    plan, _ = plan_of("v2")
    plan.answered(gone(plan), Outcome(OutcomeKind.BACK_OFF, verbatim("slower"), 120.0, 429), 0)
    assert plan.wait_s(0) == 120
    plan.try_now()
    assert plan.next_call(0)


@pytest.mark.parametrize("outcome", [PAUSE, UNKNOWN, LIMIT])
def test_a_pause_probes_after_seconds_and_at_last_every_five_minutes(outcome: Outcome) -> None:
    plan, _ = plan_of("v2")
    first, now_s, waits = gone(plan), 0.0, []
    flight = first
    for _ in range(12):
        plan.answered(flight, outcome, now_s)
        assert plan.trouble
        wait_s = plan.wait_s(now_s)
        assert wait_s
        assert plan.next_call(now_s + wait_s - 0.1) is None
        waits.append(wait_s)
        now_s += wait_s
        flight = gone(plan, now_s)
        assert flight.call == first.call
    first_s = [3, 3] if outcome is PAUSE else [1, 2]
    assert waits == [*first_s, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_unknown_words_on_every_lane_pause_the_device_and_each_lane_probes_in_turn() -> None:
    plan, journal = plan_of("v2", "ds9")
    first, second = gone(plan), gone(plan)
    plan.answered(first, UNKNOWN, 0)
    assert plan.trouble is None
    plan.answered(second, UNKNOWN, 0)
    trouble = Outcome(OutcomeKind.UNKNOWN, Message("cloud_answers_all", answer=UNKNOWN.message), 0.0, 404)
    assert plan.trouble == trouble
    assert plan.next_call(0.9) is None
    # The cloud works again, but never accepts the older reading: the newer one must get its turn.
    now_s, seen = PROBE_S, []
    for _ in range(3):
        flight = gone(plan, now_s)
        seen += targets_of(flight)
        journal.answer(plan, flight, UNKNOWN if targets_of(flight) == ["v2"] else ACCEPT, now_s)
        now_s += PROBE_S
        journal.append("ds9")
        journal.refill(plan)
    assert seen.count("ds9") >= 1
    assert plan.trouble is None


def test_a_reading_that_fails_while_others_pass_is_refused_in_the_end() -> None:
    plan, journal = plan_of("v2")
    runs: list[Run] = []
    now_s = 0.0
    while not runs and now_s < 2000:
        journal.append("ds9")
        journal.refill(plan)
        while flight := plan.next_call(now_s):
            bad = targets_of(flight) == ["v2"]
            runs += journal.answer(plan, flight, UNKNOWN if bad else ACCEPT, now_s)
        runs = [run for run in runs if run.fate is Fate.REFUSED]
        now_s += 30
    assert runs == [Run(1, 1, 1, Fate.REFUSED, encode(UNKNOWN.message))]
    assert 600 <= now_s < 930


def test_a_reading_that_causes_server_errors_blocks_only_its_own_lane() -> None:
    plan, journal = plan_of("v2")
    failed = passed = 0
    now_s = 0.0
    while now_s < 3600:
        journal.append("ds9")
        journal.refill(plan)
        while flight := plan.next_call(now_s):
            bad = targets_of(flight) == ["v2"]
            failed, passed = failed + bad, passed + (not bad)
            journal.answer(plan, flight, BACK_OFF if bad else ACCEPT, now_s)
        now_s += 10
    assert passed >= 355
    assert failed > 10
    assert plan.stuck() == [(journal.rows[0][0], BACK_OFF.message)]
    assert journal.fates_of("v2") == ["pending"]


def test_a_stuck_reading_is_reported_and_skipped() -> None:
    plan, journal = plan_of("v2", "v2", "ds9")
    assert plan.skip() == []
    bad, other = gone(plan), gone(plan)
    for now_s in (0.0, 10.0, 20.0):
        assert plan.stuck() == []
        journal.answer(plan, bad, UNKNOWN, now_s)
        if now_s < 20:
            bad = gone(plan, now_s + 10)
    # Nothing shows yet whether the pin or the device is to blame: `ds9` has not been answered.
    assert plan.stuck() == [(bad.call.readings[0], UNKNOWN.sentence)]
    journal.answer(plan, other, ACCEPT, 20.0)
    assert plan.stuck() == [(bad.call.readings[0], UNKNOWN.sentence)]
    assert plan.skip() == [Run(1, 1, 1, Fate.REFUSED, SKIPPED)]
    assert plan.stuck() == []
    assert targets_of(gone(plan, 20.0)) == ["v2"]


def test_a_stuck_reading_in_flight_is_skipped_when_its_answer_comes() -> None:
    plan, journal = plan_of("v2")
    for now_s in (0.0, 10.0, 20.0):
        journal.answer(plan, gone(plan, now_s), UNKNOWN, now_s)
    flight = gone(plan, PROBE_S)
    assert plan.stuck()
    assert plan.skip() == []
    assert journal.answer(plan, flight, UNKNOWN, PROBE_S) == [Run(1, 1, 1, Fate.REFUSED, SKIPPED)]


def test_a_pause_by_one_reading_ends_when_it_is_skipped() -> None:
    plan, journal = plan_of("v2", "v2")
    for now_s in (0.0, 10.0, 20.0):
        journal.answer(plan, gone(plan, now_s), UNKNOWN, now_s)
    assert plan.trouble
    journal.settle(plan.skip())
    journal.answer(plan, gone(plan, 21), ACCEPT, 21)
    assert plan.trouble is None


def test_the_successor_of_a_stuck_reading_is_not_skipped() -> None:
    rig = Rig(("v2", 1.0), **LATEST)
    fail_until_stuck(rig)
    assert [reading.value for reading, _ in rig.plan.stuck()] == [1.0]
    rig.add(("v2", 2.0))
    rig.wait(1.0)
    assert rig.plan.stuck() == []
    assert rig.plan.skip() == []
    assert rig.journal.fates_of("v2") == ["superseded", "pending"]
    rig.plan.try_now()
    assert shown(rig.go()) == "v2=2"
    assert rig.plan.stuck() == []


def test_the_successor_of_a_reading_skipped_in_flight_is_not_skipped() -> None:
    rig = Rig(("v2", 1.0), **LATEST)
    fail_until_stuck(rig)
    rig.plan.try_now()
    flight = rig.go()
    assert rig.plan.stuck()
    assert rig.plan.skip() == []
    rig.add(("v2", 2.0))
    rig.wait(1.0)
    rig.answer(flight, GONE)
    rig.plan.try_now()
    rig.answer(rig.go(), UNKNOWN)
    assert rig.journal.fates_of("v2") == ["superseded", "pending"]


def test_a_stream_with_more_than_a_window_is_read_to_its_end() -> None:
    plan, journal = plan_of(*["v2"] * 300)
    for _ in range(300):
        journal.answer(plan, gone(plan), ACCEPT)
        journal.refill(plan)
    assert plan.next_call(0) is None
    assert plan.prefetch.fetches() == []


def test_resent_readings_go_first_and_one_by_one() -> None:
    plan, journal = plan_of("v2", "v2")
    journal.answer(plan, gone(plan), REJECT)
    journal.answer(plan, gone(plan), REJECT)
    journal.append("ds9")
    journal.append("v2")
    journal.send_again()
    journal.refill(plan)
    again = gone(plan)
    assert again.call.readings[0].seq == 1
    assert targets_of(gone(plan)) == ["ds9"]
    journal.refill(plan)
    journal.answer(plan, again, ACCEPT)
    assert gone(plan).call.readings[0].seq == 2


def test_resent_readings_are_not_fetched_again_before_they_are_settled() -> None:
    plan, journal = plan_of("v2")
    journal.answer(plan, gone(plan), REJECT)
    journal.send_again()
    journal.refill(plan)
    again = gone(plan)
    journal.refill(plan)
    runs = plan.answered(again, ACCEPT, 0)
    # The journal has not stored the answer yet.
    journal.refill(plan)
    assert plan.next_call(0) is None
    journal.settle(runs)
    plan.settled(again)
    journal.refill(plan)
    assert plan.next_call(0) is None


def test_held_readings_that_the_user_releases_are_sent_once() -> None:
    plan, journal = plan_of(*["v2"] * 4)
    flight, sent = gone(plan), []
    journal.generation += 1
    journal.refill(plan)
    journal.answer(plan, flight, ACCEPT)
    while again := plan.next_call(0):
        sent.append(again.call.readings[0].seq)
        journal.answer(plan, again, ACCEPT)
    assert sent == [2, 3, 4]


def test_a_call_that_failed_while_its_stream_was_read_again_is_sent_in_order() -> None:
    plan, journal = plan_of(*["v2"] * 4)
    flight, sent = gone(plan), []
    journal.generation += 1
    journal.refill(plan)
    journal.answer(plan, flight, BACK_OFF)
    journal.refill(plan)
    while again := plan.next_call(10):
        sent.append(again.call.readings[0].seq)
        journal.answer(plan, again, ACCEPT, 10)
    assert sent == [1, 2, 3, 4]


def test_a_stuck_reading_goes_by_itself_also_if_others_share_a_batch() -> None:
    rig = Rig(("v1", 1.0), batch=True)
    fail_until_stuck(rig)
    rig.add(("v2", 2.0), ("v3", 3.0))
    # A pin that has failed shares no call with others, or they would fail with it.
    rig.wait(0)
    batch, flight = rig.go(), rig.go()
    assert shown(batch) == "v2=2&v3=3"
    assert shown(flight) == "dataStreamId=7&value=1"
    assert [reading.value for reading, _ in rig.plan.stuck()] == [1.0]
    assert rig.plan.skip() == []
    rig.answer(flight, UNKNOWN)
    assert rig.journal.fates_of("v1") == ["refused"]
