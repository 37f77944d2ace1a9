"""What `pinbridge run` sends of a board that prints values, a location and events, and what it leaves out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.processes import (
    TOKEN,
    Cloud,
    Gate,
    balances,
    bench_file,
    finish,
    local_cloud,
    pinbridge,
    pty_board,
    start,
    wait_until_open,
)

ENTRIES = """[[device.datastream]]
virtual_pin = 1
min_change = 0.1
[[device.datastream]]
virtual_pin = 3
type = "enum"
min_change = 1
[[device.datastream]]
virtual_pin = 5
type = "location"
"""


def ran(folder: Path, cloud: Cloud, *lines: str, device: str = "") -> dict[str, Any]:
    """Run a bench whose board prints `lines` at once, until it is idle. Returns the ledger of the device."""
    with pty_board() as board:
        gate = Gate(folder)
        bench = bench_file(folder, board.port, cloud.url, f"{device}{ENTRIES}{gate.entry}")
        with start("run", str(bench), "--until-idle", "0.3", "--json") as bridge:
            wait_until_open(bridge)
            board.say("".join(f"{line}\n" for line in ("# boot", *lines)).encode())
            board.wait_until_read()
            gate.open()
            status, ledger = finish(bridge)
    (folder / "gate.pbrec").unlink()
    assert status == 0
    assert balances(ledger)
    return ledger


def test_unchanged_readings_cost_no_call_also_after_a_restart(tmp_path: Path) -> None:
    with local_cloud(tmp_path) as cloud:
        lines = [
            "v1=20.3",
            "v1=20.3",
            "v1=20.35",
            "v1=20.4",
            "v1=20.4",
            "v3=2",
            "v3=2",
            "v3=3",
            "v2=7",
            "v2=7",
        ]
        ledger = ran(tmp_path, cloud, *lines, *["v1=20.4"] * 2000)
        assert ledger["journal"] == {
            "readings": 2010, "forwarded": 6, "superseded": 2004, "refused": 0, "expired": 0, "pending": 0,
            "held": 0,
        }  # fmt: skip
        assert ledger["run"]["requests"] == 6
        assert [cloud.received(pin) for pin in ("v1", "v2", "v3")] == [[20.3, 20.4], [7, 7], [2, 3]]
        ledger = ran(tmp_path, cloud, "v1=20.4", "v1=20.45", "v1=20.5")
        assert (ledger["run"]["requests"], ledger["journal"]["superseded"]) == (1, 2006)
        assert cloud.received("v1") == [20.3, 20.4, 20.5]
    with closing(sqlite3.connect(tmp_path / "bench.db")) as journal:
        reasons = journal.execute("SELECT reason FROM settled WHERE fate = 'superseded'").fetchall()
    # One row for each run of readings that were left out, however long it is.
    assert reasons == [('message:{"code":"unchanged","params":{}}',)] * 3
    exported = pinbridge("export", "--journal", tmp_path / "bench.db", "--output", "-").stdout
    assert exported.count(",superseded\n") == 2006
    assert exported.count(",forwarded\n") == 7


@pytest.mark.long
def test_a_flood_of_unchanged_readings_is_settled_as_it_comes_in(tmp_path: Path) -> None:
    lines = 500_000
    with local_cloud(tmp_path) as cloud:
        ledger = ran(tmp_path, cloud, *["v1=20.4"] * lines)
    assert ledger["journal"]["readings"] == lines
    # One that went, and perhaps a few more, if the flood took longer than `max_silence_s`.
    assert lines - 3 <= ledger["journal"]["superseded"] < lines
    assert ledger["run"]["requests"] == ledger["journal"]["forwarded"]
    assert ledger["run"]["lost_bytes"] == 0


def test_a_location_joins_a_batch_and_events_go_alone(tmp_path: Path) -> None:
    declared = '[[device.datastream]]\nvirtual_pin = 5\ntype = "location"\n'
    with local_cloud(tmp_path, f"open = true\n{declared}") as cloud:
        lines = ["v5=13.4,52.5", "v14=100", "event.overheat=Too hot: 80 °C & more", "event.too hot=x"]
        ledger = ran(tmp_path, cloud, *lines, device="batch = true\n")
        assert (cloud.received("v5"), cloud.received("v14")) == ([[13.4, 52.5]], [100])
        assert cloud.last("v5", 1)[1][0][1] == cloud.last("v14", 1)[1][0][1]
        answer = requests.get(f"{cloud.url}/external/api/events", params={"token": TOKEN}, timeout=60)
        assert [event[1:] for event in answer.json()["events"]] == [["overheat", "Too hot: 80 °C & more"]]
    assert (ledger["run"]["requests"], ledger["run"]["rejected"]) == (2, 1)
    assert (ledger["journal"]["readings"], ledger["journal"]["forwarded"]) == (3, 3)
