"""Two versions of a bench file are compared: which devices stay, which names move, who forwards as before."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.bench.changing import forwards_alike, renames, stays
from app.config.bench_file import Backlog, BenchConfig, DeviceConfig, Forward, Organisation, UnknownPins
from app.config.serial_settings import FlowControl, Parity
from app.wire.datastreams import Datastream, DatastreamType, LineStyle, OutOfRange


def bench(*names: str) -> BenchConfig:
    return BenchConfig(device=tuple(DeviceConfig(name=name, port=f"COM{name}") for name in names))


@pytest.mark.parametrize(
    ("before", "after", "renamed", "stayed"),
    [
        ("12", "12", {}, {"1": "1", "2": "2"}),
        ("12", "21", {}, {"1": "1", "2": "2"}),
        ("12", "23", {}, {"2": "2"}),
        ("1", "2", {"2": "1"}, {"2": "1"}),
        ("12", "12", {"1": "2", "2": "1"}, {"1": "2", "2": "1"}),
        ("123", "123", {"1": "2", "2": "3", "3": "1"}, {"1": "2", "2": "3", "3": "1"}),
        # Device 1 gets the name of a device that leaves; a new device gets the old name of another.
        ("12", "2", {"2": "1"}, {"2": "1"}),
        ("1", "12", {"2": "1"}, {"2": "1"}),
        # What `renamed` says of a device that is in neither file means nothing.
        ("1", "1", {"9": "1"}, {}),
        ("1", "12", {"2": "8"}, {"1": "1"}),
        # A device can stay only once.
        ("1", "23", {"2": "1", "3": "1"}, {"2": "1"}),
    ],
)
def test_a_device_stays_under_its_old_or_its_new_name(
    before: str, after: str, renamed: dict[str, str], stayed: dict[str, str]
) -> None:
    assert stays(bench(*before), bench(*after), renamed) == stayed


@pytest.mark.parametrize(
    ("stayed", "after", "in_journal", "names", "moved"),
    [
        ({"a": "a"}, "a", {"a", "old"}, {}, {}),
        ({"b": "a"}, "b", {"a"}, {"a": "b"}, {}),
        ({"b": "a", "a": "b"}, "ab", {"a", "b"}, {"a": "b", "b": "a"}, {}),
        ({"b": "a"}, "b", {"a", "b"}, {"a": "b", "b": "b (2)"}, {"b": "b (2)"}),
        ({"b": "a"}, "b", {"a", "b", "b (2)"}, {"a": "b", "b": "b (3)"}, {"b": "b (3)"}),
        ({"b": "a"}, ["b", "b (2)"], {"a", "b"}, {"a": "b", "b": "b (3)"}, {"b": "b (3)"}),
        ({"b": "a", "b (2)": "c"}, ["b", "b (2)"], {"a", "b", "c"},
         {"a": "b", "c": "b (2)", "b": "b (3)"}, {"b": "b (3)"}),
    ],
)  # fmt: skip
def test_a_name_in_the_journal_is_never_given_to_two_devices(
    stayed: dict[str, str],
    after: list[str],
    in_journal: set[str],
    names: dict[str, str],
    moved: dict[str, str],
) -> None:
    assert renames(stayed, bench(*after), in_journal) == (names, moved)


DEVICE = DeviceConfig(
    name="a",
    port="COM1",
    server="https://blynk.cloud",
    auth_token="keyring:a",
    datastream=(Datastream(virtual_pin=1),),
)
ALIKE: dict[str, Any] = {
    "name": "b",
    "port": "COM2",
    "baud_rate": 9600,
    "reset_on_connect": False,
    "dtr": True,
    "rts": True,
    "data_bits": 7,
    "parity": Parity.EVEN,
    "stop_bits": 2.0,
    "flow_control": FlowControl.XON_XOFF,
    "line_end": "",
    "record": True,
    "auth_token": "keyring:b",
    "unknown_pins": UnknownPins.REJECT,
}
OTHERWISE: dict[str, Any] = {
    "server": "https://fra1.blynk.cloud",
    "organisation": "school",
    "forward": Forward.LATEST,
    "batch": True,
    "backlog": Backlog.TIMESTAMPED,
    "interval_s": 2.0,
    "requests_per_s": 5.0,
    "daily_points": 5,
    "max_age_days": 5.0,
}
ALIKE_DATASTREAM: dict[str, Any] = {
    "name": "Temperature",
    "unit": "V",
    "color": "#000000",
    "line_style": LineStyle.DASHED,
    "scale": 2.0,
    "offset": 1.0,
    "min": 1.0,
    "max": 2.0,
    "out_of_range": OutOfRange.CLAMP,
}
OTHER_DATASTREAM: dict[str, Any] = {
    "virtual_pin": 2,
    "id": 7,
    "type": DatastreamType.INT,
    "min_change": 1.0,
    "max_silence_s": 5.0,
}
LIMITED = {"school": Organisation(monthly_messages=10), "other": Organisation()}


def bench_of(device: DeviceConfig, organisation: dict[str, Organisation] = LIMITED) -> BenchConfig:
    return BenchConfig(device=(device,), organisation=organisation)


@pytest.mark.parametrize(
    ("key", "value", "alike"),
    [
        *((key, value, True) for key, value in ALIKE.items()),
        *((key, value, False) for key, value in OTHERWISE.items()),
    ],
)
def test_forwarding_depends_on_no_setting_of_the_port(key: str, value: object, alike: bool) -> None:
    changed = msgspec.structs.replace(DEVICE, **{key: value})
    assert changed != DEVICE
    assert forwards_alike(bench_of(DEVICE), DEVICE, bench_of(changed), changed) is alike


@pytest.mark.parametrize(
    ("key", "value", "alike"),
    [
        *((key, value, True) for key, value in ALIKE_DATASTREAM.items()),
        *((key, value, False) for key, value in OTHER_DATASTREAM.items()),
    ],
)
def test_forwarding_does_not_depend_on_how_a_datastream_is_shown(
    key: str, value: object, alike: bool
) -> None:
    entry = msgspec.structs.replace(DEVICE.datastream[0], **{key: value})
    changed = msgspec.structs.replace(DEVICE, datastream=(entry,))
    assert forwards_alike(bench_of(DEVICE), DEVICE, bench_of(changed), changed) is alike


@pytest.mark.parametrize(("limit", "alike"), [(20, True), (0, False), (None, False)])
def test_a_budget_that_begins_or_ends_changes_forwarding(limit: int | None, alike: bool) -> None:
    device = msgspec.structs.replace(DEVICE, organisation="school")
    free = msgspec.structs.replace(DEVICE, organisation="other" if limit is None else "school")
    organisation = {**LIMITED, "school": Organisation(monthly_messages=limit or 0)}
    before, after = bench_of(device), bench_of(free, organisation)
    assert forwards_alike(before, device, after, free) is alike
