"""What of the journal is in memory: by intervals, by windows, and anew after each decision of a person."""

from __future__ import annotations

from typing import Unpack

import pytest

from app.config.bench_file import Forward
from app.wire.datastreams import Datastream
from tests.cloud.plan.desk import GONE, LATEST, PAST, REJECT, SETS, Desk, Settings, shown
from tests.cloud.plan.shelf import Shelf

LATEST_EACH_2_5_S: Settings = {"forward": Forward.LATEST, "interval_s": 2.5}


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
    assert round(desk.plan.prefetch.tick(extents, desk.now_s) or 0, 6) == 0.3
    assert desk.plan.prefetch.tick(extents, 3.0) is None
    assert desk.plan.prefetch.tick(extents, 3.1) is None
    # One stream that is read to its end ends no wait of another.
    desk.shelf.append("v2", 1.0)
    extents = desk.shelf.extents()
    desk.plan.prefetch.extend(extents)
    assert round(desk.plan.prefetch.tick(extents, 3.1) or 0, 6) == 0.9


def test_a_longer_interval_keeps_its_cadence_too() -> None:
    desk = Desk(**LATEST_EACH_2_5_S)
    desk.shelf.append("v1", 1.0)
    extents = desk.shelf.extents()
    desk.plan.prefetch.extend(extents)
    assert round(desk.plan.prefetch.tick(extents, 1.0) or 0, 6) == 1.5
    assert desk.plan.prefetch.tick(extents, 8.0) is None
    desk.shelf.append("v1", 2.0)
    assert round(desk.plan.prefetch.tick(desk.shelf.extents(), 8.0) or 0, 6) == 2.0


def test_what_is_too_old_expires_and_what_goes_live_does_not() -> None:
    day_us = 86_400_000_000
    now_us = 100 * day_us
    desk = Desk(**SETS)
    desk.say(("v1", 1.0), ("v1", 2.0), ("v1.label", "old"), at_us=now_us - 31 * day_us)
    desk.say(("v1", 3.0), at_us=now_us - 29 * day_us)
    desk.wait(1.0)
    assert desk.plan.prefetch.oldest_us() == now_us - 31 * day_us
    desk.shelf.settle(desk.plan.prefetch.expire(now_us))
    assert desk.shelf.told("v1") == ["expired", "expired", "pending"]
    assert desk.plan.prefetch.oldest_us() == now_us - 29 * day_us
    assert desk.all() == ["pin=v1&label=old", "pin=v1 [3]"]
    assert desk.plan.prefetch.oldest_us() is None
    for pin, days in ((1, 2), (2, 5), (3, 3)):
        desk.say((f"v{pin}", 1.0), at_us=now_us - days * day_us)
    desk.wait(1.0)
    assert desk.plan.prefetch.oldest_us() == now_us - 5 * day_us


@pytest.mark.parametrize(
    ("age_us", "fate"), [(30 * 86_400_000_000, "pending"), (30 * 86_400_000_000 + 1, "expired")]
)
def test_a_reading_is_too_old_after_thirty_days(age_us: int, fate: str) -> None:
    desk = Desk(**SETS)
    desk.say(("v1", 1.0), at_us=10**15 - age_us)
    desk.wait(1.0)
    desk.shelf.settle(desk.plan.prefetch.expire(10**15))
    assert desk.shelf.told("v1") == [fate]


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
    desk.shelf.generation += 1
    desk.wait(0)
    desk.plan.prefetch.extend(desk.shelf.extents())
    assert desk.plan.prefetch.fetches() == []


def test_what_may_go_need_not_wait_for_the_next_interval_after_a_decision() -> None:
    desk = Desk(("v1", 1.0), **LATEST)
    desk.shelf.generation += 1
    desk.wait(0)
    assert desk.all() == ["dataStreamId=7&value=1"]


def test_what_was_sent_again_and_comes_back_after_a_decision_has_no_stream_read_again() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(desk.go(), REJECT)
    desk.shelf.send_again()
    desk.wait(0)
    flight = desk.go()
    desk.shelf.generation += 1
    desk.wait(0)
    desk.plan.answered(flight, GONE, 0)
    assert desk.plan.prefetch.fetches() == []
    desk.wait(60)
    assert desk.all() == ["dataStreamId=7&value=1"]


@pytest.mark.parametrize(
    ("streams", "settings", "limit"),
    [(1, {}, 256), (1, SETS, 10_000), (16, SETS, 10_000), (20, SETS, 8000), (700, SETS, 256)],
)
def test_so_many_readings_of_each_stream_are_in_memory(streams: int, settings: Settings, limit: int) -> None:
    desk = Desk(**settings)
    for pin in range(streams):
        desk.shelf.append(f"v{pin}")
    extents = desk.shelf.extents()
    desk.plan.prefetch.extend(extents)
    desk.plan.prefetch.tick(extents, 5.0)
    assert {fetch.limit for fetch in desk.plan.prefetch.fetches()} == {limit}


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
    desk.shelf.generation += 1
    desk.wait(1.0)
    desk.answer(flight)
    assert desk.all() == ["dataStreamId=7&value=2"]
    assert desk.shelf.told("v1") == ["forwarded"] * 2


def test_datastreams_are_counted_by_lane() -> None:
    desk = Desk(*((target, 1.0) for target in ("v1", "ds7", "ds9", "v1.label", "v5.label", "v6.label")))
    assert desk.plan.prefetch.datastreams == 2
