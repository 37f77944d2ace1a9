"""Readings are judged in the order of arrival, and sent only after those left out before them are stored."""

from __future__ import annotations

import random

import pytest

from app.cloud.plan import judging
from app.config.bench_file import Backlog, Forward
from app.wire.streams import StreamExtent
from tests.cloud.plan.judging_rig import Rig, words
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.planner_rig import NOW_US


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_a_pin_and_its_id_are_judged_in_order_however_they_are_read(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "JUDGED_AT_ONCE", at_once)
    monkeypatch.setattr("app.cloud.planner.JUDGED_AT_ONCE", at_once)
    for seed in range(8):
        chance = random.Random(seed)
        reference, expected = -1.0, list[str]()
        values = chance.choices([20.0, 20.5, 21.0, 25.0], k=40)
        readings = [(chance.choice(["v1", "ds7"]), value) for value in values]
        for _, value in readings:
            if abs(value - reference) >= 1:
                reference = value
                expected.append(f"dataStreamId=7&{value:g}")
        assert Rig(*readings).send() == expected


def test_a_reading_waits_until_those_left_out_before_it_are_stored() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    rig.add_unsettled(("v1", 20.0), ("v1", 25.0))
    assert rig.all() == []
    rig.add_unsettled(("v1", 30.0))
    assert rig.all() == []
    rig.settle()
    assert rig.wait_s() == 0
    rig.look_at_all()
    assert rig.send() == ["dataStreamId=7&25", "dataStreamId=7&30"]


@pytest.mark.parametrize("forward", [Forward.EVERY, Forward.LATEST, Forward.TIMESTAMPED])
def test_a_reading_that_comes_in_while_others_are_fetched_is_judged_first(
    forward: Forward, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(("v1", 20.0), forward=forward)
    rig.send()
    extents = rig.journal.extents

    def then_more() -> list[StreamExtent]:
        found = extents()
        rig.journal.append("v1", 25.5, rig.now_us)
        return found

    rig.now_s = 1.0
    rig.journal.append("v1", 25.0, rig.now_us)
    monkeypatch.setattr(rig.journal, "extents", then_more)
    rig.planner.journal_changed()
    rig.look()
    monkeypatch.undo()
    rig.now_s = 2.0
    assert rig.send()[0].endswith(("&25", "[25]"))
    rig.wait(1.0)
    rig.send()
    assert rig.fates() == "ffs"


def test_each_settlement_frees_only_what_was_judged_with_it() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    rig.add_unsettled(("v1", 20.0), ("v1", 25.0))
    (first,) = rig.planner.take_settlements()
    rig.add_unsettled(("v1", 25.0), ("v1", 30.0))
    (second,) = rig.planner.take_settlements()
    rig.journal.settle(list(first.runs))
    rig.planner.stored(first)
    rig.planner.look(rig.now_s, rig.now_us)
    assert [words(flight) for flight in rig.all()] == ["dataStreamId=7&25"]
    rig.journal.settle(list(second.runs))
    rig.planner.stored(second)
    assert rig.fates() == "fspsp"


def test_a_property_overtakes_no_older_value_of_its_datastream() -> None:
    rig = Rig(("v1", 20.0), ("v1.label", "a"))
    rig.send()
    rig.add_unsettled(("v1", 20.0), ("v1", 25.0), ("v1.label", "b"))
    assert rig.all() == []
    rig.add_unsettled(("v1", 25.5), ("v1.label", "c"), ("v2", 1.0))
    (flight,) = rig.all()
    assert words(flight) == "v2=1"
    rig.settle()
    rig.look_at_all()
    assert rig.send() == ["dataStreamId=7&25", "pin=v1&label=b", "pin=v1&label=c"]


def test_a_long_backlog_is_judged_in_parts_and_sent_in_sets_as_the_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "JUDGED_AT_ONCE", 10)
    monkeypatch.setattr("app.cloud.planner.JUDGED_AT_ONCE", 10)
    journal = MemoryJournal()
    for number in range(95):
        journal.append("v1", float(number // 5 * 2), NOW_US)
    rig = Rig(journal=journal, backlog=Backlog.TIMESTAMPED)
    assert rig.send() == [f"pin=v1 {[2 * number for number in range(19)]}"]
    assert rig.fates() == "fssss" * 19
    rig.add(("v1", 99.0))
    assert rig.send() == ["dataStreamId=7&99"]


def test_held_readings_are_judged_when_they_are_released() -> None:
    rig = Rig()
    for _ in range(3):
        rig.journal.hold("v1")
    rig.add(("v1", 20.0))
    assert rig.send() == ["dataStreamId=7&20"]
    rig.add(("v1", 25.0))
    rig.wait(1.0)
    rig.journal.release()
    rig.look_at_all()
    # The held readings have the values 1, 2 and 3 and the time 0. What waited is judged again after them.
    assert rig.send() == [f"dataStreamId=7&{value}" for value in (1, 2, 3, 25)]
    rig.add(("v1", 25.5))
    assert rig.fates() == "fffffs"


def test_readings_may_be_deleted_while_they_are_judged() -> None:
    rig = Rig(("v1", 20.0), ("v1", 20.0), ("v1", 25.0))
    rig.journal.delete()
    rig.look_at_all()
    assert rig.send() == []
    rig.add(("v1", 25.0), ("v1", 25.0))
    assert rig.send() == ["dataStreamId=7&25"]
