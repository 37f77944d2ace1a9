"""The demo: a simulated board, a local cloud and a temporary journal.

Invariants: it needs no account and no hardware, changes no file of the user, and connects to no other
computer. It counts what arrived by asking the cloud over HTTP.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from app.bench.bench import Bench
from app.bench.status import BenchStatus
from app.boards.simulated.faulty import FaultyBoard
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.demo.faults import DemoFaults, DemoFaultsFile
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Datastream, DatastreamType

DRAIN_S = 10.0
"""How long the demo waits at its end for the next reading to be sent, before it gives up."""
_NAME = "demo board"
_DATASTREAMS = (
    Datastream(virtual_pin=0, name="Sine", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=1, name="Temperature", unit="°C", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=2, name="Counter", type=DatastreamType.INT),
    Datastream(virtual_pin=3, name="Weather", type=DatastreamType.STRING),
)


class Demo:
    """A bench that is ready to start, its local cloud, and the faults that can be played on both."""

    def __init__(self, cloud: LocalCloud, token: str, folder: Path, faults: DemoFaultsFile) -> None:
        self.cloud_url = cloud.url
        self.faults = DemoFaults(faults, cloud.set_faults)
        self._token = token
        self.config = BenchConfig(
            bench=BenchSection(name="Demo", journal=str(folder / "demo.db")),
            device=(
                DeviceConfig(
                    name=_NAME,
                    port="simulated:",
                    server=cloud.url,
                    auth_token="env:PINBRIDGE_DEMO",  # noqa: S106 - the name of a place, no token
                    requests_per_s=0,
                    datastream=_DATASTREAMS,
                ),
            ),
        )

    def bench(self) -> Bench:
        """Make the bench, with its token."""
        return Bench(self.config, {_NAME: self._token}, open_port=FaultyBoard(self.faults.is_on).open)

    def end_faults(self, bench: Bench) -> None:
        """Switch all faults off, and send at once the readings that waited for that."""
        self.faults.clear()
        bench.try_now(_NAME)

    def arrived(self) -> int:
        """How many readings the cloud says it holds."""
        return sum(
            requests.get(
                f"{self.cloud_url}/external/api/history",
                params={"token": self._token, "pin": f"v{entry.virtual_pin}", "after": str(2**31)},
                timeout=60,
            ).json()["count"]
            for entry in _DATASTREAMS
        )


@contextmanager
def demo(faults: DemoFaultsFile | None = None) -> Iterator[Demo]:
    """The demo, with its local cloud and journal while the context lasts; it begins with `faults`."""
    token = secrets.token_hex(16)
    with (
        tempfile.TemporaryDirectory(prefix="pinbridge-demo-", ignore_cleanup_errors=True) as folder,
        LocalCloud([Device(_NAME, token, _DATASTREAMS)]) as cloud,
    ):
        yield Demo(cloud, token, Path(folder), faults or DemoFaultsFile())


def is_whole(status: BenchStatus, arrived: int, faults_played: bool) -> bool:
    """Whether every reading was forwarded, and the cloud holds as many.

    After faults the cloud may hold more: a reading whose answer was lost is sent twice.
    """
    counts = status.devices[0].counts
    there = arrived >= counts.forwarded if faults_played else arrived == counts.forwarded
    return counts.readings == counts.forwarded and there and not status.devices[0].lost_bytes
