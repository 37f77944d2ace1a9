"""How the policies send readings: one by one, in batches, only the newest, or in timestamped sets."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from app.cloud.blynk.calls import address
from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.plan import Plan
from app.config.bench_file import Forward
from app.messages.message import verbatim
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.plan.rig import (
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
    Rig,
    Settings,
    shown,
)

MAX_URL_CHARACTERS = 2000
LIMIT = Outcome(OutcomeKind.LIMIT, verbatim("Too many requests"), status=400)
SERVER_ERROR = Outcome(OutcomeKind.BACK_OFF, verbatim("server error"), status=500)
LATEST_IN_BATCHES: Settings = {"forward": Forward.LATEST, "batch": True}


def test_readings_of_different_pins_share_a_call_and_lanes_keep_their_order() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("v1", 3.0), ("v3", "a b"), batch=True)
    assert rig.all() == ["v1=1&v2=2&v3=a b", "dataStreamId=7&value=3"]


def test_readings_that_cannot_be_batched_are_sent_alone_and_in_order() -> None:
    rig = Rig(("v1.label", "x"), ("v1", 1.0), ("ds9", 2.0), ("v2", 2.5), ("v3", 3.0), batch=True)
    assert rig.all() == ["pin=v1&label=x", "dataStreamId=9&value=2", "v2=2.5&v1=1&v3=3"]


def test_a_location_joins_a_batch_and_is_sent_alone_after_a_refusal() -> None:
    rig = Rig(("v5", (13.4, 52.5)), ("v14", 100.0), batch=True)
    assert rig.all() == ["v5=13.4&v5=52.5&v14=100"]
    rig.add(("v14", 101.0), ("v5", (13.5, 52.6)))
    assert rig.all(REJECT) == ["v14=101&v5=13.5&v5=52.6", "v14=101", "pin=v5&value=13.5&value=52.6"]


def calls_of_rounds(rounds: int, refuses: Callable[[int, str], bool]) -> list[int]:
    """How many calls each round of a location and two numbers takes.

    `refuses` says whether the cloud refuses a call, from the number of the round and the call's query.
    """
    rig = Rig(batch=True)
    calls = []
    for number in range(rounds):
        rig.add(("v5", (1.0, 2.0)), ("v1", 3.0), ("v2", 4.0))
        calls.append(0)
        while flight := rig.plan.next_call(0):
            calls[-1] += 1
            rig.answer(flight, REJECT if refuses(number, shown(flight)) else ACCEPT)
    return calls


def test_a_location_that_only_batches_refuse_goes_alone() -> None:
    assert calls_of_rounds(4, lambda _, query: "v5=1" in query) == [4, 4, 2, 2]


def test_a_location_stays_in_batches_if_another_pin_was_refused() -> None:
    assert calls_of_rounds(7, lambda number, query: number % 3 == 0 and "v2=" in query) == [
        4,
        2,
        1,
        4,
        2,
        1,
        4,
    ]


def test_a_pin_is_in_a_batch_once() -> None:
    rig = Rig(("v1", 1.0), ("ds7", 2.0), ("v2", 3.0), batch=True)
    assert rig.all() == ["v1=1&v2=3", "dataStreamId=7&value=2"]


def test_the_pins_of_a_batch_are_in_the_order_of_arrival() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("v3", 3.0), ("v2", 4.0), batch=True)
    assert rig.all() == ["v1=1&v2=2&v3=3", "v2=4"]


def test_an_address_stays_short_whatever_is_in_it() -> None:
    rig = Rig(*[(f"v{pin}", value) for value in ("ä" * 100, 1.0) for pin in range(20)], batch=True)
    lengths, readings = [], 0
    while flight := rig.plan.next_call(0):
        lengths.append(len(SERVER + address(flight.call, TOKEN)))
        readings += len(flight.call.readings)
        rig.answer(flight)
    assert readings == 40
    assert max(lengths) < MAX_URL_CHARACTERS
    assert len(lengths) == 8


def test_an_address_is_as_long_as_it_may_be() -> None:
    def longest(text: str) -> int:
        device = msgspec.structs.replace(DEVICE, batch=True)
        plan, journal = Plan(device, Blynk(device, TOKEN), lambda: 1.0), MemoryJournal()
        journal.append("v2", "x" * 1000)
        journal.append("v3", text)
        journal.refill(plan)
        flight = plan.next_call(0)
        assert flight
        return len(SERVER + address(flight.call, TOKEN)) if len(flight.lanes) == 2 else 0

    # The address must stay below 2,000 characters after a redirect to a name that is 32 characters longer.
    assert max(longest("x" * length) for length in range(850, 950)) == 1999 - 32


def test_a_reading_that_cannot_be_batched_is_sent_in_its_turn() -> None:
    rig = Rig(("v1.label", "x"), ("v2", 2.0), ("v3", 3.0), batch=True)
    assert rig.all() == ["pin=v1&label=x", "v2=2&v3=3"]


def test_a_text_longer_than_a_batch_goes_alone() -> None:
    rig = Rig(("v1", "ä" * 500), ("v2", 1.0), batch=True)
    assert [len(query) for query in rig.all()] == [len("dataStreamId=7&value=") + 500, len("v2=1")]


def test_after_a_refused_batch_its_members_go_one_by_one() -> None:
    rig = Rig(("v1", "x"), ("v2", 2.0), ("v2", 3.0), ("v3", 4.0), batch=True)
    assert rig.all(REJECT, REJECT) == [
        "v1=x&v2=2&v3=4",
        "dataStreamId=7&value=x",
        "v2=2",
        "v2=3",
        "v3=4",
    ]
    assert rig.journal.fates_of("v1") == ["refused"]
    assert rig.journal.fates_of("v2") == ["forwarded"] * 2
    assert rig.journal.fates_of("v3") == ["forwarded"]


@pytest.mark.parametrize("outcome", [SERVER_ERROR, GONE, LIMIT])
def test_a_batch_that_fails_twice_is_split_even_if_others_have_joined_it(outcome: Outcome) -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), batch=True)
    rig.answer(rig.go(), outcome)
    assert rig.all() == []
    rig.wait(60.0)
    flight = rig.go()
    assert shown(flight) == "v1=1&v2=2"
    rig.answer(flight, outcome)
    rig.add(("v3", 3.0))
    rig.wait(60.0)
    assert sorted(rig.all()) == ["dataStreamId=7&value=1", "v2=2", "v3=3"]
    rig.add(("v1", 4.0), ("v2", 5.0))
    rig.wait(1.0)
    assert rig.all() == ["v1=4&v2=5"]


def test_after_a_limit_each_pin_of_a_split_batch_is_tried_at_once() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("v3", 3.0), batch=True)
    rig.answer(rig.go(), LIMIT)
    rig.wait(1.0)
    rig.answer(rig.go(), LIMIT)
    flights = [rig.go(), rig.go(), rig.go()]
    assert sorted(map(shown, flights)) == ["dataStreamId=7&value=1", "v2=2", "v3=3"]
    for flight in flights:
        rig.answer(flight, LIMIT if "7" in shown(flight) else ACCEPT)
    assert rig.plan.trouble is None


def test_a_batch_that_fails_in_a_pause_is_split_at_once() -> None:
    rig = Rig(("v1", 1.0), batch=True)
    rig.answer(rig.go(), LIMIT)
    rig.add(("v2", 2.0), ("v3", 3.0))
    rig.wait(0.0)
    batch = rig.go()
    assert shown(batch) == "v2=2&v3=3"
    rig.answer(batch, LIMIT)
    assert [shown(rig.go()), shown(rig.go())] == ["v2=2", "v3=3"]
    assert rig.plan.next_call(0.0) is None


def test_a_batch_that_fails_while_others_are_accepted_waits_and_goes_together() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("v9.label", "x"), batch=True)
    chances = iter([0.3, 0.7])
    for lane in rig.plan.prefetch.lanes:
        lane.breaker._backoff._random = lambda: next(chances)
    batch, other = rig.go(), rig.go()
    rig.now_s = 1.0
    rig.answer(other)
    rig.answer(batch, GONE)
    assert rig.plan.trouble is None
    assert [lane.poison.reading for lane in batch.lanes] == [None, None]  # Either may be to blame.
    assert rig.plan.wait_s(1.0) == pytest.approx(0.3)
    rig.now_s = 1.3
    again = rig.go()
    assert shown(again) == "v1=1&v2=2"
    rig.add(("v9.label", "y"))
    rig.answer(rig.go())
    rig.answer(again, GONE)
    # It has failed alone again, so its pins are tried one by one, at once.
    assert [shown(rig.go()), shown(rig.go())] == ["dataStreamId=7&value=1", "v2=2"]


def test_a_pin_that_was_refused_goes_by_itself_until_it_is_accepted() -> None:
    rig = Rig(batch=True)
    seen = []
    for outcomes in ([REJECT, ACCEPT, REJECT], [ACCEPT, REJECT], [ACCEPT, ACCEPT], []):
        rig.add(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
        rig.wait(1.0)
        seen.append(rig.all(*outcomes))
    assert seen == [
        ["v1=1&v2=2&v3=3", "dataStreamId=7&value=1", "v2=2", "v3=3"],
        ["v1=1&v3=3", "v2=2"],
        ["v1=1&v3=3", "v2=2"],
        ["v1=1&v2=2&v3=3"],
    ]
    assert rig.journal.fates_of("v2") == ["refused", "refused", "forwarded", "forwarded"]


def test_a_set_is_split_only_if_its_pin_fails_alone() -> None:
    rig = Rig(*[("v1", float(n)) for n in range(4)], **SETS)
    for _ in range(3):
        rig.answer(rig.go(), SERVER_ERROR)
        rig.wait(60.0)
    bad = rig.go()
    assert bad.call.points == 4
    rig.add(("v2.label", "x"))
    rig.answer(bad, SERVER_ERROR)
    rig.wait(60.0)
    other, bad = rig.go(), rig.go()
    assert [shown(other), shown(bad)] == ["pin=v2&label=x", "pin=v1 [0, 1, 2, 3]"]
    rig.answer(other)
    rig.answer(bad, SERVER_ERROR)
    assert rig.go().call.points == 1


def test_the_newest_is_sent_at_each_interval() -> None:
    rig = Rig(("v1", 1.0), ("v1", 2.0), **LATEST)
    assert rig.all() == ["dataStreamId=7&value=2"]
    rig.add(("v1", 3.0))
    assert rig.all() == []
    rig.add(("v1", 4.0))
    rig.wait(1.0)
    assert rig.all() == ["dataStreamId=7&value=4"]
    assert rig.journal.fates_of("v1") == ["superseded", "forwarded", "superseded", "forwarded"]


def test_the_newest_of_all_datastreams_share_a_call() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("ds7", 3.0), **LATEST_IN_BATCHES)
    assert rig.all() == ["v2=2&v1=3"]
    assert rig.journal.fates_of("v1") == ["superseded"]


def test_a_set_has_the_readings_of_the_interval_in_the_datastream_s_type() -> None:
    rig = Rig(("v1", 1.0), ("v4", 1.0), ("v2", 1.0), ("v2", 1.5), ("v2", "x"), ("v3", (1.0, 2.0)), **SETS)
    assert sorted(rig.all()) == [
        "pin=v1 [1]",
        "pin=v2 [1, 1.5, 'x']",
        "pin=v3 [[1.0, 2.0]]",
        "pin=v4 [1.0]",
    ]
    rig.add(("v1", 2.0))
    assert rig.all() == []
    rig.wait(1.0)
    assert rig.all() == ["pin=v1 [2]"]


@pytest.mark.parametrize("at_us", [0, 1_000])
def test_a_clock_that_starts_in_1970_gives_valid_timestamps(at_us: int) -> None:
    rig = Rig(**SETS)
    rig.add(("v1", 2.0), at_us=at_us)
    rig.wait(1.0)
    assert json.loads(rig.go().call.body or b"") == [[1, 2]]


def test_a_set_uses_no_more_points_than_are_left() -> None:
    rig = Rig(*[("v1", float(n)) for n in range(5)], **SETS)
    assert rig.plan.next_call(0, 0) is None
    assert rig.plan.waits_for_points
    assert rig.plan.waits_for_points_alone
    rig.add(("ds9", 1.0))
    assert rig.plan.waits_for_points
    assert not rig.plan.waits_for_points_alone
    rig.all()
    rig.add(*[("v1", float(n)) for n in range(5)])
    rig.wait(1.0)
    assert rig.go(2).call.points == 2


def test_a_repeated_set_keeps_its_timestamps_and_the_next_set_continues_them() -> None:
    rig = Rig(**SETS)
    rig.add(("v1", 1.0), ("v1", 2.0), at_us=7_000_000)
    rig.wait(1.0)
    flight = rig.go()
    rig.answer(flight, GONE)
    rig.wait(60.0)
    again = rig.go()
    assert again.call.body == flight.call.body == b"[[7000,1],[7001,2]]"
    rig.answer(again)
    rig.add(("v1.label", "a property has no stamp"))
    rig.answer(rig.go())
    rig.add(("v1", 3.0), at_us=7_000_000)
    rig.wait(1.0)
    third = rig.go()
    assert third.call.body == b"[[7002,3]]"
    rig.answer(third)
    # After the clock was set back, timestamps continue from the new time.
    hours_ms = 3 * 3_600_000
    for value, at_ms, stamp in ((4.0, hours_ms, hours_ms), (5.0, 9000, 9000), (6.0, 9000, 9001)):
        rig.add(("v1", value), at_us=at_ms * 1000)
        rig.wait(1.0)
        flight = rig.go()
        assert flight.call.body == f"[[{stamp},{value:.0f}]]".encode()
        rig.answer(flight)


def test_a_large_backlog_is_sent_in_full_sets() -> None:
    rig = Rig(*[("v1", float(n)) for n in range(MAX_POINTS + 5)], **SETS)
    sizes = []
    while flight := rig.plan.next_call(0):
        sizes.append(flight.call.points)
        rig.answer(flight)
    assert sum(sizes) == MAX_POINTS + 5
    assert max(sizes) == MAX_POINTS
    assert set(rig.journal.fates_of("v1")) == {"forwarded"}


def test_a_set_that_is_too_large_is_halved_and_stays_so() -> None:
    rig = Rig(*[("v1", float(n)) for n in range(8)], **SETS)
    first = rig.go()
    rig.answer(first, TOO_LARGE)
    sizes = []
    while flight := rig.plan.next_call(0):
        sizes.append(flight.call.points)
        rig.answer(flight)
    assert sizes == [4, 4]


def test_one_bad_value_in_a_set_costs_no_good_ones() -> None:
    rig = Rig(*[("v1", "bad" if n == 37 else float(n)) for n in range(100)], **SETS)
    calls = 0
    while flight := rig.plan.next_call(0):
        calls += 1
        bad = any(reading.value == "bad" for reading in flight.call.readings)
        rig.answer(flight, REJECT if bad else ACCEPT)
    fates = rig.journal.fates_of("v1")
    assert fates[37] == "refused"
    assert fates.count("forwarded") == 99
    assert calls < 30


def test_texts_that_do_not_fit_in_one_set_wait_for_the_next() -> None:
    rig = Rig(*[("v2", "x" * 1000) for _ in range(2100)], **SETS)
    carried = []
    while flight := rig.plan.next_call(0):
        assert flight.call.body
        assert len(flight.call.body) <= 2_000_000
        rig.answer(flight)
        carried.append(len(json.loads(flight.call.body)))
        # Readings that have not been in a body yet are still pending.
        assert rig.journal.fates_of("v2").count("forwarded") == sum(carried)
    assert carried == [1981, 119]


def test_a_resent_reading_keeps_its_time() -> None:
    rig = Rig(("v1", "x"), **SETS)
    rig.answer(rig.go(), REJECT)
    rig.journal.send_again()
    rig.wait(1.0)
    assert rig.all() == ["pin=v1 ['x']"]
    assert rig.journal.fates_of("v1") == ["forwarded"]
