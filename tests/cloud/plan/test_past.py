"""The past: what waited through an outage goes with its times, while the present stays live."""

from __future__ import annotations

import pytest

from app.cloud.destination import Outcome, OutcomeKind
from app.config.bench_file import Backlog, Forward
from app.messages.message import verbatim
from tests.cloud.plan.desk import ACCEPT, GONE, PAST, REJECT, Desk, Settings, shown
from tests.cloud.plan.shelf import Shelf

PAST_AFTER_S = 10.0
PROBE_S = 300.0
PAST_AND_BATCHES: Settings = {"backlog": Backlog.TIMESTAMPED, "batch": True}


def test_the_past_joins_no_batch_of_the_present() -> None:
    desk = Desk(("v2", 1.0), **PAST_AND_BATCHES)
    desk.say(("v4", 3.0), ("v3", 2.0))
    assert desk.all() == ["v4=3&v3=2", "pin=v2 [1]"]


def test_the_past_goes_with_its_times_while_the_present_stays_live() -> None:
    desk = Desk(*[("v1", float(n)) for n in range(3)], ("v1.label", "x"), ("ds9", 1.0), **PAST)
    desk.say(("v1", 3.0))
    desk.shelf.append("v1", 4.0)
    assert desk.all() == [
        "pin=v1&label=x",
        "pin=v1 [0, 1, 2]",
        "dataStreamId=9&value=1",
        "dataStreamId=7&value=3",
        "dataStreamId=7&value=4",
    ]


def test_what_was_held_and_is_sent_after_all_goes_with_its_times() -> None:
    desk = Desk(("v1", 1.0), **PAST)
    desk.all()
    desk.shelf.hold("v1")
    desk.say(("v1", 3.0))
    assert desk.all() == ["dataStreamId=7&value=3"]
    desk.shelf.free()
    desk.wait(0)
    assert desk.all() == ["pin=v1 [2]"]


def test_where_the_newest_goes_alone_there_is_no_past() -> None:
    desk = Desk(("v1", 1.0), ("v1", 2.0), forward=Forward.LATEST, backlog=Backlog.TIMESTAMPED)
    assert desk.all() == ["dataStreamId=7&value=2"]


def test_what_becomes_the_past_joins_no_past_but_the_one_that_ends_where_it_begins() -> None:
    desk = Desk(("v1", 1.0), ("v1", 2.0), **PAST)
    desk.say(("v1", 3.0), ("v2", 4.0), ("v2", 5.0))
    flights = {shown(flight): flight for flight in (desk.go(), desk.go(), desk.go())}
    assert set(flights) == {"dataStreamId=7&value=3", "pin=v1 [1, 2]", "v2=4"}
    desk.answer(flights.pop("v2=4"))
    flight = desk.go()
    assert shown(flight) == "v2=5"
    desk.answer(flight)
    desk.say(("v1", 6.0), ("v2", 7.0))
    desk.plan.prefetch.cut_past()
    desk.wait(0)
    for flight in flights.values():
        desk.answer(flight)
    assert sorted(desk.all()) == ["pin=v1 [6]", "pin=v2 [7]"]


def test_what_waited_through_an_outage_is_the_past() -> None:
    desk = Desk(**PAST)
    desk.say(*[("v1", float(n)) for n in range(3)])
    desk.answer(desk.go(), GONE)
    desk.wait(PAST_AFTER_S)
    desk.say(("v1", 3.0))
    assert desk.all() == ["dataStreamId=7&value=0", "pin=v1 [1, 2, 3]"]


def test_what_trouble_will_keep_for_long_goes_with_its_times_from_its_first_on() -> None:
    desk = Desk(("v2", 9.0), **PAST)
    desk.all()
    desk.say(*[("v1", float(n)) for n in range(3)], ("v2", 1.0))
    flights = [desk.go(), desk.go()]
    while flights:
        for flight in flights:
            desk.answer(flight, GONE)
        desk.wait(desk.plan.wait_s(desk.now_s) or 0)
        flights = [desk.go()] if desk.now_s < PAST_AFTER_S else []
    desk.say(("v1", 3.0))
    assert sorted(desk.all()) == ["pin=v1 [0, 1, 2]", "pin=v1 [3]", "pin=v2 [1]"]
    assert set(desk.shelf.told("v1") + desk.shelf.told("v2")) == {"forwarded"}


def test_without_points_for_the_past_one_reading_asks_whether_trouble_is_over() -> None:
    desk = Desk(**PAST)
    desk.say(("v1", 0.0), ("v1", 1.0))
    desk.answer(desk.go(0), Outcome(OutcomeKind.PAUSE, verbatim("no")))
    desk.wait(PROBE_S)
    assert shown(desk.go(0)) == "dataStreamId=7&value=0"


def test_a_past_that_has_not_gone_grows_by_the_next_one() -> None:
    desk = Desk(("v1", 0.0), ("v1", 1.0), **PAST)
    assert desk.plan.next_call(0, 0) is None
    for value in (2.0, 4.0):
        desk.say(("v1", value), ("v1", value + 1))
        desk.answer(desk.go(0), GONE)
        desk.wait(PAST_AFTER_S)
        desk.answer(desk.go(0))
    assert desk.all() == ["pin=v1 [0, 1, 3, 5]"]
    assert set(desk.shelf.told("v1")) == {"forwarded"}


def test_a_past_that_nothing_live_came_between_is_one() -> None:
    desk = Desk(**PAST)
    for value in (0.0, 1.0):
        desk.say(("v1", value))
        desk.plan.prefetch.cut_past()
    desk.wait(0)
    assert [len(lane.flows) for lane in desk.plan.prefetch.lanes if lane.is_past] == [1]
    assert desk.all() == ["pin=v1 [0, 1]"]
    assert not any(lane.flows for lane in desk.plan.prefetch.lanes if lane.is_past)
    desk.plan.prefetch.cut_past()
    assert desk.all() == []
    assert not any(lane.flows for lane in desk.plan.prefetch.lanes if lane.is_past)


def test_a_hiccup_is_no_outage() -> None:
    desk = Desk(**PAST)
    desk.say(("v1", 0.0), ("v1", 1.0))
    desk.answer(desk.go(), GONE)
    desk.wait(PAST_AFTER_S / 2)
    assert desk.all() == ["dataStreamId=7&value=0", "dataStreamId=7&value=1"]


def test_what_is_held_at_the_start_is_no_past() -> None:
    shelf = Shelf()
    shelf.hold("v1")
    desk = Desk(shelf=shelf, **PAST)
    assert not any(lane.is_past for lane in desk.plan.prefetch.lanes)


@pytest.mark.parametrize("later", [[], [3.0]])
def test_what_comes_back_after_the_past_was_cut_off_brings_nothing_twice(later: list[float]) -> None:
    desk = Desk(**PAST_AND_BATCHES)
    desk.say(("v1", 1.0), ("v2", 1.0))
    desk.answer(desk.go(), GONE)
    desk.say(("v1", 2.0))
    desk.wait(PAST_AFTER_S)
    desk.answer(desk.go(), REJECT)
    desk.say(*[("v1", value) for value in later])
    for outcome in (GONE, GONE, ACCEPT):
        desk.answer(desk.go(0), outcome)
        desk.wait(PAST_AFTER_S)
    assert desk.all() == [f"pin=v1 {[1, 2, *map(int, later)]}"]
    assert set(desk.shelf.told("v1")) == {"forwarded"}
