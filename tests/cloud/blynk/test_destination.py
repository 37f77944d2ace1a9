"""Blynk as a destination: how a device's entries in the bench file shape its calls."""

from __future__ import annotations

from app.cloud.blynk.calls import address
from app.cloud.blynk.destination import Blynk
from app.config.bench_file import DeviceConfig
from app.wire.datastreams import Datastream, DatastreamType, Value
from app.wire.streams import Reading

TOKEN = "+" * 200  # Each `+` becomes three characters in the address.
DEVICE = DeviceConfig(
    port="simulated:",
    server="http://127.0.0.1:1",
    auth_token="env:PINBRIDGE_T",
    datastream=(
        Datastream(virtual_pin=1, id=7, type=DatastreamType.INT),
        Datastream(virtual_pin=4, type=DatastreamType.DOUBLE),
        Datastream(id=9),
    ),
)
BLYNK = Blynk(DEVICE, TOKEN)


def reading(target: str, value: Value = 2.0) -> Reading:
    return Reading(1, 1, 1, target, value, 5_000_000)


def test_a_reading_is_sent_by_the_id_that_the_bench_file_has_for_its_pin() -> None:
    queries = [BLYNK.single(reading(target), 0).query for target in ("v1", "v4", "v5", "ds9", "ds70")]
    assert queries == [
        (("dataStreamId", "7"), ("value", "2")),
        (("v4", "2"),),
        (("v5", "2"),),
        (("dataStreamId", "9"), ("value", "2")),
        (("dataStreamId", "70"), ("value", "2")),
    ]


def test_an_event_is_sent_as_an_event() -> None:
    call = BLYNK.single(reading("event.overheat", "Too hot"), 65_000_000)
    assert call.query == (("code", "overheat"), ("description", "Too hot (1970-01-01 00:00:05 UTC)"))
    assert BLYNK.single(reading("event.overheat", "x"), 64_999_999).query[1] == ("description", "x")


def test_a_set_has_the_type_of_its_datastream_and_later_timestamps() -> None:
    bodies = [BLYNK.timestamped(pin, [reading(f"v{pin}")], 0)[0].body for pin in (1, 4)]
    assert bodies == [b"[[5000,2]]", b"[[5000,2.0]]"]
    call, last_ms = BLYNK.timestamped(1, [reading("v1")], 5_000)
    assert (call.body, last_ms, call.points) == (b"[[5001,2]]", 5_001, 1)


def test_a_batch_leaves_room_in_its_address_for_the_server_and_the_token() -> None:
    room, members = BLYNK.batch_room, []
    for pin in range(40):
        size = BLYNK.batched_size(pin, reading(f"v{pin}", "x" * 100))
        assert size
        room -= size
        if room >= 0:
            members.append((pin, reading(f"v{pin}", "x" * 100)))
    assert 1900 - 32 < len(DEVICE.server + address(BLYNK.batch(members), TOKEN)) < 2000 - 32


def test_a_reading_that_cannot_be_batched_has_no_size() -> None:
    assert BLYNK.batched_size(1, reading("v1.label", "x")) is None
    assert BLYNK.batched_size(1, reading("v1", (1.0, 2.0))) == len("&v1=1&v1=2")


def test_connections_share_the_server_that_the_cloud_redirects_to() -> None:
    first, second = BLYNK.connect(), BLYNK.connect()
    assert first is not second
    for client in (first, second):
        client.close()
