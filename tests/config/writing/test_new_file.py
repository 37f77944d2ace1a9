"""A new bench file explains itself to the people who open it."""

from __future__ import annotations

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Forward, Organisation
from app.config.writing.new_file import new_text
from app.wire.datastreams import Datastream, DatastreamType

SERVER = "https://fra1.blynk.cloud"


def test_a_new_file_has_comments_where_they_help() -> None:
    device = DeviceConfig(
        name="greenhouse",
        port="usb:2341:0043:85734323",
        auth_token="keyring:greenhouse",
        forward=Forward.LATEST,
        datastream=(
            Datastream(virtual_pin=1, name="Temperature", type=DatastreamType.DOUBLE, min=-40.0),
            Datastream(virtual_pin=2),
        ),
        server=SERVER,
        organisation="school",
    )
    other = DeviceConfig(
        name="window", port="COM5", server=SERVER, auth_token="env:PINBRIDGE_W", baud_rate=9600
    )
    config = BenchConfig(
        bench=BenchSection(name="Bench 1", journal="bench-1.db"),
        organisation={"school": Organisation(monthly_messages=100_000)},
        device=(device, other),
    )
    assert (
        new_text(config)
        == """\
# A bench file of Pinbridge: the boards, and how their readings are sent. Text after # is a comment.

[bench]
name = "Bench 1"
journal = "bench-1.db"  # the readings; relative to this file

# Devices that share the messages of one Blynk plan: organisation = NAME.
[organisation.school]
monthly_messages = 100000  # of the plan; 0: no budget

# A board: its port, and where its readings go. One [[device]] table for each.
[[device]]
name = "greenhouse"
port = "usb:2341:0043:85734323"
server = "https://fra1.blynk.cloud"
auth_token = "keyring:greenhouse"  # where the token is kept, never the token itself
organisation = "school"
forward = "latest"  # every, latest or timestamped

# A datastream of the device above: what the sketch prints as v1=…, or by its id as ds7=…
[[device.datastream]]
virtual_pin = 1
name = "Temperature"
type = "double"
min = -40

[[device.datastream]]
virtual_pin = 2

[[device]]
name = "window"
port = "COM5"
baud_rate = 9600  # as in Serial.begin() of the sketch
server = "https://fra1.blynk.cloud"
auth_token = "env:PINBRIDGE_W"
"""
    )


def test_an_empty_bench_is_a_comment() -> None:
    assert new_text(BenchConfig()).startswith("# ")
    assert new_text(BenchConfig()).count("\n") == 1
