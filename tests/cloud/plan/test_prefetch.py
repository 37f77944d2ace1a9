"""The prefetch keeps to `interval_s`, bounds the readings in memory, and follows the user's decisions."""

from __future__ import annotations

from typing import Unpack

import pytest

from app.config.bench_file import Forward
from app.wire.datastreams import Datastream
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.plan.rig import GONE, LATEST, PAST, REJECT, SETS, Rig, Settings, shown

LATEST_EACH_2_5_S: Settings = {"forward": Forward.LATEST, "interval_s": 2.5}


def test_properties_and_ids_without_a_pin_are_sent_one_by_one() -> None:
    rig = Rig(**LATEST)
    rig.add(("v1.label", "a"), ("v1.label", "b"), ("ds9", 1.0), ("ds9", 2.0))
    assert rig.all() == [
        "pin=v1&label=a",
        "dataStreamId=9&value=1",
        "pin=v1&label=b",
        "dataStreamId=9&value=2",
    ]


def test_a_property_overtakes_no_value_of_its_pin() -> None:
    rig = Rig(("v1", 1.0), **LATEST)
    rig.all()
    rig.add(("v1.label", "a"))
    assert rig.all() == ["pin=v1&label=a"]
    rig.add(("v1", 2.0), ("v1.label", "b"), ("v2.label", "c"))
    assert rig.all() == ["pin=v2&label=c"]
    rig.wait(1.0)
    assert rig.all() == ["dataStreamId=7&value=2", "pin=v1&label=b"]


def test_a_reading_that_failed_is_superseded_by_a_newer_one() -> None:
    rig = Rig(("v1", 1.0), **LATEST)
    flight = rig.go()
    rig.add(("v1", 2.0))
    rig.wait(1.0)
    rig.answer(flight, GONE)
    rig.wait(60.0)
    assert rig.all() == ["dataStreamId=7&value=2"]
    assert rig.journal.fates_of("v1") == ["superseded", "forwarded"]


def test_the_interval_keeps_its_cadence() -> None:
    rig = Rig(("v1", 1.0), **LATEST)
    rig.all()
    rig.wait(2.7)
    rig.add(("v1", 2.0))
    extents = rig.journal.extents()
    assert round(rig.plan.prefetch.tick(extents, rig.now_s) or 0, 6) == 0.3
    assert rig.plan.prefetch.tick(extents, 3.0) is None
    assert rig.plan.prefetch.tick(extents, 3.1) is None
    # All readings of `v1` may be sent, but the new one of `v2` waits for the end of the interval.
    rig.journal.append("v2", 1.0)
    extents = rig.journal.extents()
    rig.plan.prefetch.extend(extents)
    assert round(rig.plan.prefetch.tick(extents, 3.1) or 0, 6) == 0.9


def test_a_longer_interval_keeps_its_cadence_too() -> None:
    rig = Rig(**LATEST_EACH_2_5_S)
    rig.journal.append("v1", 1.0)
    extents = rig.journal.extents()
    rig.plan.prefetch.extend(extents)
    assert round(rig.plan.prefetch.tick(extents, 1.0) or 0, 6) == 1.5
    assert rig.plan.prefetch.tick(extents, 8.0) is None
    rig.journal.append("v1", 2.0)
    assert round(rig.plan.prefetch.tick(rig.journal.extents(), 8.0) or 0, 6) == 2.0


def test_only_readings_sent_with_their_times_expire() -> None:
    day_us = 86_400_000_000
    now_us = 100 * day_us
    rig = Rig(**SETS)
    rig.add(("v1", 1.0), ("v1", 2.0), ("v1.label", "old"), at_us=now_us - 31 * day_us)
    rig.add(("v1", 3.0), at_us=now_us - 29 * day_us)
    rig.wait(1.0)
    assert rig.plan.prefetch.oldest_us() == now_us - 31 * day_us
    rig.journal.settle(rig.plan.prefetch.expire(now_us))
    assert rig.journal.fates_of("v1") == ["expired", "expired", "pending"]
    assert rig.plan.prefetch.oldest_us() == now_us - 29 * day_us
    assert rig.all() == ["pin=v1&label=old", "pin=v1 [3]"]
    assert rig.plan.prefetch.oldest_us() is None
    for pin, days in ((1, 2), (2, 5), (3, 3)):
        rig.add((f"v{pin}", 1.0), at_us=now_us - days * day_us)
    rig.wait(1.0)
    assert rig.plan.prefetch.oldest_us() == now_us - 5 * day_us


@pytest.mark.parametrize(
    ("age_us", "fate"), [(30 * 86_400_000_000, "pending"), (30 * 86_400_000_000 + 1, "expired")]
)
def test_a_reading_is_too_old_after_thirty_days(age_us: int, fate: str) -> None:
    rig = Rig(**SETS)
    rig.add(("v1", 1.0), at_us=10**15 - age_us)
    rig.wait(1.0)
    rig.journal.settle(rig.plan.prefetch.expire(10**15))
    assert rig.journal.fates_of("v1") == [fate]


def test_resent_readings_go_before_older_ones() -> None:
    rig = Rig(("v1", 1.0), ("v2", 2.0), ("v1", 3.0))
    first, second = rig.go(), rig.go()
    rig.answer(second, REJECT)
    rig.answer(first, GONE)
    rig.journal.send_again()
    rig.wait(1.0)
    rig.plan.try_now()
    assert rig.all() == ["v2=2", "dataStreamId=7&value=1", "dataStreamId=7&value=3"]


def test_a_stream_is_read_from_its_beginning_once_for_each_decision() -> None:
    rig = Rig(*[("v2", float(n)) for n in range(5)])
    rig.journal.generation += 1
    rig.wait(0)
    rig.plan.prefetch.extend(rig.journal.extents())
    assert rig.plan.prefetch.fetches() == []


def test_eligible_readings_stay_eligible_after_a_decision() -> None:
    rig = Rig(("v1", 1.0), **LATEST)
    rig.journal.generation += 1
    rig.wait(0)
    assert rig.all() == ["dataStreamId=7&value=1"]


def test_a_requeued_resent_reading_rewinds_no_stream() -> None:
    rig = Rig(("v1", 1.0))
    rig.answer(rig.go(), REJECT)
    rig.journal.send_again()
    rig.wait(0)
    flight = rig.go()
    rig.journal.generation += 1
    rig.wait(0)
    rig.plan.answered(flight, GONE, 0)
    assert rig.plan.prefetch.fetches() == []
    rig.wait(60)
    assert rig.all() == ["dataStreamId=7&value=1"]


@pytest.mark.parametrize(
    ("streams", "settings", "limit"),
    [(1, {}, 256), (1, SETS, 10_000), (16, SETS, 10_000), (20, SETS, 8000), (700, SETS, 256)],
)
def test_the_number_of_readings_in_memory_is_bounded(streams: int, settings: Settings, limit: int) -> None:
    rig = Rig(**settings)
    for pin in range(streams):
        rig.journal.append(f"v{pin}")
    extents = rig.journal.extents()
    rig.plan.prefetch.extend(extents)
    rig.plan.prefetch.tick(extents, 5.0)
    assert {fetch.limit for fetch in rig.plan.prefetch.fetches()} == {limit}


def test_changed_policies_and_ids_apply_to_pending_readings() -> None:
    before = Rig(*[("v1", float(n)) for n in range(5)], ("v2", 1.0))
    assert shown(before.go()) == "dataStreamId=7&value=0"

    def after(**settings: Unpack[Settings]) -> list[str]:
        kept = MemoryJournal()
        kept.targets, kept.rows = before.journal.targets, before.journal.rows
        return Rig(journal=kept, **settings).all()

    assert after(**LATEST) == ["dataStreamId=7&value=4", "v2=1"]
    assert after(datastream=(), batch=True)[0] == "v1=0&v2=1"
    assert after(datastream=(Datastream(virtual_pin=2, id=3),)) == [
        "v1=0",
        "dataStreamId=3&value=1",
        *(f"v1={n}" for n in range(1, 5)),
    ]
    assert after(**SETS) == ["pin=v1 [0, 1, 2, 3, 4]", "pin=v2 [1]"]
    assert after(**PAST) == ["pin=v1 [0, 1, 2, 3, 4]", "pin=v2 [1]"]


def test_deleted_readings_are_not_sent() -> None:
    rig = Rig(("v1", 1.0), ("v1", 2.0), ("v2", 3.0))
    for _ in range(2):
        rig.answer(rig.go(), REJECT)
    rig.journal.send_again()
    rig.wait(0)
    flight = rig.go()
    rig.journal.delete()
    rig.wait(0)
    rig.answer(flight, GONE)
    rig.wait(60)
    assert rig.all() == []
    rig.add(("v1", 4.0))
    assert rig.all() == ["dataStreamId=7&value=4"]


def test_the_newest_reading_in_flight_is_not_superseded() -> None:
    rig = Rig(("v1", 1.0), **LATEST)
    flight = rig.go()
    rig.journal.append("v1", 2.0)
    rig.journal.generation += 1
    rig.wait(1.0)
    rig.answer(flight)
    assert rig.all() == ["dataStreamId=7&value=2"]
    assert rig.journal.fates_of("v1") == ["forwarded"] * 2


def test_datastreams_are_counted_by_lane() -> None:
    rig = Rig(*((target, 1.0) for target in ("v1", "ds7", "ds9", "v1.label", "v5.label", "v6.label")))
    assert rig.plan.prefetch.datastreams == 2
