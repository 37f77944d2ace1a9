"""How readings become calls: batches, the newest, timestamped sets, and the past as sets."""

from __future__ import annotations

import json
from typing import TypedDict, Unpack

import msgspec
import pytest

from app.cloud.calls import bare_batch_characters, url
from app.cloud.lanes import Flight
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.plan import Plan
from app.config import Backlog, DeviceConfig, Forward
from app.wire.datastreams import Datastream, DatastreamType, Value
from tests.cloud.shelf import Shelf

MAX_POINTS = 10_000
PAST_AFTER_S = 10.0
PROBE_S = 300.0
MAX_URL_CHARACTERS = 2000
SERVER, TOKEN = "https://fra1.blynk.cloud", "t" * 32
DEVICE = DeviceConfig(
    port="simulated:",
    server=SERVER,
    auth_token="env:PINBRIDGE_T",
    datastream=(
        Datastream(virtual_pin=1, id=7, type=DatastreamType.INT),
        Datastream(virtual_pin=4, type=DatastreamType.DOUBLE),
        Datastream(id=9),
    ),
)
ACCEPT = Outcome(OutcomeKind.ACCEPT)
REJECT = Outcome(OutcomeKind.REJECT, "wrong type", status=400)
GONE = Outcome(OutcomeKind.BACK_OFF, "gone")
TOO_LARGE = Outcome(OutcomeKind.TOO_LARGE, "HTTP 413", status=413)


class Settings(TypedDict, total=False):
    """What a device's bench file may say."""

    forward: Forward
    backlog: Backlog
    batch: bool
    interval_s: float
    datastream: tuple[Datastream, ...]


LATEST: Settings = {"forward": Forward.LATEST}
SETS: Settings = {"forward": Forward.TIMESTAMPED}
PAST: Settings = {"backlog": Backlog.TIMESTAMPED}
LATEST_EACH_2_5_S: Settings = {"forward": Forward.LATEST, "interval_s": 2.5}
LATEST_IN_BATCHES: Settings = {"forward": Forward.LATEST, "batch": True}
PAST_AND_BATCHES: Settings = {"backlog": Backlog.TIMESTAMPED, "batch": True}


class Desk:
    """A plan, what it plans from, and a clock."""

    def __init__(
        self, *said: tuple[str, Value], shelf: Shelf | None = None, **settings: Unpack[Settings]
    ) -> None:
        self.plan = Plan(msgspec.structs.replace(DEVICE, **settings), lambda: 1.0, 100)
        self.shelf = shelf or Shelf()
        self.now_s = 0.0
        self.say(*said)

    def say(self, *said: tuple[str, Value], at_us: int = 0) -> None:
        for target, value in said:
            self.shelf.append(target, value, at_us)
        self.shelf.refill(self.plan, self.now_s)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.shelf.refill(self.plan, self.now_s)

    def go(self, points: int = MAX_POINTS) -> Flight:
        flight = self.plan.next_call(self.now_s, points)
        assert flight
        return flight

    def answer(self, flight: Flight, outcome: Outcome = ACCEPT) -> None:
        self.shelf.answer(self.plan, flight, outcome, self.now_s)
        self.shelf.refill(self.plan, self.now_s)

    def all(self, *outcomes: Outcome) -> list[str]:
        """All calls that go now, with `outcomes` first, as their queries or sets."""
        seen = []
        answers = list(outcomes)
        while flight := self.plan.next_call(self.now_s):
            seen.append(shown(flight))
            self.answer(flight, answers.pop(0) if answers else ACCEPT)
        return seen


def shown(flight: Flight) -> str:
    call = flight.call
    query = "&".join(f"{key}={value}" for key, value in call.query)
    return f"{query} {[value for _, value in json.loads(call.body)]}" if call.body else query


def test_neighbours_on_different_pins_share_a_call_and_lanes_keep_their_order() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v1", 3.0), ("v3", "a b"), batch=True)
    assert desk.all() == ["v1=1&v2=2&v3=a b", "dataStreamId=7&value=3"]


def test_what_has_no_place_in_a_batch_goes_alone_and_in_order() -> None:
    desk = Desk(("v1.label", "x"), ("v1", 1.0), ("ds9", 2.0), ("v2", (1.0, 2.0)), ("v3", 3.0), batch=True)
    assert desk.all() == [
        "pin=v1&label=x",
        "v1=1&v3=3",
        "dataStreamId=9&value=2",
        "pin=v2&value=1&value=2",
    ]


def test_a_pin_stands_in_a_batch_once() -> None:
    desk = Desk(("v1", 1.0), ("ds7", 2.0), ("v2", 3.0), batch=True)
    assert desk.all() == ["v1=1&v2=3", "dataStreamId=7&value=2"]


def test_an_address_stays_short_whatever_is_in_it() -> None:
    desk = Desk(*[(f"v{pin}", "ä" * 100) for pin in range(20)], batch=True)
    lengths, readings = [], 0
    while flight := desk.plan.next_call(0):
        lengths.append(len(url(flight.call, SERVER, TOKEN)))
        readings += len(flight.call.readings)
        desk.answer(flight)
    assert readings == 20
    assert max(lengths) < MAX_URL_CHARACTERS
    assert len(lengths) == 7


def test_an_address_is_as_long_as_it_may_be() -> None:
    def longest(text: str) -> int:
        shelf, bare = Shelf(), bare_batch_characters(SERVER, TOKEN)
        plan = Plan(msgspec.structs.replace(DEVICE, batch=True), lambda: 1.0, bare)
        shelf.append("v2", "x" * 1000)
        shelf.append("v3", text)
        shelf.refill(plan)
        flight = plan.next_call(0)
        assert flight
        return len(url(flight.call, SERVER, TOKEN)) if len(flight.lanes) == 2 else 0

    # Under 2,000 characters also where the cloud points to a server whose name is 32 characters longer.
    assert max(longest("x" * length) for length in range(850, 950)) == 1999 - 32


def test_what_goes_by_itself_goes_when_it_is_its_turn() -> None:
    desk = Desk(("v1.label", "x"), ("v2", 2.0), ("v3", 3.0), batch=True)
    assert desk.all() == ["pin=v1&label=x", "v2=2&v3=3"]


def test_the_past_joins_no_batch_of_the_present() -> None:
    desk = Desk(("v2", 1.0), **PAST_AND_BATCHES)
    desk.say(("v4", 3.0), ("v3", 2.0))
    assert desk.all() == ["v4=3&v3=2", "pin=v2 [1]"]


def test_a_text_longer_than_a_batch_goes_alone() -> None:
    desk = Desk(("v1", "ä" * 500), ("v2", 1.0), batch=True)
    assert [len(query) for query in desk.all()] == [len("dataStreamId=7&value=") + 500, len("v2=1")]


def test_after_a_refused_batch_its_members_go_one_by_one() -> None:
    desk = Desk(("v1", "x"), ("v2", 2.0), ("v2", 3.0), ("v3", 4.0), batch=True)
    assert desk.all(REJECT, REJECT) == [
        "v1=x&v2=2&v3=4",
        "dataStreamId=7&value=x",
        "v2=2",
        "v2=3",
        "v3=4",
    ]
    assert desk.shelf.told("v1") == ["refused"]
    assert desk.shelf.told("v2") == ["forwarded"] * 2
    assert desk.shelf.told("v3") == ["forwarded"]


def test_the_newest_goes_at_each_interval() -> None:
    desk = Desk(("v1", 1.0), ("v1", 2.0), **LATEST)
    assert desk.all() == ["dataStreamId=7&value=2"]
    desk.say(("v1", 3.0))
    assert desk.all() == []
    desk.say(("v1", 4.0))
    desk.wait(1.0)
    assert desk.all() == ["dataStreamId=7&value=4"]
    assert desk.shelf.told("v1") == ["superseded", "forwarded", "superseded", "forwarded"]


def test_the_newest_of_all_datastreams_share_a_call() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("ds7", 3.0), **LATEST_IN_BATCHES)
    assert desk.all() == ["v2=2&v1=3"]
    assert desk.shelf.told("v1") == ["superseded"]


def test_properties_and_ids_without_a_pin_go_as_every() -> None:
    desk = Desk(**LATEST)
    desk.say(("v1.label", "a"), ("v1.label", "b"), ("ds9", 1.0), ("ds9", 2.0))
    assert desk.all() == [
        "pin=v1&label=a",
        "pin=v1&label=b",
        "dataStreamId=9&value=1",
        "dataStreamId=9&value=2",
    ]


def test_a_property_overtakes_no_value_of_its_pin() -> None:
    desk = Desk(("v1", 1.0), **LATEST)
    desk.all()
    desk.say(("v1.label", "a"))
    assert desk.all() == ["pin=v1&label=a"]
    desk.say(("v1", 2.0), ("v1.label", "b"), ("v2.label", "c"))
    assert desk.all() == ["pin=v2&label=c"]
    desk.wait(1.0)
    assert desk.all() == ["dataStreamId=7&value=2", "pin=v1&label=b"]


def test_a_newest_that_failed_is_superseded_by_a_newer_one() -> None:
    desk = Desk(("v1", 1.0), **LATEST)
    flight = desk.go()
    desk.say(("v1", 2.0))
    desk.wait(1.0)
    desk.answer(flight, GONE)
    desk.wait(60.0)
    assert desk.all() == ["dataStreamId=7&value=2"]
    assert desk.shelf.told("v1") == ["superseded", "forwarded"]


def test_the_interval_keeps_its_cadence() -> None:
    desk = Desk(("v1", 1.0), **LATEST)
    desk.all()
    desk.wait(2.7)
    desk.say(("v1", 2.0))
    extents = desk.shelf.extents()
    assert round(desk.plan.supply.tick(extents, desk.now_s) or 0, 6) == 0.3
    assert desk.plan.supply.tick(extents, 3.0) is None
    assert desk.plan.supply.tick(extents, 3.1) is None
    # One stream that is read to its end ends no wait of another.
    desk.shelf.append("v2", 1.0)
    extents = desk.shelf.extents()
    desk.plan.supply.extend(extents)
    assert round(desk.plan.supply.tick(extents, 3.1) or 0, 6) == 0.9


def test_a_longer_interval_keeps_its_cadence_too() -> None:
    desk = Desk(**LATEST_EACH_2_5_S)
    desk.shelf.append("v1", 1.0)
    extents = desk.shelf.extents()
    desk.plan.supply.extend(extents)
    assert round(desk.plan.supply.tick(extents, 1.0) or 0, 6) == 1.5
    assert desk.plan.supply.tick(extents, 8.0) is None
    desk.shelf.append("v1", 2.0)
    assert round(desk.plan.supply.tick(desk.shelf.extents(), 8.0) or 0, 6) == 2.0


def test_a_set_holds_what_came_in_the_interval_typed_as_the_datastream() -> None:
    desk = Desk(("v1", 1.0), ("v4", 1.0), ("v2", 1.0), ("v2", 1.5), ("v2", "x"), ("v3", (1.0, 2.0)), **SETS)
    assert sorted(desk.all()) == [
        "pin=v1 [1]",
        "pin=v2 [1, 1.5, 'x']",
        "pin=v3 [[1.0, 2.0]]",
        "pin=v4 [1.0]",
    ]
    desk.say(("v1", 2.0))
    assert desk.all() == []
    desk.wait(1.0)
    assert desk.all() == ["pin=v1 [2]"]


def test_a_set_takes_no_more_points_than_there_are() -> None:
    desk = Desk(*[("v1", float(n)) for n in range(5)], **SETS)
    assert desk.plan.next_call(0, 0) is None
    assert desk.plan.waits_for_points
    assert desk.plan.waits_for_points_alone
    desk.say(("ds9", 1.0))
    assert desk.plan.waits_for_points
    assert not desk.plan.waits_for_points_alone
    desk.all()
    desk.say(*[("v1", float(n)) for n in range(5)])
    desk.wait(1.0)
    assert desk.go(2).points == 2


def test_stamps_are_the_true_times_also_in_the_second_try_and_go_on_in_the_next_set() -> None:
    desk = Desk(**SETS)
    desk.say(("v1", 1.0), ("v1", 2.0), at_us=7_000_000)
    desk.wait(1.0)
    flight = desk.go()
    desk.answer(flight, GONE)
    desk.wait(60.0)
    again = desk.go()
    assert again.call.body == flight.call.body == b"[[7000,1],[7001,2]]"
    desk.answer(again)
    desk.say(("v1", 3.0), at_us=7_000_000)
    desk.wait(1.0)
    third = desk.go()
    assert third.call.body == b"[[7002,3]]"
    desk.answer(third)
    # A clock that was set back begins anew, and goes on from there.
    hours_ms = 3 * 3_600_000
    for value, at_ms, stamp in ((4.0, hours_ms, hours_ms), (5.0, 9000, 9000), (6.0, 9000, 9001)):
        desk.say(("v1", value), at_us=at_ms * 1000)
        desk.wait(1.0)
        flight = desk.go()
        assert flight.call.body == f"[[{stamp},{value:.0f}]]".encode()
        desk.answer(flight)


def test_a_large_backlog_goes_in_full_sets() -> None:
    desk = Desk(*[("v1", float(n)) for n in range(MAX_POINTS + 5)], **SETS)
    sizes = []
    while flight := desk.plan.next_call(0):
        sizes.append(flight.points)
        desk.answer(flight)
    assert sum(sizes) == MAX_POINTS + 5
    assert max(sizes) == MAX_POINTS
    assert set(desk.shelf.told("v1")) == {"forwarded"}


def test_a_set_that_is_too_large_is_halved_and_stays_so() -> None:
    desk = Desk(*[("v1", float(n)) for n in range(8)], **SETS)
    first = desk.go()
    desk.answer(first, TOO_LARGE)
    sizes = []
    while flight := desk.plan.next_call(0):
        sizes.append(flight.points)
        desk.answer(flight)
    assert sizes == [4, 4]


def test_one_bad_value_in_a_set_takes_no_good_ones_with_it() -> None:
    desk = Desk(*[("v1", "bad" if n == 37 else float(n)) for n in range(100)], **SETS)
    calls = 0
    while flight := desk.plan.next_call(0):
        calls += 1
        bad = any(reading.value == "bad" for reading in flight.call.readings)
        desk.answer(flight, REJECT if bad else ACCEPT)
    told = desk.shelf.told("v1")
    assert told[37] == "refused"
    assert told.count("forwarded") == 99
    assert calls < 30


def test_texts_that_do_not_fit_in_one_set_wait_for_the_next() -> None:
    desk = Desk(*[("v2", "x" * 1000) for _ in range(2100)], **SETS)
    carried = []
    while flight := desk.plan.next_call(0):
        assert flight.call.body
        assert len(flight.call.body) <= 2_000_000
        desk.answer(flight)
        carried.append(len(json.loads(flight.call.body)))
        # What no body has carried yet waits.
        assert desk.shelf.told("v2").count("forwarded") == sum(carried)
    assert carried == [1981, 119]


def test_what_is_sent_again_keeps_its_time() -> None:
    desk = Desk(("v1", "x"), **SETS)
    desk.answer(desk.go(), REJECT)
    desk.shelf.send_again()
    desk.wait(1.0)
    assert desk.all() == ["pin=v1 ['x']"]
    assert desk.shelf.told("v1") == ["forwarded"]


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
    desk.answer(desk.go(0), Outcome(OutcomeKind.PAUSE, "no"))
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
        desk.plan.supply.cut_past()
    desk.wait(0)
    assert [len(lane.flows) for lane in desk.plan.supply.lanes if lane.is_past] == [1]
    assert desk.all() == ["pin=v1 [0, 1]"]
    assert not any(lane.flows for lane in desk.plan.supply.lanes if lane.is_past)
    desk.plan.supply.cut_past()
    assert desk.all() == []


def test_a_hiccup_is_no_outage() -> None:
    desk = Desk(**PAST)
    desk.say(("v1", 0.0), ("v1", 1.0))
    desk.answer(desk.go(), GONE)
    desk.wait(PAST_AFTER_S / 2)
    assert desk.all() == ["dataStreamId=7&value=0", "dataStreamId=7&value=1"]


def test_what_is_too_old_expires_and_what_goes_live_does_not() -> None:
    day_us = 86_400_000_000
    now_us = 100 * day_us
    desk = Desk(**SETS)
    desk.say(("v1", 1.0), ("v1", 2.0), ("v1.label", "old"), at_us=now_us - 31 * day_us)
    desk.say(("v1", 3.0), at_us=now_us - 29 * day_us)
    desk.wait(1.0)
    assert desk.plan.supply.oldest_us() == now_us - 31 * day_us
    desk.shelf.settle(desk.plan.supply.expire(now_us))
    assert desk.shelf.told("v1") == ["expired", "expired", "pending"]
    assert desk.plan.supply.oldest_us() == now_us - 29 * day_us
    assert desk.all() == ["pin=v1&label=old", "pin=v1 [3]"]
    assert desk.plan.supply.oldest_us() is None


@pytest.mark.parametrize(
    ("age_us", "fate"), [(30 * 86_400_000_000, "pending"), (30 * 86_400_000_000 + 1, "expired")]
)
def test_a_reading_is_too_old_after_thirty_days(age_us: int, fate: str) -> None:
    desk = Desk(**SETS)
    desk.say(("v1", 1.0), at_us=10**15 - age_us)
    desk.wait(1.0)
    desk.shelf.settle(desk.plan.supply.expire(10**15))
    assert desk.shelf.told("v1") == [fate]


def test_what_is_held_at_the_start_is_no_past() -> None:
    shelf = Shelf()
    shelf.hold("v1")
    desk = Desk(shelf=shelf, **PAST)
    assert not any(lane.is_past for lane in desk.plan.supply.lanes)


def test_what_a_person_sends_again_goes_before_what_is_older() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v1", 3.0))
    first, second = desk.go(), desk.go()
    desk.answer(second, REJECT)
    desk.answer(first, GONE)
    desk.shelf.send_again()
    desk.wait(1.0)
    desk.plan.try_now()
    assert desk.all() == ["v2=2", "dataStreamId=7&value=1", "dataStreamId=7&value=3"]


def test_a_stream_is_read_from_its_beginning_once_for_each_decision() -> None:
    desk = Desk(*[("v2", float(n)) for n in range(5)])
    desk.shelf.rewound += 1
    desk.wait(0)
    desk.plan.supply.extend(desk.shelf.extents())
    assert desk.plan.supply.wants() == []


@pytest.mark.parametrize(
    ("streams", "settings", "limit"),
    [(1, {}, 256), (1, SETS, 10_000), (16, SETS, 10_000), (20, SETS, 8000), (700, SETS, 256)],
)
def test_so_many_readings_of_each_stream_are_in_memory(streams: int, settings: Settings, limit: int) -> None:
    desk = Desk(**settings)
    for pin in range(streams):
        desk.shelf.append(f"v{pin}")
    extents = desk.shelf.extents()
    desk.plan.supply.extend(extents)
    desk.plan.supply.tick(extents, 5.0)
    assert {want.limit for want in desk.plan.supply.wants()} == {limit}


def test_a_change_of_policy_and_of_ids_applies_to_what_is_pending() -> None:
    before = Desk(*[("v1", float(n)) for n in range(5)], ("v2", 1.0))
    assert shown(before.go()) == "dataStreamId=7&value=0"

    def after(**settings: Unpack[Settings]) -> list[str]:
        kept = Shelf()
        kept.targets, kept.rows = before.shelf.targets, before.shelf.rows
        return Desk(shelf=kept, **settings).all()

    assert after(**LATEST) == ["dataStreamId=7&value=4", "v2=1"]
    assert after(datastream=(), batch=True)[0] == "v1=0&v2=1"
    assert after(datastream=(Datastream(virtual_pin=2, id=3),)) == [
        *(f"v1={n}" for n in range(5)),
        "dataStreamId=3&value=1",
    ]
    assert after(**SETS) == ["pin=v1 [0, 1, 2, 3, 4]", "pin=v2 [1]"]
    assert after(**PAST) == ["pin=v1 [0, 1, 2, 3, 4]", "pin=v2 [1]"]


def test_what_a_person_has_deleted_goes_nowhere() -> None:
    desk = Desk(("v1", 1.0), ("v1", 2.0), ("v2", 3.0))
    for _ in range(2):
        desk.answer(desk.go(), REJECT)
    desk.shelf.send_again()
    desk.wait(0)
    flight = desk.go()
    desk.shelf.delete()
    desk.wait(0)
    desk.answer(flight, GONE)
    desk.wait(60)
    assert desk.all() == []
    desk.say(("v1", 4.0))
    assert desk.all() == ["dataStreamId=7&value=4"]


def test_the_newest_that_is_on_its_way_is_not_told_to_be_superseded() -> None:
    desk = Desk(("v1", 1.0), **LATEST)
    flight = desk.go()
    desk.shelf.append("v1", 2.0)
    desk.shelf.rewound += 1
    desk.wait(1.0)
    desk.answer(flight)
    assert desk.all() == ["dataStreamId=7&value=2"]
    assert desk.shelf.told("v1") == ["forwarded"] * 2


def test_what_comes_back_after_the_past_was_cut_off_brings_nothing_twice() -> None:
    desk = Desk(**PAST_AND_BATCHES)
    desk.say(("v1", 1.0), ("v2", 1.0))
    desk.answer(desk.go(), GONE)
    desk.say(("v1", 2.0))
    desk.wait(PAST_AFTER_S)
    desk.answer(desk.go(), REJECT)
    for outcome in (GONE, GONE, ACCEPT):
        desk.answer(desk.go(0), outcome)
        desk.wait(PAST_AFTER_S)
    assert desk.all() == ["pin=v1 [1, 2]"]
    assert desk.shelf.told("v1") == ["forwarded"] * 2


def test_datastreams_are_counted_by_lane() -> None:
    desk = Desk(*((target, 1.0) for target in ("v1", "ds7", "ds9", "v1.label", "v5.label", "v6.label")))
    assert desk.plan.supply.datastreams == 2
