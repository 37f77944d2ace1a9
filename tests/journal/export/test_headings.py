"""The headings of wide tables: names and units, unique and in the order of the bench file."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.bench_file import DeviceConfig
from app.journal.export.cells import harmless
from app.journal.export.headings import Key, headings, labels_of, labels_of_bench
from app.wire.datastreams import Datastream

AIR = Datastream(virtual_pin=1, id=7, name="Temperature", unit="°C")
RAIN = Datastream(virtual_pin=10, name="Rain")
WIND = Datastream(id=9, name="Wind")
BARE = Datastream(virtual_pin=3, unit="V")


def test_a_label_is_the_name_and_the_unit_for_pin_and_id() -> None:
    expected = {
        ("board", "v1"): "Temperature (°C)",
        ("board", "ds7"): "Temperature (°C)",
        ("board", "v10"): "Rain",
        ("board", "ds9"): "Wind",
    }
    assert labels_of({"board": (AIR, RAIN, WIND, BARE)}) == expected
    device = DeviceConfig(name="board", port="COM5", datastream=(AIR, RAIN, WIND, BARE))
    assert labels_of_bench([device]) == expected


@pytest.mark.parametrize(
    ("keys", "labels", "expected"),
    [
        ([], {}, []),
        ([("b", "v10"), ("b", "v2"), ("b", "event.a")], {}, ["event.a", "v2", "v10"]),
        ([("b 10", "v1"), ("b 2", "v1")], {}, ["b 2: v1", "b 10: v1"]),
        # The order of the bench file; what it does not name comes last.
        (
            [("b", "v9"), ("b", "v2"), ("b", "v1")],
            {("b", "v1"): "Air (°C)", ("b", "v2"): "Rain"},
            ["Air (°C)", "Rain", "v9"],
        ),
        # The columns of a device stay together.
        (
            [("b", "v9"), ("a", "v1"), ("b", "v1")],
            {("a", "v1"): "Air", ("b", "v1"): "Air"},
            ["a: Air", "b: Air", "b: v9"],
        ),
        # What would be the same is told apart by the target.
        ([("b", "v1"), ("b", "v2")], {("b", "v1"): "Air", ("b", "v2"): "Air"}, ["Air [v1]", "Air [v2]"]),
        ([("b", "v1")], {("b", "v1"): "time_utc"}, ["time_utc [v1]"]),
        (
            [("b", "v1"), ("b", "v2"), ("b", "v3")],
            {("b", "v1"): "Air [v3]", ("b", "v2"): "Air", ("b", "v3"): "Air"},
            ["Air [v3]", "Air [v2]", "Air [v3] (2)"],
        ),
        (
            [("b", "v1"), ("b", "v2"), ("b", "v3")],
            {("b", "v1"): "=A", ("b", "v2"): "'=A", ("b", "v3"): "'=A (2)"},
            ["=A", "'=A (2)", "'=A (2) (2)"],
        ),
    ],
)
def test_headings_are_in_order_and_unique(
    keys: list[Key], labels: Mapping[Key, str], expected: list[str]
) -> None:
    assert list(headings(keys, labels, "time_utc").values()) == expected


NAMES = st.sampled_from(["", "A", "=A", "'=A", "A [v1]", "A (2)", "t", "v1"])
KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from(["v1", "v2", "v3"]))


@given(st.lists(KEYS, unique=True), st.dictionaries(KEYS, NAMES))
def test_no_two_columns_have_one_heading(keys: list[Key], labels: dict[Key, str]) -> None:
    found = headings(keys, labels, "t")
    assert sorted(found) == sorted(keys)
    written = [harmless(heading) for heading in ("t", *found.values())]
    assert len(set(written)) == len(keys) + 1
    devices = [device for device, _ in found]
    assert devices == sorted(devices, key=devices.index)
