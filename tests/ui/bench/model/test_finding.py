"""The table of the edited bench that belongs to what runs."""

from __future__ import annotations

import pytest

from app.wire.datastreams import Datastream, DatastreamType
from tests.ui.bench.model.benches import draft
from ui.bench.model.finding import datastream_for, device_named, table_of


def test_a_device_is_found_by_the_name_that_it_runs_under() -> None:
    made = draft()
    made.put(made.devices[0], "name", "roof")
    made.add(made.devices[0].kind, made.bench)
    assert device_named(made, "greenhouse", {}) is made.devices[0]
    assert device_named(made, "roof", {}) is None
    assert device_named(made, "attic", {"cellar": "attic"}) is made.devices[1]
    assert device_named(made, "board", {}) is None


@pytest.mark.parametrize(("target", "place"), [("v0", 0), ("v1", 1), ("ds7", 1), ("v1.label", 1)])
def test_a_datastream_is_found_by_its_pin_its_id_or_its_property(target: str, place: int) -> None:
    made = draft()
    assert datastream_for(made, made.devices[0], target) is made.devices[0].children[place]
    assert not made.is_changed


@pytest.mark.parametrize("target", ["v9", "ds9"])
def test_a_target_without_an_entry_gets_one(target: str) -> None:
    made = draft()
    assert datastream_for(made, made.devices[0], target) is made.devices[0].children[2]
    assert made.devices[0].children[2].target == target


def test_an_announced_target_gets_the_entry_that_was_announced() -> None:
    made = draft()
    device = made.devices[0]
    air = Datastream(virtual_pin=9, name="Air", unit="°C", type=DatastreamType.DOUBLE)
    light = Datastream(id=8, name="Light")
    both = Datastream(virtual_pin=0, id=6, name="Another pin's")
    announced = [Datastream(virtual_pin=5), air, light, both]
    datastream_for(made, device, "v9.label", announced)
    datastream_for(made, device, "ds8", announced)
    assert made.config().device[0].datastream[2:] == (air, light)
    assert datastream_for(made, device, "ds6", announced).values == {"id": 6}  # the pin is taken


def test_an_entry_that_is_only_proposed_is_no_edit() -> None:
    made = draft()
    greenhouse, cellar = made.devices
    proposed = table_of(made, "greenhouse", "v9", {}, [Datastream(virtual_pin=9, name="Air")])
    assert (made.is_changed, made.has_edits) == (True, False)
    for key, value in (("name", "Room"), ("unit", "°C")):
        before = proposed.get(key)
        made.put(proposed, key, value)
        assert made.has_edits
        made.put(proposed, key, before)
        assert not made.has_edits
    made.move_to_device(proposed, cellar)
    assert made.has_edits
    made.saved()
    assert not made.has_edits
    datastream_for(made, greenhouse, "v10")
    made.put(cellar, "name", "attic")
    assert made.has_edits


def test_an_event_belongs_to_the_device() -> None:
    made = draft()
    assert datastream_for(made, made.devices[0], "event.hot") is made.devices[0]


def test_the_table_is_the_datastream_s_the_device_s_or_else_the_bench_s() -> None:
    made = draft()
    device = made.devices[0]
    assert table_of(made, "greenhouse", "v0", {}) is device.children[0]
    assert table_of(made, "greenhouse", "", {}) is device
    assert table_of(made, "attic", "v0", {"greenhouse": "attic"}) is device.children[0]
    assert table_of(made, "attic", "v0", {}) is made.bench
