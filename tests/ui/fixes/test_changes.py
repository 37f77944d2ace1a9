"""What a fix does to the datastream of a line."""

from __future__ import annotations

from typing import Any

import pytest

from app.config.bench_file import DeviceConfig
from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import Datastream, DatastreamType
from ui.fixes.changes import changed, entry_of, helps, merged, split
from ui.fixes.fix import Fix, Kind

LABEL = Message("button_allow_value")
ALLOW, ADD = Fix(Kind.ALLOW, LABEL), Fix(Kind.ADD, LABEL)
DOUBLE = Fix(Kind.TYPE, LABEL, type=DatastreamType.DOUBLE)
STRING = Fix(Kind.TYPE, LABEL, type=DatastreamType.STRING)


def after(fix: Fix, line: str, *datastreams: Datastream) -> tuple[Datastream, ...] | None:
    found = changed(DeviceConfig(port="COM1", datastream=datastreams), fix, *split(line))
    return found.datastream if found else None


def entry(**keys: Any) -> Datastream:
    return Datastream(virtual_pin=1, **keys)


OTHER = Datastream(id=7, name="Other")


def test_a_line_is_split_as_the_grammar_does() -> None:
    assert split(" V1 = 2=3 ") == ("v1", "2=3")
    assert split("no assignment") == ("no assignment", "")


def test_the_type_changes_and_the_rest_stays() -> None:
    whole = entry(type=DatastreamType.INT, name="T", min=0.0, max=9.0, scale=2.0)
    assert after(DOUBLE, "v1=2.5", OTHER, whole) == (
        *(OTHER, entry(type=DatastreamType.DOUBLE, name="T", min=0.0, max=9.0, scale=2.0)),
    )


def test_a_string_loses_what_only_numbers_have() -> None:
    number = entry(type=DatastreamType.DOUBLE, unit="C", min=0.0, max=9.0, scale=2.0, offset=1.0)
    assert after(STRING, "v1=calm", number) == (entry(type=DatastreamType.STRING, unit="C"),)


def test_an_enum_that_becomes_a_double_loses_its_values() -> None:
    enum = entry(type=DatastreamType.ENUM, values=(1, 2))
    assert after(DOUBLE, "v1=2.5", enum) == (entry(type=DatastreamType.DOUBLE),)


def test_a_property_changes_its_pin_and_an_id_its_datastream() -> None:
    assert after(DOUBLE, "v1.label=x", entry()) == (entry(type=DatastreamType.DOUBLE),)
    found = after(DOUBLE, "ds7=1.5", OTHER)
    assert found
    assert found[0].type is DatastreamType.DOUBLE


@pytest.mark.parametrize(("value", "low", "high"), [("12", 0, 20), ("-3.5", -20, 10), ("1e3", 0, 2000)])
def test_the_range_is_widened_with_room_at_the_end_that_was_passed(
    value: str, low: float, high: float
) -> None:
    assert after(ALLOW, f"v1={value}", entry(min=0.0, max=10.0)) == (entry(min=low, max=high),)


def test_a_range_with_one_end_keeps_the_other_open() -> None:
    assert after(ALLOW, "v1=12", entry(max=10.0)) == (entry(max=20.0),)
    assert after(ALLOW, "v1=-5", entry(min=0.0)) == (entry(min=-10.0),)


def test_lines_at_hand_say_how_much_room_a_range_needs() -> None:
    device = DeviceConfig(port="COM1", datastream=(entry(max=900.0),))
    found = changed(device, ALLOW, "v1", "901", [f"v1={value}" for value in range(895, 901)])
    assert found
    assert found.datastream == (entry(max=905.0),)


def test_the_scaled_value_is_allowed() -> None:
    assert after(ALLOW, "v1=100", entry(max=10.0, scale=0.5)) == (entry(max=100.0, scale=0.5),)


def test_a_value_joins_those_of_an_enum() -> None:
    enum = entry(type=DatastreamType.ENUM, values=(1, 2))
    assert after(ALLOW, "v1=3", enum) == (entry(type=DatastreamType.ENUM, values=(1, 2, 3)),)


@pytest.mark.parametrize("line", ["v1=calm", "v1=1e999", "v1=5", "v2=12", "v1"])
def test_a_range_that_is_not_the_reason_is_left(line: str) -> None:
    assert after(ALLOW, line, entry(min=0.0, max=10.0)) is None


def test_a_scaled_value_that_does_not_fit_is_not_allowed() -> None:
    assert after(ALLOW, "v1=2147483647", entry(type=DatastreamType.INT, max=10.0, scale=9.0)) is None


def test_a_missing_datastream_is_added_at_the_end() -> None:
    assert after(ADD, "v1=2", OTHER) == (OTHER, entry())
    assert after(ADD, "ds9=2", OTHER) == (OTHER, Datastream(id=9))
    assert after(STRING, "v1=calm") == (entry(type=DatastreamType.STRING),)


@pytest.mark.parametrize("line", ["v300=1", "ds0=1", "temp=1", "v=1", "v²=1", "event.hot=1"])
def test_what_no_datastream_can_have_is_not_added(line: str) -> None:
    assert after(ADD, line) is None


def test_a_datastream_that_is_there_is_not_added_again() -> None:
    assert after(ADD, "v1=1", entry()) is None


def test_a_fix_is_offered_only_if_it_changes_something() -> None:
    device = DeviceConfig(port="COM1", datastream=(entry(type=DatastreamType.INT, min=0.0, max=5.0),))
    assert helps(device, DOUBLE, "v1=2.5")
    assert not helps(changed(device, DOUBLE, "v1", "2.5") or device, DOUBLE, "v1=2.5")
    assert not helps(device, ALLOW, "v1=3")
    assert helps(device, Fix(Kind.FIND_BAUD_RATE, LABEL), "v1=3")


@pytest.mark.parametrize("value", ["2.5", "99999999999"])
def test_an_enum_has_only_whole_numbers_of_32_bits(value: str) -> None:
    assert after(ALLOW, f"v1={value}", entry(type=DatastreamType.ENUM, values=(1,))) is None


def test_the_datastream_of_a_target_is_found_by_pin_and_by_id() -> None:
    device = DeviceConfig(port="COM1", datastream=(OTHER, entry()))
    assert entry_of(device, "v1.label") == entry()
    assert entry_of(device, "ds7") == OTHER
    assert entry_of(device, "v2") is None


V1, V2, MINE = entry(), Datastream(virtual_pin=2), Datastream(virtual_pin=3, name="Mine")
TYPED = entry(type=DatastreamType.INT)
RENAMED = entry(name="By hand")


@pytest.mark.parametrize(
    ("latest", "before", "then", "found"),
    [
        ((V1, V2, MINE), (V1, V2), (TYPED, V2), (TYPED, V2, MINE)),
        ((V2, RENAMED), (V1, V2), (TYPED, V2), (V2, entry(name="By hand", type=DatastreamType.INT))),
        ((V2,), (V1, V2), (TYPED, V2), (V2, TYPED)),
        ((RENAMED,), (V1, V2), (V1, V2), (RENAMED,)),
        ((V1, MINE), (V1,), (V1, V2), (V1, MINE, V2)),
        ((V1, MINE), (V1,), (V1, Datastream(virtual_pin=3)), (V1, MINE)),
        ((V1, MINE, V2), (V1, V2), (V1,), (V1, MINE)),
    ],
    ids=["added", "renamed", "removed", "nothing-to-do", "add", "add-the-same", "remove"],
)
def test_what_was_changed_elsewhere_meanwhile_stays(
    latest: tuple[Datastream, ...],
    before: tuple[Datastream, ...],
    then: tuple[Datastream, ...],
    found: tuple[Datastream, ...],
) -> None:
    assert merged(latest, before, then) == found


def test_changes_that_contradict_what_was_changed_elsewhere_are_refused() -> None:
    by_hand = entry(type=DatastreamType.ENUM, values=(1, 2))
    with pytest.raises(InvalidValueError):
        merged((by_hand,), (V1,), (TYPED,))
