"""The demo: a simulated board, a local cloud and a journal of their own, gone when it ends.

Invariants: it needs no account and no hardware, touches no file of the user's, and speaks to no other
computer; it counts what arrived by asking the cloud over HTTP, as anybody would.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from app.bench import Bench
from app.config import BenchConfig, BenchSection, DeviceConfig
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.status import BenchStatus
from app.wire.datastreams import Datastream, DatastreamType

DRAIN_S = 10.0
_NAME = "demo board"
_DATASTREAMS = (
    Datastream(virtual_pin=0, name="Sine", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=1, name="Temperature", unit="°C", type=DatastreamType.DOUBLE),
    Datastream(virtual_pin=2, name="Counter", type=DatastreamType.INT),
    Datastream(virtual_pin=3, name="Weather", type=DatastreamType.STRING),
)


class Demo:
    """A bench that is ready to start, and the cloud that it feeds."""

    def __init__(self, cloud: LocalCloud, token: str, folder: Path) -> None:
        self.cloud_url = cloud.url
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
        """The bench, with its token."""
        return Bench(self.config, {_NAME: self._token})

    def arrived(self) -> int:
        """How many readings the cloud holds, by its own word."""
        return sum(
            requests.get(
                f"{self.cloud_url}/external/api/history",
                params={"token": self._token, "pin": f"v{entry.virtual_pin}", "after": str(2**31)},
                timeout=5,
            ).json()["count"]
            for entry in _DATASTREAMS
        )


@contextmanager
def demo() -> Iterator[Demo]:
    """The local cloud and a temporary journal, for as long as the context lasts."""
    token = secrets.token_hex(16)
    with (
        tempfile.TemporaryDirectory(prefix="pinbridge-demo-", ignore_cleanup_errors=True) as folder,
        LocalCloud([Device(_NAME, token, _DATASTREAMS)]) as cloud,
    ):
        yield Demo(cloud, token, Path(folder))


def is_whole(status: BenchStatus, arrived: int) -> bool:
    """Whether every reading was forwarded, and the cloud holds as many."""
    counts = status.devices[0].counts
    return counts.readings == counts.forwarded == arrived and not status.devices[0].lost_bytes
