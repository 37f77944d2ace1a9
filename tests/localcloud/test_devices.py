"""The state of a device, without a server."""

from collections.abc import Callable

import pytest

from app.localcloud import devices as module
from app.localcloud.devices import Device, Devices
from app.localcloud.refusals import (
    INVALID_TOKEN,
    NO_DATASTREAM,
    TOO_MUCH_DATA,
    UNKNOWN_EVENT,
    WRONG_EVENT,
    WRONG_PROPERTY,
    WRONG_VALUE,
    RefusedError,
)
from app.wire.datastreams import Datastream, DatastreamType

TEMPERATURE = Datastream(virtual_pin=1, id=7, type=DatastreamType.DOUBLE, min=-40, max=85)
COUNT = Datastream(virtual_pin=0, type=DatastreamType.INT)


def points(device: Device, target: str) -> list[tuple[int, int, object]]:
    return [*device.history(target, 0)[1]]


def test_a_pin_and_its_id_are_one_datastream() -> None:
    device = Device("Greenhouse", "T", [TEMPERATURE])
    device.update({"v1": ["20.5"]}, 1)
    device.update({"ds7": ["99"]}, 2)
    assert points(device, "v1") == points(device, "ds7") == [(1, 1, 20.5), (2, 2, 85.0)]
    assert device.stream("v1") is device.stream("ds7")


def test_an_open_device_sets_up_a_pin_when_it_is_first_used() -> None:
    device = Device("Board", "T")
    assert device.open
    assert device.history("v1", 0) == (0, [])
    with pytest.raises(RefusedError, match=NO_DATASTREAM):
        device.stream("v1")
    device.update({"v1": ["0"]}, 1)
    device.update({"v1": ["0.5"]}, 2)
    device.update({"ds7": ["calm"]}, 3)
    device.update({"v0": ["13", "52"]}, 4)
    assert points(device, "v1") == [(1, 1, 0), (2, 2, 0.5)]
    assert [stream.targets for stream in device.streams] == [["v0"], ["v1"], ["ds7"]]


def test_a_device_that_is_not_open_refuses_other_pins_and_ids() -> None:
    device = Device("Greenhouse", "T", [COUNT])
    assert not device.open
    for act in (
        lambda target: device.update({target: ["1"]}, 1),
        lambda target: device.update_set(target, [(1, 1)], 1),
        lambda target: device.update_properties(target, {"label": ["x"]}, 1),
        lambda target: device.history(target, 0),
    ):
        with pytest.raises(RefusedError) as refused:
            act("v9")
        assert str(refused.value) == NO_DATASTREAM
        with pytest.raises(RefusedError) as refused:
            act("ds9")
        assert str(refused.value) == "Requested dataStream doesn't exist in the product Greenhouse"
    assert not device.is_connected(1)


def test_open_can_be_set_for_any_device() -> None:
    device = Device("Both", "T", [COUNT], open=True)
    device.update({"v9": ["x"]}, 1)
    with pytest.raises(RefusedError):
        device.update({"v0": ["x"]}, 1)
    assert not Device("Neither", "T", open=False).open


def test_a_refused_batch_changes_nothing_and_sets_nothing_up() -> None:
    device = Device("Both", "T", [COUNT], open=True)
    with pytest.raises(RefusedError, match=WRONG_VALUE.rstrip(".")):
        device.update({"v8": ["1"], "v0": ["12"], "v9": [""]}, 1)
    assert [stream.targets for stream in device.streams] == [["v0"]]
    assert points(device, "v0") == []
    with pytest.raises(RefusedError):
        device.update_set("v0", [(1, 1), (2, 2.5)], 1)
    assert points(device, "v0") == []
    assert not device.is_connected(1)


def test_a_set_is_added_to_the_history_in_order_and_its_newest_point_is_the_value() -> None:
    device = Device("Greenhouse", "T", [COUNT])
    device.update({"v0": ["100"]}, 1000)
    device.update_set("v0", [(500, 1), (600, 2)], 2000)
    assert points(device, "v0") == [(1, 1000, 100), (2, 500, 1), (3, 600, 2)]
    assert device.stream("v0").value == 100
    device.update_set("v0", [(1600, 3)], 2000)
    assert (device.stream("v0").value, device.stream("v0").at_ms) == (3, 1600)
    # Of two points of the same millisecond, the one that arrived later is the newest.
    device.update({"v0": ["4"]}, 1600)
    assert device.stream("v0").value == 4


def test_a_set_has_at_most_ten_thousand_points() -> None:
    device = Device("Board", "T")
    device.update_set("v1", [(n, n) for n in range(10_000)], 1)
    with pytest.raises(RefusedError) as refused:
        device.update_set("v1", [(n, n) for n in range(10_001)], 1)
    assert str(refused.value) == TOO_MUCH_DATA
    assert device.history("v1", 9_999) == (10_000, [(10_000, 9_999, 9_999)])


def test_it_is_connected_for_ten_seconds_after_a_call() -> None:
    device = Device("Board", "T")
    assert not device.is_connected(5_000)
    device.update({"v1": ["1"]}, 5_000)
    assert device.is_connected(15_000)
    assert not device.is_connected(15_001)


@pytest.mark.parametrize(
    "call",
    [
        lambda device: device.update({"v1": ["1"]}, 5_000),
        lambda device: device.update_set("v1", [(1, 1)], 5_000),
        lambda device: device.update_properties("v1", {"label": ["x"]}, 5_000),
        lambda device: device.log_event("hot", "", 5_000),
    ],
    ids=["update", "set", "properties", "event"],
)
def test_every_accepted_call_makes_it_connected(call: Callable[[Device], None]) -> None:
    device = Device("Board", "T")
    call(device)
    assert [device.is_connected(now_ms) for now_ms in (5_000, 15_000, 15_001)] == [True, True, False]


def test_a_property_sets_up_the_pin_of_an_open_device() -> None:
    device = Device("Board", "T")
    device.update_properties("v1", {"label": ["Room 12"]}, 1)
    assert device.stream("v1").properties == {"label": "Room 12"}
    assert points(device, "v1") == []


def test_everything_that_a_device_keeps_is_bounded() -> None:
    device = Device("Board", "T")
    device.update({f"v{pin}": ["1"] for pin in range(256)}, 1)
    device.update({f"ds{number}": ["1"] for number in range(744, 0, -1)}, 1)
    device.update({"v0": ["2"], "ds1": ["2"]}, 1)
    targets = [target for stream in device.streams for target in stream.targets]
    assert targets == [*(f"v{pin}" for pin in range(256)), *(f"ds{number}" for number in range(1, 745))]
    with pytest.raises(RefusedError):
        device.update({"ds745": ["1"]}, 1)
    device.update_properties("v1", {f"p{number}": ["x"] for number in range(64)}, 1)
    device.update_properties("v1", {"p0": ["y"]}, 1)
    with pytest.raises(RefusedError, match=WRONG_PROPERTY):
        device.update_properties("v1", {"p64": ["x"]}, 1)
    device.update_properties("v2", {"x" * 64: ["x"]}, 1)
    with pytest.raises(RefusedError, match=WRONG_PROPERTY):
        device.update_properties("v2", {"x" * 65: ["x"]}, 1)
    for number in range(1001):
        device.log_event(f"event_{number}", "", 1)
    assert (len(device.events), device.events[0].code) == (1000, "event_1")


def test_properties_keep_their_last_texts() -> None:
    device = Device("Greenhouse", "T", [COUNT])
    device.update_properties("v0", {"label": ["Room 12"], "urls": ["a", "b"]}, 1)
    device.update_properties("v0", {"label": ["Room 13"]}, 1)
    assert device.stream("v0").properties == {"label": "Room 13", "urls": ["a", "b"]}
    bad_one = {"label": ["x"], "1st": ["x"]}
    for wrong in ({}, {"1st": ["x"]}, bad_one, {"la bel": ["x"]}, {f"p{n}": ["x"] for n in range(65)}):
        with pytest.raises(RefusedError) as refused:
            device.update_properties("v0", wrong, 1)
        assert str(refused.value) == WRONG_PROPERTY
    with pytest.raises(RefusedError) as refused:
        device.update_properties("v0", {"color": ["red"], "label": ["x" * 1025]}, 1)
    assert str(refused.value) == WRONG_VALUE
    assert device.stream("v0").properties == {"label": "Room 13", "urls": ["a", "b"]}


def test_events_are_kept_and_the_oldest_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_EVENTS", 2)
    device = Device("Board", "T")
    for code in ("one", "two", "three"):
        device.log_event(code, "", 1)
    assert [event.code for event in device.events] == ["two", "three"]
    device.log_event("x" * 64, "é" * 300, 1)
    for code, description, words in (
        ("", "text", UNKNOWN_EVENT),
        ("x" * 65, "", UNKNOWN_EVENT),
        ("code", "é" * 301, WRONG_EVENT),
        ("code", "a\nb", WRONG_EVENT),
    ):
        with pytest.raises(RefusedError, match=words):
            device.log_event(code, description, 1)


def test_an_open_device_has_a_limited_number_of_datastreams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DATASTREAMS", 2)
    device = Device("Board", "T", max_points=3)
    with pytest.raises(RefusedError):
        device.update({"v1": ["1"], "v2": ["1"], "v3": ["1"]}, 1)
    assert device.streams == []
    device.update({"v1": ["1"], "v2": ["1"]}, 1)
    with pytest.raises(RefusedError):
        device.update({"ds1": ["1"]}, 1)
    for n in range(10):
        device.update({"v1": [str(n)]}, n)
    assert points(device, "v1") == [(9, 7, 7), (10, 8, 8), (11, 9, 9)]
    device = Device("Board", "T", max_points=3)
    device.update_set("ds1", [(n, n) for n in range(4)], 1)
    assert points(device, "ds1") == [(2, 1, 1), (3, 2, 2), (4, 3, 3)]
    device.update({"ds1": ["4"], "v1": ["1"]}, 4)
    assert len(device.streams) == 2


def test_devices_are_found_by_token() -> None:
    first, second = Device("A", "1"), Device("B", "2")
    devices = Devices([first, second])
    assert devices.by_token("2") is second
    assert list(devices) == [first, second]
    with pytest.raises(RefusedError) as refused:
        devices.by_token("3")
    assert str(refused.value) == INVALID_TOKEN
    for twin in (Device("A", "3"), Device("C", "1")):
        with pytest.raises(ValueError, match="give each its own") as error:
            Devices([first, twin])
        assert "1" not in str(error.value)
