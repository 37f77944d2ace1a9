"""What is wrong with an edited bench is found at its field, in the words of the loader."""

from __future__ import annotations

import pytest

from app.config.loading import parse
from app.config.writing.new_file import new_text
from tests.ui.bench.model.benches import draft
from ui.bench.model.draft import Draft, Kind, Node
from ui.bench.model.problems import problems


def found(made: Draft) -> list[tuple[Node, str, str]]:
    return [(node, key, str(message)) for node, key, message in problems(made)]


def test_a_bench_that_loads_has_no_problems(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = draft()
    assert problems(made) == []
    assert parse(new_text(made.config()).encode(), "bench", tmp_path_factory.getbasetemp())


def test_each_problem_is_at_its_key() -> None:
    made = draft()
    greenhouse, cellar = made.devices
    sine, other = greenhouse.children
    made.put(made.bench, "keep_days", "long")
    made.put(made.organisations[0], "monthly_messages", -1)
    made.put(greenhouse, "baud_rate", "fast")
    made.put(greenhouse, "server", "http://example.com")
    made.put(other, "max", -50.0)
    made.put(sine, "color", "red")
    made.put(cellar, "port", "")
    assert found(made) == [
        (made.bench, "keep_days", "enter a number"),
        (
            made.organisations[0],
            "monthly_messages",
            "monthly_messages must be at least 0, which means no budget, and at most 1000000000000",
        ),
        (greenhouse, "baud_rate", "enter a whole number"),
        (
            greenhouse,
            "server",
            "server would send the token unencrypted to example.com: write https://example.com",
        ),
        (sine, "color", 'color = "red" is not written as "#RRGGBB"'),
        (other, "max", "min = -40 is greater than max = -50"),
        (
            cellar,
            "port",
            'port is empty: write "COM5", "/dev/ttyACM0", "usb:2341:0043" or "simulated:"',
        ),
    ]


def test_what_must_be_unique_is_wrong_in_the_second_table() -> None:
    made = draft()
    made.put(made.devices[1], "name", "greenhouse")
    made.put(made.devices[1], "port", "com5")
    named = made.add(Kind.DATASTREAM, made.devices[0], {"virtual_pin": 0})
    unnamed = made.add(Kind.DATASTREAM, made.devices[0], {"virtual_pin": 1})
    assert found(made) == [
        (named, "virtual_pin", "Sine has it too: give each datastream its own"),
        (unnamed, "virtual_pin", "v1 has it too: give each datastream its own"),
        (made.devices[1], "name", "another device has this name: give each device its own"),
        (made.devices[1], "port", "greenhouse has it too: give each device its own"),
    ]


def test_what_must_be_unique_is_wrong_where_it_was_changed_last() -> None:
    made = draft()
    greenhouse, cellar = made.devices
    made.put(greenhouse, "name", "cellar")
    made.put(greenhouse, "port", cellar.get("port"))
    made.put(greenhouse.children[0], "virtual_pin", 1)
    assert found(made) == [
        (greenhouse.children[0], "virtual_pin", "v1 has it too: give each datastream its own"),
        (greenhouse, "name", "another device has this name: give each device its own"),
        (greenhouse, "port", "cellar has it too: give each device its own"),
    ]
    made.put(cellar, "name", "cellar ")
    made.put(cellar, "name", "cellar")
    assert [node for node, key, _ in found(made) if key == "name"] == [cellar]


def test_what_was_wrong_when_it_was_saved_is_wrong_in_the_second_table() -> None:
    made = draft()
    made.put(made.devices[0], "name", "cellar")
    made.saved()
    assert [(node, key) for node, key, _ in found(made)] == [(made.devices[1], "name")]


def test_a_datastream_that_is_moved_to_a_device_with_its_pin_is_wrong() -> None:
    made = draft()
    greenhouse, cellar = made.devices
    there = made.add(Kind.DATASTREAM, cellar, {"virtual_pin": 5})
    made.put(there, "virtual_pin", 0)
    moved = greenhouse.children[0]
    made.move_to_device(moved, cellar)
    assert [(node, key) for node, key, _ in found(made)] == [(moved, "virtual_pin")]


def test_what_two_fields_have_together_is_wrong_where_it_was_changed_last() -> None:
    made = draft()
    entry = made.devices[0].children[1]
    for key, value in (("max", -50.0), ("min", 90.0), ("max", -60.0)):
        made.put(entry, key, value)
        assert [(node, at) for node, at, _ in found(made)] == [(entry, key)]


def test_an_organisation_is_wrong_if_it_was_renamed_to_another_one_s_name() -> None:
    made = draft()
    first, second = made.organisations
    made.put(first, "name", second.get("name"))
    assert [(node, key) for node, key, _ in found(made)] == [(first, "name")]
    third = made.add(Kind.ORGANISATION, second)
    made.put(third, "name", second.get("name"))
    assert [node for node, _, _ in found(made)] == [first, third]
    made.put(second, "name", "another")
    assert [node for node, _, _ in found(made)] == [third]


@pytest.mark.parametrize("name", ["school", " ", ""])
def test_an_organisation_needs_a_name_of_its_own(name: str) -> None:
    made = draft()
    made.put(made.organisations[1], "name", name)
    assert found(made)[0] == (made.organisations[1], "name", "give the organisation a name of its own")


def test_a_whole_table_may_be_wrong() -> None:
    made = draft()
    entry = made.add(Kind.DATASTREAM, made.devices[0], {"name": "x"})
    assert found(made) == [(entry, "virtual_pin", "a datastream needs virtual_pin or id")]
    made = draft()
    made.put(made.organisations[1], "name", "\ud800")
    assert [(node, key) for node, key, _ in found(made)] == [(made.organisations[1], "")]
