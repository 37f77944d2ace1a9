"""Benchmarks of the way from the journal to the cloud: throughput and memory.

The server is `sink.py` in a process of its own. It answers faster than any client here sends, so that the
bridge is measured and not the server. For comparison, some benchmarks also send to it with a bare `requests`
session.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import requests

from app.cloud.blynk.destination import Blynk
from app.cloud.forwarder import Forwarder
from app.config.bench_file import DeviceConfig, Forward
from app.journal.journal import Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.writer import JournalWriter
from app.wire.batches import Batch
from tests.benchmarks.figures import Figure

_PINS = 8
_SINK = Path(__file__).with_name("sink.py")


class Sink:
    """The server of the benchmarks, `sink.py`, as a process."""

    def __init__(self, round_trip_s: float = 0.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_SINK), str(round_trip_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.url = f"http://127.0.0.1:{self._process.stdout.readline().strip()}"

    def came(self) -> list[tuple[float, str]]:
        """The requests since the last call: when each arrived (monotonic clock), and the last value in it."""
        assert self._process.stdin
        assert self._process.stdout
        print(file=self._process.stdin, flush=True)
        return [(at_s, value) for at_s, value in json.loads(self._process.stdout.readline())]

    def came_s(self) -> list[float]:
        """When each request since the last call arrived (monotonic clock)."""
        return [at_s for at_s, _ in self.came()]

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def sink(round_trip_s: float = 0.0) -> Iterator[Sink]:
    """Start a server, which is killed at the end of the `with` block."""
    made = Sink(round_trip_s)
    try:
        yield made
    finally:
        made.close()


def drain(seconds: float) -> list[Figure]:
    """Measure how fast a backlog goes out, one call per reading, compared with a bare `requests` session."""
    with sink() as server:
        before = session_per_s(server, seconds / 4)
        one = _drained_per_s(server, seconds / 4, pins=1)
        eight = _drained_per_s(server, seconds / 4, pins=_PINS)
        bare = (before + session_per_s(server, seconds / 4)) / 2
    return [
        Figure("every, one lane", one, "readings/s"),
        Figure("every, eight lanes", eight, "readings/s"),
        Figure("a bare requests session", bare, "requests/s"),
        Figure("one lane to the bare session", one / bare, "×", at_least=0.8),
        Figure("eight lanes to the bare session", eight / bare, "×", at_least=1),
    ]


def sets(seconds: float) -> list[Figure]:
    """Measure how fast a backlog is forwarded in timestamped sets of readings."""
    count = max(80_000, int(seconds * 400_000))
    with sink() as server:
        rate = _drained_per_s(
            server,
            120,
            pins=_PINS,
            count=count,
            forward=Forward.TIMESTAMPED,
            daily_points=10**9,
            interval_s=0.1,
        )
        calls = len(server.came_s())
    return [
        Figure("timestamped", rate, "readings/s", at_least=200_000),
        Figure("readings per request", count / calls, ""),
    ]


def far(seconds: float) -> list[Figure]:
    """Measure the rate of requests with eight pins, 100 ms of round trip, and the cloud's limit of 50/s."""
    with sink(0.1) as server:
        _drained_per_s(server, seconds, pins=_PINS, requests_per_s=50.0)
        came_s = server.came_s()
    return [
        Figure(
            "eight pins, 100 ms of round trip, paced to 50",
            (len(came_s) - 1) / (came_s[-1] - came_s[0]),
            "requests/s",
            at_least=49.9,
        )
    ]


def backlog(seconds: float) -> list[Figure]:
    """Measure how much more memory ten million pending readings need than a hundred thousand."""
    many = max(200_000, int(seconds * 1_000_000))
    peaks_mb = {}
    for forward in Forward:
        for count in (100_000, many):
            with tempfile.TemporaryDirectory() as folder, sink() as server:
                path = Path(folder) / "b.db"
                journal = Journal(path)
                _append(journal, count, _PINS)
                journal.close()
                program = (
                    f"from tests.benchmarks import delivery; delivery.peak({str(path)!r}, {server.url!r}"
                )
                done = subprocess.run(
                    [sys.executable, "-c", f"{program}, {str(forward)!r}, {min(4.0, seconds)})"],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                peaks_mb[(forward, count)] = float(done.stdout)
    return [
        Figure(
            f"{forward}: more memory with {many:,} pending than with 100,000",
            peaks_mb[(forward, many)] - peaks_mb[(forward, 100_000)],
            "MB",
            at_most=20,
        )
        for forward in Forward
    ] + [Figure("every: memory at its peak", peaks_mb[(Forward.EVERY, many)], "MB")]


def peak(path: str, server: str, forward: str, seconds: float) -> None:
    """Forward from the journal at `path` for `seconds`, and print the peak of this process's memory in MB."""
    journal = Journal(Path(path))
    with _forwarding(journal, server, forward=Forward(forward), daily_points=10**9):
        time.sleep(seconds)
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1000)


def _drained_per_s(
    server: Sink, seconds: float, pins: int, count: int | None = None, **settings: object
) -> float:
    """Forward a backlog until it is empty or `seconds` have passed, and return readings per second."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "b.db")
        server.came_s()
        total = count or max(2000, int(seconds * 10_000))
        _append(journal, total, pins)
        started_s = time.perf_counter()
        with _forwarding(journal, server.url, **settings):
            # Wait for at least one call, even if it takes longer than `seconds` on a busy machine.
            while (done := sum(stream.forwarded for stream in journal.streams())) < total and (
                not done or time.perf_counter() - started_s < seconds
            ):
                time.sleep(0.01)
            elapsed_s = time.perf_counter() - started_s
        journal.close()
    return done / elapsed_s


@contextmanager
def _forwarding(journal: Journal, server: str, **settings: object) -> Iterator[None]:
    """Run the writer of `journal` and a forwarder to `server` during the `with` block."""
    chosen = {"requests_per_s": 0, **settings}
    device = DeviceConfig(
        port="simulated:",
        server=server,
        auth_token="env:PINBRIDGE_T",
        **chosen,  # type: ignore[arg-type]
    )
    journal.bind("board", b"account")
    writer = JournalWriter(journal, lambda _written: None)
    forwarder = Forwarder(
        device, Blynk(device, "token"), Outbox(journal, writer, Owner("board"), journal.account("board"))
    )
    sys.setswitchinterval(0.0002)
    writer.start()
    forwarder.start()
    try:
        yield
    finally:
        forwarder.stop(5)
        writer.stop(60)


def _append(journal: Journal, count: int, pins: int) -> None:
    """Append `count` readings with the present time to a journal, on `pins` pins, 8,000 in each commit."""
    journal.bind("board", b"account")
    targets = [f"v{pin}" for pin in range(pins)]
    size = 8000
    codes = (np.arange(size) % pins).astype(np.uint16)
    for first in range(0, count, size):
        fits = min(size, count - first)
        times = time.time_ns() // 1000 + np.arange(fits) * 1000
        values = np.arange(first, first + fits, dtype=np.float64) / 4
        journal.write([("board", Batch(targets, codes[:fits], values, {}, times))], [])


def session_per_s(server: Sink, seconds: float) -> float:
    """Measure how many requests per second one `requests` session sends, used as in a simple script."""
    return len(bare_ms(server, seconds, pause_s=0)) / seconds


def bare_ms(server: Sink, seconds: float, pause_s: float = 0.02) -> list[float]:
    """Send requests in one session, and return the milliseconds that each took to arrive."""
    server.came_s()
    sent_s: list[float] = []
    with requests.Session() as session:
        ends_s = time.monotonic() + seconds
        while time.monotonic() < ends_s or not sent_s:
            if pause_s:
                time.sleep(pause_s)
            sent_s.append(time.monotonic())
            query = {"token": "token", "v1": str(len(sent_s))}
            session.get(f"{server.url}/external/api/update", params=query, timeout=5)
    return [(came - sent) * 1e3 for came, sent in zip(server.came_s(), sent_s, strict=True)]
