"""The demo: a simulated board, a local cloud and a temporary journal.

Its names are in the language of the program when it starts, but its device has one name wherever a ledger is
printed as JSON.

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
from app.messages.languages import text
from app.wire.datastreams import Datastream, DatastreamType

DRAIN_S = 10.0
"""At the end of the demo, the wait for pending readings ends when none was sent for this many seconds."""
_NAME = "demo board"
"""The device's name in every language, for a demo whose ledger is printed."""
_PINS = range(4)


def _datastreams() -> tuple[Datastream, ...]:
    sine, temperature, counter, weather = _PINS
    return (
        Datastream(virtual_pin=sine, name=text("demo_sine"), type=DatastreamType.DOUBLE),
        Datastream(
            virtual_pin=temperature, name=text("demo_temperature"), unit="°C", type=DatastreamType.DOUBLE
        ),
        Datastream(virtual_pin=counter, name=text("demo_counter"), type=DatastreamType.INT),
        Datastream(virtual_pin=weather, name=text("demo_weather"), type=DatastreamType.STRING),
    )


class Demo:
    """A running demo: the configuration of its bench, the URL of its local cloud, and its faults."""

    def __init__(self, faults: DemoFaultsFile | None = None, *, name: str = _NAME) -> None:
        """Start the local cloud, and play `faults`. `name` is that of the device. Raises OSError."""
        self._name, self._token = name, secrets.token_hex(16)
        datastreams = _datastreams()
        with ExitStack() as opened:
            folder = opened.enter_context(
                tempfile.TemporaryDirectory(prefix="pinbridge-demo-", ignore_cleanup_errors=True)
            )
            cloud = opened.enter_context(LocalCloud([Device(name, self._token, datastreams)]))
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
                    name=name,
                    port="simulated:",
                    server=cloud.url,
                    auth_token="env:PINBRIDGE_DEMO",  # noqa: S106 - the place of a token, not a token
                    requests_per_s=0,
                    datastream=datastreams,
                ),
            ),
        )

    def bench(self) -> Bench:
        """Make a bench of the demo, with the auth token that the local cloud accepts.

        Stop the last one before. Raises BenchError.
        """
        board = FaultyBoard(self.faults.is_on)
        self.last_bench = Bench(
            self.config, {self._name: self._token}, board.open, recordings=folders.recordings_folder()
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
        bench.try_now(self._name)

    def arrived(self) -> int:
        """The number of readings that have arrived in the local cloud. The local cloud counts them."""
        return sum(
            requests.get(
                f"{self.cloud_url}/external/api/history",
                params={"token": self._token, "pin": f"v{pin}", "after": str(2**31)},
                timeout=60,
            ).json()["count"]
            for pin in _PINS
        )


def is_whole(status: BenchStatus, arrived: int, faults_played: bool) -> bool:
    """Whether every reading was forwarded and arrived in the cloud, and the board lost no bytes.

    If `faults_played`, more readings may have arrived, because a reading is sent twice if the answer is lost.
    """
    counts = status.devices[0].counts
    there = arrived >= counts.forwarded if faults_played else arrived == counts.forwarded
    return counts.readings == counts.forwarded and there and not status.devices[0].lost_bytes
