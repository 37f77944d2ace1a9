"""The status of a bench as data: the exact form of the ledger, sums of counts, and the names of states."""

from __future__ import annotations

import json

import msgspec
import pytest

from app.bench.snapshots import of_orphan
from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    ConsoleLine,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    PortInfo,
    ledger,
)
from app.journal.streams.accounts import AccountRange
from app.journal.streams.stream import Stream
from app.messages.message import Message, verbatim
from app.messages.stored import encode
from app.wire.counts import LineCounts
from app.wire.datastreams import LineStyle
from app.wire.readings import Grammar


def device(*, orphan: bool = False) -> DeviceStatus:
    counts = JournalCounts(readings=9, forwarded=9)
    return DeviceStatus(
        name="greenhouse",
        port="COM5",
        server="https://fra1.blynk.cloud",
        link=LinkStatus(LinkState.GOOD, verbatim("COM5: lines come in.")),
        cloud=CloudStatus(CloudState.IDLE, verbatim("All is sent."), requests=9, last_success_us=1),
        lines=LineCounts(accepted=9, rejected=1, comments=1, blank=0, partial=1),
        lost_bytes=0,
        reconnects=0,
        counts=counts,
        datastreams=(
            DatastreamStatus("v1", "Temperature", "°C", "#0072B2", LineStyle.DASHED, 21.5, 1, counts),
        ),
        orphan=orphan,
    )


def test_the_ledger_is_that_of_the_interface() -> None:
    said = json.dumps(ledger(BenchStatus("Bench 1", (device(),), "b.db", 0)), separators=(",", ":"))
    assert said == (
        '{"bench":"Bench 1","devices":[{"name":"greenhouse",'
        '"run":{"lines":12,"accepted":9,"rejected":1,"comments":1,"blank":0,"partial":1,'
        '"lost_bytes":0,"requests":9,"reconnects":0},'
        '"journal":{"readings":9,"forwarded":9,"superseded":0,"refused":0,"expired":0,"pending":0,"held":0}}]}'
    )


def test_each_number_of_the_ledger_has_its_own_field() -> None:
    status = msgspec.structs.replace(
        device(),
        lines=LineCounts(1, 2, 3, 4, 5),
        lost_bytes=7,
        reconnects=8,
        cloud=CloudStatus(requests=9),
        counts=JournalCounts(10, 11, 12, 13, 14, 15, 16),
    )
    (entry,) = ledger(BenchStatus("B", (status,), "b.db", 0))["devices"]
    assert list(entry["run"].values()) == [15, 1, 2, 3, 4, 5, 7, 9, 8]
    assert list(entry["journal"].values()) == [10, 11, 12, 13, 14, 15, 16]


def test_a_device_that_left_the_bench_file_is_marked() -> None:
    first, second = ledger(BenchStatus("B", (device(), device(orphan=True)), "b.db", 0))["devices"]
    assert "orphan" not in first
    assert second["orphan"] is True


def test_counts_add_up_field_by_field() -> None:
    total = JournalCounts(28, 1, 2, 3, 4, 18, 6) + JournalCounts(2800, 100, 200, 300, 400, 1800, 600)
    assert total == JournalCounts(2828, 101, 202, 303, 404, 1818, 606)
    assert (
        total.readings == total.forwarded + total.superseded + total.refused + total.expired + total.pending
    )


def test_a_device_begins_closed_and_sends_nothing() -> None:
    assert LinkStatus() == LinkStatus(LinkState.CLOSED, None)
    assert CloudStatus().state is CloudState.OFF
    assert (CloudStatus().requests, CloudStatus().last_success_us, CloudStatus().sendable) == (0, None, 0)
    assert BenchStatus("B", (), "b.db", 0).warnings == ()


@pytest.mark.parametrize(
    ("vid_pid", "serial_number", "location", "port", "place"),
    [
        ("2341:0043", "85", "1-2", "usb:2341:0043:85", "usb:2341:0043@1-2"),
        ("2341:0043", "", "1-2", "usb:2341:0043@1-2", "usb:2341:0043@1-2"),
        ("2341:0043", "85", "", "usb:2341:0043:85", ""),
        ("2341:0043", "", "", "COM5", ""),
        # A serial number or a location alone does not make it a USB port.
        ("", "85", "1-2", "COM5", ""),
    ],
)
def test_a_port_is_named_by_its_known_details(
    vid_pid: str, serial_number: str, location: str, port: str, place: str
) -> None:
    info = PortInfo("COM5", "A board", vid_pid, serial_number, location)
    assert (info.port, info.place) == (port, place)


def test_states_are_their_names() -> None:
    assert all(state == state.name.lower() for state in (*LinkState, *CloudState))


def test_a_console_line_has_its_verdict() -> None:
    line = ConsoleLine(1, 2, Grammar().judge(b"v1=100"))
    assert (line.number, line.received_at_us, line.verdict.value) == (1, 2, 100)


def test_refused_readings_are_grouped_by_their_reason() -> None:
    no_datastream = encode(
        Message("refused_pin_without_datastream", words="No datastream setup for that pin.")
    )
    streams = [
        Stream(1, "a", "v3", 9, refused=3, last_refusal=no_datastream),
        Stream(2, "a", "v4", 9, refused=2, last_refusal="words of an older version"),
        Stream(3, "a", "v5.label", 9, refused=5, pruned=4, refused_pruned=4, last_refusal=no_datastream),
        Stream(4, "a", "v6", 9, refused=7, pruned=7, refused_pruned=7),
    ]
    first, second = of_orphan("a", streams).refusals
    assert (first.targets, first.count) == (("v3", "v5.label"), 4)
    assert str(first.sentence) == (
        "V3 and V5 have no datastream in Blynk: make them there, then send again. 4 readings were refused, "
        "the last: No datastream setup for that pin."
    )
    assert (second.targets, second.count, str(second.reason)) == (("v4",), 2, "words of an older version")


@pytest.mark.parametrize(
    ("accounts", "held"),
    [
        ((b"",), 0),  # It has never had a server.
        ((b"an account",), 8),
        ((b"", b"an account"), 16),  # Discarding them discards all.
    ],
)
def test_a_device_that_left_holds_readings_only_if_some_were_to_be_sent(
    accounts: tuple[bytes, ...], held: int
) -> None:
    streams = [
        Stream(number, "a", f"v{number}", 9, account_ranges=(AccountRange(1, account, 0),), held=8)
        for number, account in enumerate(accounts)
    ]
    counts = of_orphan("a", streams).counts
    assert (counts.held, counts.pending) == (held, 8 * len(accounts))
