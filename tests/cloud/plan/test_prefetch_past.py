"""Readings that waited through an outage (the past) are sent with their times, and newer ones at once."""

from __future__ import annotations

import pytest

from app.cloud.destination import Outcome, OutcomeKind
from app.config.bench_file import Backlog, Forward
from app.messages.message import verbatim
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.plan.rig import ACCEPT, GONE, PAST, REJECT, Rig, Settings, shown

PAST_AFTER_S = 10.0
PROBE_S = 300.0
PAST_AND_BATCHES: Settings = {"backlog": Backlog.TIMESTAMPED, "batch": True}


def test_past_readings_are_in_no_batch_of_the_present() -> None:
    rig = Rig(("v2", 1.0), **PAST_AND_BATCHES)
    rig.add(("v4", 3.0), ("v3", 2.0))
    assert rig.all() == ["v4=3&v3=2", "pin=v2 [1]"]


def test_the_past_is_sent_with_its_times_while_the_present_is_sent_at_once() -> None:
    rig = Rig(*[("v1", float(n)) for n in range(3)], ("v1.label", "x"), ("ds9", 1.0), **PAST)
    rig.add(("v1", 3.0))
    rig.journal.append("v1", 4.0)
    assert rig.all() == [
        "pin=v1&label=x",
        "pin=v1 [0, 1, 2]",
        "dataStreamId=9&value=1",
        "dataStreamId=7&value=3",
        "dataStreamId=7&value=4",
    ]


def test_readings_that_were_held_are_sent_with_their_times() -> None:
    rig = Rig(("v1", 1.0), **PAST)
    rig.all()
    rig.journal.hold("v1")
    rig.add(("v1", 3.0))
    assert rig.all() == ["dataStreamId=7&value=3"]
    rig.journal.release()
    rig.wait(0)
    assert rig.all() == ["pin=v1 [2]"]


def test_there_is_no_past_if_only_the_newest_reading_is_sent() -> None:
    rig = Rig(("v1", 1.0), ("v1", 2.0), forward=Forward.LATEST, backlog=Backlog.TIMESTAMPED)
    assert rig.all() == ["dataStreamId=7&value=2"]


def test_a_new_past_joins_only_the_past_that_ends_where_it_begins() -> None:
    rig = Rig(("v1", 1.0), ("v1", 2.0), **PAST)
    rig.add(("v1", 3.0), ("v2", 4.0), ("v2", 5.0))
    flights = {shown(flight): flight for flight in (rig.go(), rig.go(), rig.go())}
    assert set(flights) == {"dataStreamId=7&value=3", "pin=v1 [1, 2]", "v2=4"}
    rig.answer(flights.pop("v2=4"))
    flight = rig.go()
    assert shown(flight) == "v2=5"
    rig.answer(flight)
    rig.add(("v1", 6.0), ("v2", 7.0))
    rig.plan.prefetch.cut_past()
    rig.wait(0)
    for flight in flights.values():
        rig.answer(flight)
    assert sorted(rig.all()) == ["pin=v1 [6]", "pin=v2 [7]"]


def test_readings_that_waited_through_an_outage_are_the_past() -> None:
    rig = Rig(**PAST)
    rig.add(*[("v1", float(n)) for n in range(3)])
    rig.answer(rig.go(), GONE)
    rig.wait(PAST_AFTER_S)
    rig.add(("v1", 3.0))
    assert rig.all() == ["dataStreamId=7&value=0", "pin=v1 [1, 2, 3]"]


def test_an_outage_announced_as_long_makes_all_waiting_readings_the_past() -> None:
    rig = Rig(("v2", 9.0), **PAST)
    rig.all()
    rig.add(*[("v1", float(n)) for n in range(3)], ("v2", 1.0))
    flights = [rig.go(), rig.go()]
    while flights:
        for flight in flights:
            rig.answer(flight, GONE)
        rig.wait(rig.plan.wait_s(rig.now_s) or 0)
        flights = [rig.go()] if rig.now_s < PAST_AFTER_S else []
    rig.add(("v1", 3.0))
    assert sorted(rig.all()) == ["pin=v1 [0, 1, 2]", "pin=v1 [3]", "pin=v2 [1]"]
    assert set(rig.journal.fates_of("v1") + rig.journal.fates_of("v2")) == {"forwarded"}


def test_without_points_for_the_past_a_single_reading_probes() -> None:
    rig = Rig(**PAST)
    rig.add(("v1", 0.0), ("v1", 1.0))
    rig.answer(rig.go(0), Outcome(OutcomeKind.PAUSE, verbatim("no")))
    rig.wait(PROBE_S)
    assert shown(rig.go(0)) == "dataStreamId=7&value=0"


def test_a_past_that_still_waits_grows_by_the_next_one() -> None:
    rig = Rig(("v1", 0.0), ("v1", 1.0), **PAST)
    assert rig.plan.next_call(0, 0) is None
    for value in (2.0, 4.0):
        rig.add(("v1", value), ("v1", value + 1))
        rig.answer(rig.go(0), GONE)
        rig.wait(PAST_AFTER_S)
        rig.answer(rig.go(0))
    assert rig.all() == ["pin=v1 [0, 1, 3, 5]"]
    assert set(rig.journal.fates_of("v1")) == {"forwarded"}


def test_two_pasts_without_a_present_reading_between_them_are_one() -> None:
    rig = Rig(**PAST)
    for value in (0.0, 1.0):
        rig.add(("v1", value))
        rig.plan.prefetch.cut_past()
    rig.wait(0)
    assert [len(lane.flows) for lane in rig.plan.prefetch.lanes if lane.is_past] == [1]
    assert rig.all() == ["pin=v1 [0, 1]"]
    assert not any(lane.flows for lane in rig.plan.prefetch.lanes if lane.is_past)
    rig.plan.prefetch.cut_past()
    assert rig.all() == []
    assert not any(lane.flows for lane in rig.plan.prefetch.lanes if lane.is_past)


def test_a_short_failure_is_no_outage() -> None:
    rig = Rig(**PAST)
    rig.add(("v1", 0.0), ("v1", 1.0))
    rig.answer(rig.go(), GONE)
    rig.wait(PAST_AFTER_S / 2)
    assert rig.all() == ["dataStreamId=7&value=0", "dataStreamId=7&value=1"]


def test_held_readings_at_the_start_are_not_the_past() -> None:
    journal = MemoryJournal()
    journal.hold("v1")
    rig = Rig(journal=journal, **PAST)
    assert not any(lane.is_past for lane in rig.plan.prefetch.lanes)


@pytest.mark.parametrize("later", [[], [3.0]])
def test_readings_requeued_after_the_past_was_cut_off_are_sent_once(later: list[float]) -> None:
    rig = Rig(**PAST_AND_BATCHES)
    rig.add(("v1", 1.0), ("v2", 1.0))
    rig.answer(rig.go(), GONE)
    rig.add(("v1", 2.0))
    rig.wait(PAST_AFTER_S)
    rig.answer(rig.go(), REJECT)
    rig.add(*[("v1", value) for value in later])
    for outcome in (GONE, GONE, ACCEPT):
        rig.answer(rig.go(0), outcome)
        rig.wait(PAST_AFTER_S)
    assert rig.all() == [f"pin=v1 {[1, 2, *map(int, later)]}"]
    assert set(rig.journal.fates_of("v1")) == {"forwarded"}
