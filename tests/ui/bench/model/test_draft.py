"""The edited bench: its tables, what must be unique, and what the bench file knows of it."""

from __future__ import annotations

import msgspec
import pytest

from app.config.bench_file import BenchConfig, BenchSection
from tests.ui.bench.model.benches import bench, draft
from ui.bench.model.draft import Draft, Kind, Node


def names(nodes: list[Node]) -> list[object]:
    return [node.get("name") for node in nodes]


def test_a_draft_without_changes_is_the_bench_it_was_made_from() -> None:
    made = draft()
    assert made.config() == bench()
    assert not made.is_changed
    assert made.document()["bench"] == {"name": "Lab", "keep_days": 7.0}
    assert Draft(BenchConfig()).config() == BenchConfig()


def test_a_draft_knows_its_bench_file_also_after_edits() -> None:
    made = draft()
    made.put(made.devices[0], "baud_rate", 9600)
    assert made.is_of(bench())
    made.saved()
    assert not made.is_of(bench())
    assert made.is_of(made.config())


def test_defaults_are_left_out_of_the_document() -> None:
    made = draft()
    (device, _) = made.devices
    made.put(device, "baud_rate", 9600)
    assert made.document()["device"][0]["baud_rate"] == 9600
    assert made.is_changed
    made.put(device, "baud_rate", 115200)
    assert "baud_rate" not in made.document()["device"][0]
    assert device.get("baud_rate") == device.default("baud_rate") == 115200
    assert not made.is_changed


def test_what_cannot_be_a_value_stays_as_it_was_typed() -> None:
    made = draft()
    made.put(made.devices[0], "baud_rate", "fast")
    assert made.devices[0].get("baud_rate") == "fast"
    with pytest.raises(msgspec.ValidationError):
        made.config()


def test_a_device_follows_the_new_name_of_its_organisation() -> None:
    made = draft()
    made.put(made.organisations[0], "name", "class 7b")
    config = made.config()
    assert (list(config.organisation), config.device[0].organisation) == (["class 7b", "home"], "class 7b")
    assert made.renamed_organisations() == {"class 7b": "school"}
    made.remove(made.organisations[0])
    assert made.config().device[0].organisation == ""


def test_a_new_server_gets_a_free_place_for_its_token_which_goes_with_it() -> None:
    made = draft()
    cellar = made.devices[1]
    made.put(cellar, "server", "https://lon1.blynk.cloud")
    assert cellar.get("auth_token") == "keyring:cellar"
    made.put(cellar, "server", "")
    assert cellar.get("auth_token") == ""
    made.put(cellar, "name", "  green: house ")
    made.put(made.devices[0], "auth_token", "keyring:green-house")
    made.put(cellar, "server", "https://lon1.blynk.cloud")
    assert cellar.get("auth_token") == "keyring:green-house-2"
    made.put(cellar, "auth_token", "env:PINBRIDGE_C")
    made.put(cellar, "server", "https://ny3.blynk.cloud")
    made.put(cellar, "server", "")
    assert cellar.get("auth_token") == "env:PINBRIDGE_C"
    made.put(cellar, "auth_token", "")
    made.put(cellar, "name", ":")
    made.put(cellar, "server", "https://ny3.blynk.cloud")
    assert cellar.get("auth_token") == "keyring:board"


def test_new_tables_come_behind_the_chosen_one_with_a_free_name_or_pin() -> None:
    made = draft()
    first = made.add(Kind.DEVICE, made.devices[0])
    second = made.add(Kind.DEVICE, made.bench)
    assert names(made.devices) == ["greenhouse", "board", "cellar", "board 2"]
    assert (first.get("port"), second.origin) == ("", None)
    entry = made.add(Kind.DATASTREAM, made.devices[0].children[0])
    assert [child.target for child in made.devices[0].children] == ["v0", "v2", "v1"]
    assert made.add(Kind.DATASTREAM, made.devices[0], {"id": 9}).target == "ds9"
    assert made.device_of(entry) is made.devices[0]
    made.add(Kind.ORGANISATION, made.organisations[0])
    made.add(Kind.ORGANISATION, made.bench)
    assert names(made.organisations) == ["school", "organisation", "home", "organisation 2"]


def test_a_device_with_all_pins_gets_the_highest_one_again() -> None:
    made = draft()
    for _ in range(255):
        made.add(Kind.DATASTREAM, made.devices[1])
    assert made.add(Kind.DATASTREAM, made.devices[1]).target == "v255"
    assert made.add(Kind.DATASTREAM, made.devices[1]).target == "v255"


def test_a_copy_has_everything_but_what_must_be_unique() -> None:
    made = draft()
    copy = made.copy(made.devices[0])
    assert (copy.get("name"), copy.get("port")) == ("greenhouse 2", "")
    assert (copy.get("auth_token"), copy.get("organisation")) == (
        "keyring:greenhouse-2",
        made.organisations[0],
    )
    assert [child.values for child in copy.children] == [child.values for child in made.devices[0].children]
    assert copy.children[0] is not made.devices[0].children[0]
    assert made.copy(copy).get("name") == "greenhouse 3"
    assert made.copy(made.devices[-1]).get("auth_token") == ""
    entry = made.copy(made.devices[0].children[1])
    assert (entry.target, entry.get("id"), entry.get("max")) == ("v2", None, 85)


def test_a_removed_table_is_replaced_by_its_neighbour_or_by_what_is_above() -> None:
    made = draft()
    device = made.devices[0]
    first, second = device.children
    assert made.remove(first) is second
    assert made.remove(second) is device
    assert made.remove(device) is made.devices[0]
    assert made.remove(made.devices[0]) is made.bench
    assert made.document()["device"] == []


def test_tables_move_among_their_like() -> None:
    made = draft()
    assert not made.can_move(made.bench, 1)
    assert not made.can_move(made.devices[0], -1)
    assert made.can_move(made.devices[0], 1)
    made.move(made.devices[0], 1)
    made.move(made.devices[1], 1)
    made.move(made.devices[1].children[1], -1)
    made.move(made.organisations[1], -1)
    assert names(made.devices) == ["cellar", "greenhouse"]
    assert [child.target for child in made.devices[1].children] == ["v1", "v0"]
    assert list(made.config().organisation) == ["home", "school"]
    assert made.moved_datastreams() == {"cellar": [], "greenhouse": [1, 0]}
    assert made.is_changed


def test_a_datastream_moves_to_another_device_and_back() -> None:
    made = draft()
    greenhouse, cellar = made.devices
    node = greenhouse.children[1]
    made.move_to_device(node, cellar)
    assert made.device_of(node) is cellar
    assert made.moved_datastreams() == {"greenhouse": [0], "cellar": [(0, 1)]}
    new = made.add(Kind.DEVICE, cellar)
    made.move_to_device(node, new)
    assert made.moved_datastreams()[str(new.get("name"))] == [(0, 1)]
    made.move_to_device(node, greenhouse)
    assert made.moved_datastreams()["greenhouse"] == [0, 1]
    assert made.document()["device"][0] == draft().document()["device"][0]
    added = made.add(Kind.DATASTREAM, greenhouse)
    made.move_to_device(added, cellar)
    assert made.moved_datastreams()["cellar"] == [None]
    made.move_to_device(node, cellar)
    made.saved()
    assert made.moved_datastreams() == {"greenhouse": [0], "cellar": [0, 1], str(new.get("name")): []}


def test_new_names_are_known_with_the_old_ones_until_they_are_saved() -> None:
    made = draft()
    made.put(made.devices[0], "name", "roof")
    added = made.add(Kind.DEVICE, made.bench)
    assert made.renamed() == {"roof": "greenhouse"}
    assert [made.name_before(device) for device in made.devices] == ["greenhouse", "cellar", ""]
    made.saved()
    assert not made.is_changed
    assert (made.renamed(), made.renamed_organisations()) == ({}, {})
    assert made.name_before(added) == "board"
    made.put(made.devices[0], "name", "cellar")
    made.put(made.devices[1], "name", "roof")
    assert made.renamed() == {"cellar": "roof", "roof": "cellar"}


def test_the_devices_that_were_removed_are_known_until_the_draft_is_saved() -> None:
    made = draft()
    first, *_ = made.devices
    name = made.name_before(first)
    first.put("name", "roof")
    assert made.removed() == []
    made.add(Kind.DEVICE, first)
    made.remove(first)
    assert made.removed() == [name]
    made.saved()
    assert made.removed() == []


def test_two_organisations_of_one_name_are_a_change() -> None:
    made = draft()
    made.put(made.organisations[1], "name", "school")
    assert list(made.document()["organisation"]) == ["school"]
    assert made.is_changed


def test_a_reset_drops_all_changes() -> None:
    made = draft()
    made.remove(made.devices[0])
    made.reset(bench())
    assert made.config() == bench()
    assert not made.is_changed


def test_the_file_can_get_a_change_that_the_draft_has_too() -> None:
    made = draft()
    made.put(made.bench, "name", "Other")
    entry = made.add(Kind.DATASTREAM, made.devices[1], {"virtual_pin": 3, "color": "#0072B2"})
    saved = Draft(bench())
    saved.add(Kind.DATASTREAM, saved.devices[1], {"virtual_pin": 3, "color": "#0072B2"})
    made.rebase(saved.config(), entry)
    assert entry.origin == 0
    assert made.is_changed
    made.put(made.bench, "name", "Lab")
    assert not made.is_changed
    made.rebase(bench(), made.devices[0].children[0])
    assert made.is_changed
    new = made.add(Kind.DEVICE, made.bench)
    made.rebase(saved.config(), made.add(Kind.DATASTREAM, new))
    assert made.is_changed


def test_all_tables_come_in_the_order_of_the_list() -> None:
    made = draft()
    assert [node.kind for node in made.nodes()] == [
        Kind.BENCH,
        Kind.ORGANISATION,
        Kind.ORGANISATION,
        Kind.DEVICE,
        Kind.DATASTREAM,
        Kind.DATASTREAM,
        Kind.DEVICE,
    ]
    assert Node(Kind.DATASTREAM, {"virtual_pin": "x"}).target == ""
    assert Node(Kind.BENCH, msgspec.to_builtins(BenchSection())).values == {}
