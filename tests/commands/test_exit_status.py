"""The exit status says whether everything that was read in this run was forwarded."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bench.bench import Bench
from app.bench.status import DeviceStatus
from app.demo.demo import Demo
from app.journal.writer import JournalWriter
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Datastream
from tests.commands.table import Done, Runner
from tests.processes import TOKEN, balances

NOWHERE = "http://127.0.0.1:9"


def ledger(done: Done) -> dict[str, Any]:
    """The counts of the only device in the ledger, which is the only line of standard output."""
    (line,) = done.out.splitlines()
    (device,) = json.loads(line)["devices"]
    assert balances(device)
    return {**device["run"], **device["journal"]}


def run(
    runner: Runner,
    server: str,
    ends: str,
    port: str = "replay:quick.pbrec",
    enough: Callable[[DeviceStatus], bool] = lambda _: False,
) -> Done:
    """Run `pinbridge run`, by default on a recording of `v1=3` and `v2=3`. The options `ends` end the run."""
    words = f"run --port {port} --server {server} --auth-token env:PINBRIDGE_T {ends} --json"
    return runner.run(words, enough=enough)


def for_until(runner: Runner, monkeypatch: pytest.MonkeyPatch, true: Callable[[DeviceStatus], bool]) -> None:
    """Replace the run's clock: the time of `--for` ends one look after `true` has returned true."""

    was_true: dict[Bench, bool] = {}

    def monotonic() -> float:
        bench = runner.benches[-1]
        # The run reports what is true now at its next look. The first call only gives the start time.
        is_over = was_true.get(bench, False)
        was_true[bench] = bench in was_true and true(bench.status().devices[0])
        return 1e9 if is_over else 0.0

    monkeypatch.setattr("app.commands.running.run.time", types.SimpleNamespace(monotonic=monotonic))


def test_all_forwarded_is_0(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for_until(runner, monkeypatch, lambda device: device.counts.forwarded == 2)
    with LocalCloud([Device("board", TOKEN, open=True)]) as cloud:
        done = run(runner, cloud.url, "--for 1")
    assert (ledger(done)["forwarded"], done.status) == (2, 0)


def test_refused_is_1_but_not_in_the_next_run(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for_until(runner, monkeypatch, lambda device: device.counts.forwarded + device.counts.refused == 2)
    ends = f"--for 1 --journal {tmp_path / 'mine.db'}"
    with LocalCloud([Device("board", TOKEN, (Datastream(virtual_pin=1),))]) as cloud:
        done = run(runner, cloud.url, ends)
        assert (ledger(done)["refused"], done.status) == (1, 1)
        assert "the cloud refused some readings: pinbridge refused lists them" in done.err
        done = run(runner, cloud.url, ends, "/dev/none")
    assert (ledger(done)["refused"], done.status) == (1, 0)
    assert "pinbridge refused" not in done.err


def test_pending_is_1_unless_a_signal_ended_the_run(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for_until(runner, monkeypatch, lambda device: device.counts.pending == 2)
    done = run(runner, NOWHERE, "--for 1")
    assert (ledger(done)["pending"], done.status) == (2, 1)
    done = run(runner, NOWHERE, "--for 2e9", enough=lambda device: device.counts.pending == 2)
    assert (ledger(done)["pending"], done.status) == (2, 0)


def test_lost_bytes_are_1(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JournalWriter, "has_room", False)
    for_until(runner, monkeypatch, lambda device: device.lost_bytes > 0)
    done = runner.run("run --port simulated: --for 1 --json")
    assert (ledger(done)["pending"], done.status) == (0, 1)
    assert "bytes were dropped so far: the disk does not keep pace with the board." in done.err


def test_pending_readings_are_sent_when_a_signal_ends_the_demo(runner: Runner) -> None:
    down = {"down.toml": '[[fault]]\nfault = "server_error"\n'}
    done = runner.run("demo --headless --faults down.toml", files=down)
    counts = ledger(done)
    assert (counts["readings"], done.status) == (counts["forwarded"], 0)
    assert counts["requests"] > counts["forwarded"], "no fault was met"


@pytest.mark.parametrize(("missing", "status"), [(0, 0), (1, 1)])
def test_a_reading_that_is_missing_in_the_cloud_of_the_demo_is_1(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, missing: int, status: int
) -> None:
    arrived: Callable[[Demo], int] = Demo.arrived
    monkeypatch.setattr(Demo, "arrived", lambda show: arrived(show) - missing)
    assert runner.run("demo --headless --seconds 0.2").status == status


def test_a_screenshot_that_cannot_be_written_is_1(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    done = runner.run("demo --screenshot a.png --seconds 0.05")
    assert done.status == 0
    monkeypatch.setattr("tests.commands.table.WINDOW_STATUS", 1)
    done = runner.run("demo --screenshot a.png --seconds 0.05")
    assert (done.status, "a.png: the picture cannot be written" in done.err) == (1, True)
