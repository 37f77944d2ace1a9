"""How readings become calls: batches, the newest, and timestamped sets."""

from __future__ import annotations

import json

import msgspec
import pytest

from app.cloud.blynk.calls import address
from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.plan import Plan
from app.config.bench_file import Forward
from app.messages.message import verbatim
from tests.cloud.plan.desk import (
    ACCEPT,
    DEVICE,
    GONE,
    LATEST,
    MAX_POINTS,
    REJECT,
    SERVER,
    SETS,
    TOKEN,
    TOO_LARGE,
    Desk,
    Settings,
    shown,
)
from tests.cloud.plan.shelf import Shelf

MAX_URL_CHARACTERS = 2000
UNWELL = Outcome(OutcomeKind.BACK_OFF, verbatim("unwell"), status=500)
LATEST_IN_BATCHES: Settings = {"forward": Forward.LATEST, "batch": True}


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
    # It is the first of a pin's readings that has a place or none.
    desk = Desk(("v2", (1.0, 2.0)), ("v2", 4.0), ("v3", 5.0), batch=True)
    assert desk.all() == ["pin=v2&value=1&value=2", "v2=4&v3=5"]


def test_a_pin_stands_in_a_batch_once() -> None:
    desk = Desk(("v1", 1.0), ("ds7", 2.0), ("v2", 3.0), batch=True)
    assert desk.all() == ["v1=1&v2=3", "dataStreamId=7&value=2"]


def test_pins_stand_in_a_batch_in_the_order_of_what_goes() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0), ("v2", 4.0), batch=True)
    assert desk.all() == ["v1=1&v2=2&v3=3", "v2=4"]


def test_an_address_stays_short_whatever_is_in_it() -> None:
    desk = Desk(*[(f"v{pin}", value) for value in ("ä" * 100, 1.0) for pin in range(20)], batch=True)
    lengths, readings = [], 0
    while flight := desk.plan.next_call(0):
        lengths.append(len(SERVER + address(flight.call, TOKEN)))
        readings += len(flight.call.readings)
        desk.answer(flight)
    assert readings == 40
    assert max(lengths) < MAX_URL_CHARACTERS
    assert len(lengths) == 8


def test_an_address_is_as_long_as_it_may_be() -> None:
    def longest(text: str) -> int:
        device = msgspec.structs.replace(DEVICE, batch=True)
        plan, shelf = Plan(device, Blynk(device, TOKEN), lambda: 1.0), Shelf()
        shelf.append("v2", "x" * 1000)
        shelf.append("v3", text)
        shelf.refill(plan)
        flight = plan.next_call(0)
        assert flight
        return len(SERVER + address(flight.call, TOKEN)) if len(flight.lanes) == 2 else 0

    # Under 2,000 characters also where the cloud points to a server whose name is 32 characters longer.
    assert max(longest("x" * length) for length in range(850, 950)) == 1999 - 32


def test_what_goes_by_itself_goes_when_it_is_its_turn() -> None:
    desk = Desk(("v1.label", "x"), ("v2", 2.0), ("v3", 3.0), batch=True)
    assert desk.all() == ["pin=v1&label=x", "v2=2&v3=3"]


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


def test_a_batch_that_makes_the_server_stumble_is_taken_apart_though_others_have_joined_it() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), batch=True)
    for joining in ("v3", "v4"):
        desk.answer(desk.go(), UNWELL)
        desk.say(("v9.label", "x"))
        desk.wait(60.0)
        flight = desk.go()
        assert shown(flight) == "pin=v9&label=x"
        desk.answer(flight)
        desk.say((joining, 3.0))
        desk.wait(1.0)
    desk.answer(desk.go(), UNWELL)
    desk.wait(60.0)
    assert desk.all() == ["dataStreamId=7&value=1", "v2=2", "v3=3", "v4=3"]


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


@pytest.mark.parametrize("at_us", [0, 1_000])
def test_a_clock_that_begins_in_1970_gives_the_first_stamp_there_is(at_us: int) -> None:
    desk = Desk(**SETS)
    desk.say(("v1", 2.0), at_us=at_us)
    desk.wait(1.0)
    assert json.loads(desk.go().call.body or b"") == [[1, 2]]


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
    assert desk.go(2).call.points == 2


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
    desk.say(("v1.label", "a property has no stamp"))
    desk.answer(desk.go())
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
        sizes.append(flight.call.points)
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
        sizes.append(flight.call.points)
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
