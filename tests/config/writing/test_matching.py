"""It is found which device, datastream or organisation was which."""

from __future__ import annotations

import pytest

from app.config.bench_file import BenchConfig, DeviceConfig, Organisation
from app.config.writing.matching import Changes, match, match_datastreams
from app.wire.datastreams import Datastream


def bench(*names: str, organisations: str = "") -> BenchConfig:
    devices = tuple(DeviceConfig(name=name, port=f"COM{place}") for place, name in enumerate(names, 1))
    return BenchConfig(device=devices, organisation={name: Organisation() for name in organisations})


@pytest.mark.parametrize(
    ("before", "after", "renamed", "devices"),
    [
        ("ab", "ba", {}, [1, 0]),
        ("ab", "bc", {}, [1, None]),
        ("ab", "bc", {"c": "a"}, [1, 0]),
        ("ab", "ab", {"a": "b", "b": "a"}, [1, 0]),
        ("a", "ba", {"b": "a"}, [0, None]),
        ("a", "b", {"b": "x"}, [None]),
    ],
)
def test_devices_are_matched_by_their_earlier_names(
    before: str, after: str, renamed: dict[str, str], devices: list[int | None]
) -> None:
    assert match(bench(*before), bench(*after), Changes(renamed)).devices == devices
    earlier, later = bench(organisations=before), bench(organisations=after)
    found = match(earlier, later, Changes(organisations=renamed)).organisations
    assert [found.get(name) for name in after] == [
        None if index is None else before[index] for index in devices
    ]


PIN_1, PIN_2, ID_7 = Datastream(virtual_pin=1), Datastream(virtual_pin=2), Datastream(id=7)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([PIN_1, PIN_2, ID_7], [ID_7, PIN_1, PIN_2], [2, 0, 1]),
        ([PIN_1, PIN_2], [PIN_2], [1]),
        ([PIN_1], [Datastream(virtual_pin=1, name="x")], [0]),
        ([ID_7], [Datastream(id=7, name="x"), PIN_1], [0, None]),
        ([Datastream(virtual_pin=3, name="x"), PIN_2], [Datastream(virtual_pin=4, name="x")], [0]),
        ([PIN_1, PIN_2], [PIN_2, Datastream(virtual_pin=3)], [1, None]),
        ([PIN_1, PIN_2], [PIN_1, Datastream(virtual_pin=3)], [0, 1]),
        ([PIN_1, PIN_2], [Datastream(virtual_pin=3)], [None]),
        ([PIN_1], [ID_7, PIN_2], [None, None]),
        (
            [Datastream(virtual_pin=1, id=2), Datastream(virtual_pin=3, id=4)],
            [Datastream(virtual_pin=3, id=2), Datastream(virtual_pin=1, id=4)],
            [1, 0],
        ),
        (
            [Datastream(virtual_pin=1, name="x"), Datastream(virtual_pin=2, name="x")],
            [Datastream(virtual_pin=2, name="y"), Datastream(virtual_pin=1, name="x")],
            [1, 0],
        ),
    ],
)
def test_datastreams_are_matched_by_what_they_have_in_common(
    before: list[Datastream], after: list[Datastream], expected: list[int | None]
) -> None:
    assert match_datastreams(before, after) == expected


def test_what_the_editor_knows_comes_first() -> None:
    device = DeviceConfig(name="a", port="COM1", datastream=(PIN_1, PIN_2))
    new = DeviceConfig(name="b", port="COM2", datastream=(PIN_1,))
    before, after = BenchConfig(device=(device,)), BenchConfig(device=(new, device))
    changes = Changes(datastreams={"a": [1, None], "b": [0]})
    assert match(before, after, changes).datastreams == [[None], [1, None]]
    assert match(before, after, Changes()).datastreams == [[None], [0, 1]]


def test_a_datastream_that_was_moved_is_not_found_for_its_earlier_device_too() -> None:
    """Another device may have the name of the one that it was taken from, and a datastream with its pin."""
    one = DeviceConfig(name="a", port="COM1", datastream=(PIN_1, PIN_2))
    two = DeviceConfig(name="b", port="COM2", datastream=(PIN_2,))
    before, after = BenchConfig(device=(one,)), BenchConfig(device=(one, two))
    changes = Changes(datastreams={"b": [(0, 1)]})
    assert match(before, after, changes).datastreams == [[0, None], [(0, 1)]]
