"""What a fix has changed in the bench file is taken into the edited bench, and no edit is lost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.config.bench_file import BenchConfig
from app.wire.datastreams import Datastream
from tests.ui.bench.model.benches import bench, draft
from ui.bench.model.draft import Draft
from ui.bench.model.following import follow

NEW = Datastream(virtual_pin=9, unit="lx")


def changed(**keys: Any) -> BenchConfig:
    """The bench file, whose first device has other values."""
    first, *others = bench().device
    return msgspec.structs.replace(bench(), device=(msgspec.structs.replace(first, **keys), *others))


def datastreams(*entries: Datastream) -> BenchConfig:
    return changed(datastream=entries)


SINE, SECOND = bench().device[0].datastream
TYPED = msgspec.structs.replace(SINE, type="int")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (bench(), changed(baud_rate=9600, forward="latest", interval_s=5.0)),
        (changed(baud_rate=9600), bench()),
        (bench(), datastreams(SINE, msgspec.structs.replace(SECOND, max=None))),
        (bench(), datastreams(SINE, SECOND, NEW)),
        (datastreams(), datastreams(NEW)),
        (bench(), datastreams(SECOND)),
        (bench(), datastreams()),
        (bench(), bench()),
    ],
    ids=["device", "undone", "datastream", "added", "first", "removed", "all-removed", "nothing"],
)
def test_a_draft_without_edits_is_the_bench_file_again(earlier: BenchConfig, later: BenchConfig) -> None:
    made = Draft(earlier)
    follow(made, earlier, later)
    assert msgspec.to_builtins(made.config()) == msgspec.to_builtins(later)
    assert not made.has_edits
    assert [node.origin for node in made.devices[0].children] == list(range(len(later.device[0].datastream)))


def test_edits_stay_beside_what_was_changed_and_instead_of_it() -> None:
    made = draft()
    device = made.devices[0]
    made.put(device, "name", "glass house")
    made.put(device, "baud_rate", 57600)
    made.put(device.children[0], "name", "Sinus")
    follow(made, bench(), changed(baud_rate=9600, interval_s=5.0, datastream=(TYPED, SECOND)))
    first = made.config().device[0]
    assert (first.name, first.baud_rate, first.interval_s) == ("glass house", 57600, 5.0)
    assert (first.datastream[0].name, first.datastream[0].type) == ("Sinus", "int")
    assert made.is_changed
    made.put(device, "name", "greenhouse")
    made.put(device, "baud_rate", 9600)
    made.put(device.children[0], "name", "Sine")
    assert not made.is_changed


def test_a_datastream_that_was_moved_or_edited_is_not_lost() -> None:
    made = draft()
    moved, kept = made.devices[0].children
    made.move_to_device(moved, made.devices[1])
    made.put(kept, "unit", "V")
    follow(made, bench(), datastreams(TYPED))
    assert moved.get("type") == "int"
    assert (kept.origin, kept.home) == (None, None)
    assert [node.get("unit") for node in made.devices[0].children] == ["V"]
    assert made.moved_datastreams() == {"greenhouse": [None], "cellar": [(0, 0)]}


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_datastream_that_the_user_has_in_the_draft_is_not_added_twice(is_edited: bool) -> None:
    made = draft()
    mine = made.propose(made.devices[0], {"virtual_pin": 9})
    if is_edited:
        made.put(mine, "name", "Light")
    follow(made, bench(), datastreams(SINE, SECOND, NEW))
    assert [node.target for node in made.devices[0].children] == ["v0", "v1", "v9"]
    assert mine.origin == 2
    assert mine.get("name") == ("Light" if is_edited else "")


def test_devices_that_are_new_or_removed_in_the_draft_stay_so() -> None:
    made = draft()
    made.remove(made.devices[0])
    new = made.copy(made.devices[0])
    follow(made, bench(), changed(baud_rate=9600))
    assert made.devices[1] is new
    assert made.removed() == ["greenhouse"]
    assert new.get("baud_rate") == 115200
