"""A device has room for 1,024 targets besides those of the bench file and those in its journal."""

from __future__ import annotations

import pytest

from app.wire.batches import Intake
from app.wire.datastreams import Datastream, Reason
from app.wire.readings import Grammar, Kind
from app.wire.targets import MAX_TARGETS, Targets

ENTRIES = (Datastream(virtual_pin=1, id=5000), Datastream(id=6000))
IDS = [f"ds{number}" for number in range(1, MAX_TARGETS + 1)]


def full() -> Grammar:
    """The grammar of a device whose board has sent 1,024 names that are not in the bench file."""
    grammar = Grammar(ENTRIES)
    for name in IDS:
        assert grammar.judge(f"{name}=1".encode()).kind is Kind.ACCEPTED
    return grammar


def reason(grammar: Grammar, line: str) -> Reason | None:
    return grammar.judge(line.encode()).reason


def test_there_is_room_for_1024_targets_and_for_those_of_the_bench_file() -> None:
    assert MAX_TARGETS == 1024
    grammar = full()
    assert reason(grammar, "ds1025=1") is Reason.TOO_MANY_DATASTREAMS
    for line in ("v1=1", "ds5000=1", "ds6000=1", "ds1=2", "ds1024=x"):
        assert reason(grammar, line) is None
    # The targets of the bench file have taken no room of the others.
    other = Grammar(ENTRIES)
    for name in ("v1", "ds5000", "ds6000", *IDS):
        assert reason(other, f"{name}=1") is None
    assert reason(other, "v2=1") is Reason.TOO_MANY_DATASTREAMS


@pytest.mark.parametrize("line", ["v2=1", "v2.label=x", "v1.label=x", "v2=nan", "v2=", "v2=a\tb"])
def test_pins_and_properties_count_whatever_the_value_is(line: str) -> None:
    assert reason(full(), line) is Reason.TOO_MANY_DATASTREAMS


@pytest.mark.parametrize("line", ["", "# x", "x=1", "v256=1", "ds0=1", "v1.=x", "v1", "v1=nan", "v1="])
def test_lines_that_need_no_room_are_judged_as_before(line: str) -> None:
    assert full().judge(line.encode()) == Grammar(ENTRIES).judge(line.encode())


def test_an_unknown_pin_is_rejected_as_such_first() -> None:
    grammar = Grammar(ENTRIES, reject_unknown=True, known_targets=IDS)
    assert reason(grammar, "v2=1") is Reason.UNKNOWN_PIN
    assert reason(grammar, "v1.label=x") is Reason.TOO_MANY_DATASTREAMS


def test_a_journal_that_holds_more_keeps_its_targets() -> None:
    grammar = Grammar(ENTRIES, known_targets=["v1", *(f"ds{number}" for number in range(1, 3001))])
    assert reason(grammar, "ds3000=1") is None
    assert reason(grammar, "ds6000=1") is None
    assert reason(grammar, "ds3001=1") is Reason.TOO_MANY_DATASTREAMS


def test_only_accepted_lines_take_room() -> None:
    grammar = Grammar(known_targets=IDS[1:])
    for line in ("v1=", "v2=nan", "v3=a\tb"):
        assert reason(grammar, line) not in (None, Reason.TOO_MANY_DATASTREAMS)
    for rest in (b"v4=10", b"v5=text"):
        assert grammar.judge_rest(rest).kind is Kind.PARTIAL
        assert grammar.judge_first(b"v6=text").kind is Kind.PARTIAL
    assert grammar.judge_first(b"v7=1").kind is Kind.ACCEPTED
    assert reason(grammar, "v4=1") is Reason.TOO_MANY_DATASTREAMS
    assert reason(grammar, "v7=2") is None


def test_a_flood_of_names_reaches_neither_memory_nor_journal() -> None:
    intake = Intake(Grammar())
    taken = intake.feed(b"".join(b"ds%d=1\n" % number for number in range(1, 20_001)), 0)
    assert (taken.counts.accepted, taken.counts.rejected) == (MAX_TARGETS, 20_000 - MAX_TARGETS)
    assert taken.batch is not None
    assert taken.batch.targets == IDS
    # Names that the device has take the fast path all the same.
    assert isinstance(intake.feed(b"ds7=1\nds1024=2\n", 1).lines, bytes)


def test_a_target_is_known_from_the_bench_file_or_from_before_or_added() -> None:
    targets = Targets(["v1"], ["v1", "v2", *IDS[2:]])
    assert targets.has_room("v3")
    targets.add("v1")
    assert targets.has_room("v3")
    targets.add("v3")
    assert [targets.has_room(name) for name in ("v1", "v2", "v3", "v4")] == [True, True, True, False]
