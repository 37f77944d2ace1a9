"""The demo: a simulated board, a local cloud and a temporary journal.

Invariants: the demo needs no account and no hardware, changes no file of the user, and connects to no other
computer. All its benches, one after the other, use the same journal, until `close` deletes it. What the user
records is kept, with the other recordings. To learn how many readings arrived, the demo asks its local cloud
over HTTP.
"""

from __future__ import annotations

import secrets
import tempfile
from contextlib import ExitStack
from pathlib import Path

import requests

from app.bench.bench import Bench
from app.bench.status import BenchStatus
from app.boards.simulated.faulty import FaultyBoard
from app.config import folders
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.demo.faults import DemoFaults, DemoFaultsFile
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Datastream, DatastreamType

DRAIN_S = 10.0
"""At the end of the demo, the wait for pending readings ends when none was sent for this many seconds."""
_NAME = "demo board"
_DATASTREAMS = (
    Datastream(virtual_pin=0, name="Sine", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=1, name="Temperature", unit="°C", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=2, name="Counter", type=DatastreamType.INT),
    Datastream(virtual_pin=3, name="Weather", type=DatastreamType.STRING),
)


class Demo:
    """A running demo: the configuration of its bench, the URL of its local cloud, and its faults."""

    def __init__(self, faults: DemoFaultsFile | None = None) -> None:
        """Start the local cloud, and play `faults`. Raises OSError."""
        self._token = secrets.token_hex(16)
        with ExitStack() as opened:
            folder = opened.enter_context(
                tempfile.TemporaryDirectory(prefix="pinbridge-demo-", ignore_cleanup_errors=True)
            )
            cloud = opened.enter_context(LocalCloud([Device(_NAME, self._token, _DATASTREAMS)]))
            self.faults = DemoFaults(faults or DemoFaultsFile(), cloud.set_faults)
            self._opened = opened.pop_all()
        self.cloud_url = cloud.url
        self.last_bench: Bench | None = None
        """The bench that was made last; None before the first one."""
        self.is_closed = False
        self.config = BenchConfig(
            bench=BenchSection(name="Demo", journal=str(Path(folder) / "demo.db")),
            device=(
                DeviceConfig(
                    name=_NAME,
                    port="simulated:",
                    server=cloud.url,
                    auth_token="env:PINBRIDGE_DEMO",  # noqa: S106 - the place of a token, not a token
                    requests_per_s=0,
                    datastream=_DATASTREAMS,
                ),
            ),
        )

    def bench(self) -> Bench:
        """Make a bench of the demo, with the auth token that the local cloud accepts.

        Stop the last one before. Raises BenchError.
        """
        board = FaultyBoard(self.faults.is_on)
        self.last_bench = Bench(
            self.config, {_NAME: self._token}, board.open, recordings=folders.recordings_folder()
        )
        return self.last_bench

    def close(self) -> None:
        """Stop the local cloud, and delete the journal. A second call does nothing.

        Stop the last bench before.
        """
        self._opened.close()
        self.is_closed = True

    def end_faults(self, bench: Bench) -> None:
        """Switch off all faults, and let `bench` send its pending readings at once."""
        self.faults.clear()
        bench.try_now(_NAME)

    def arrived(self) -> int:
        """The number of readings that have arrived in the local cloud. The local cloud counts them."""
        return sum(
            requests.get(
                f"{self.cloud_url}/external/api/history",
                params={"token": self._token, "pin": f"v{entry.virtual_pin}", "after": str(2**31)},
                timeout=60,
            ).json()["count"]
            for entry in _DATASTREAMS
        )


def is_whole(status: BenchStatus, arrived: int, faults_played: bool) -> bool:
    """Whether every reading was forwarded and arrived in the cloud, and the board lost no bytes.

    If `faults_played`, more readings may have arrived, because a reading is sent twice if the answer is lost.
    """
    counts = status.devices[0].counts
    there = arrived >= counts.forwarded if faults_played else arrived == counts.forwarded
    return counts.readings == counts.forwarded and there and not status.devices[0].lost_bytes
