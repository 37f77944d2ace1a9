"""A local cloud on a free loopback port, which the tests share, with a separate device for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Datastream, DatastreamType
from tests.waiting import PATIENCE_S

DECLARED = (
    Datastream(virtual_pin=0, name="Count", type=DatastreamType.INT),
    Datastream(
        virtual_pin=1, id=7, name="Temperature", unit="°C", type=DatastreamType.DOUBLE, min=-40, max=85
    ),
    Datastream(virtual_pin=2, type=DatastreamType.STRING),
    Datastream(virtual_pin=3, id=9, type=DatastreamType.LOCATION),
    Datastream(virtual_pin=4, type=DatastreamType.ENUM, values=(1, 2, 5)),
    Datastream(virtual_pin=5, type=DatastreamType.INT, min=0, max=100),
    Datastream(id=11, name="By id"),
)


class Clock:
    """A clock in Unix milliseconds that changes only when a test sets it."""

    def __init__(self) -> None:
        self.now_ms = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Account:
    """One device of a running local cloud, with methods that call the cloud as this device."""

    cloud: LocalCloud
    device: Device
    clock: Clock
    session: requests.Session = field(repr=False)

    def get(self, call: str, query: str = "") -> requests.Response:
        """Send a GET request for an API call with the device's token; `query` is sent as it is."""
        return self.session.get(self.address(call, query), timeout=PATIENCE_S)

    def post(
        self, query: str, body: bytes, content_type: str | None = "application/json"
    ) -> requests.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        address = self.address("batch/update", query)
        return self.session.post(address, data=body, headers=headers, timeout=PATIENCE_S)

    def address(self, call: str, query: str = "") -> str:
        token = f"token={self.device.auth_token}"
        return f"{self.cloud.url}/external/api/{call}?{token}{query and '&' + query}"

    def values(self, target: str) -> list[Any]:
        """The values in the history of `target`, such as `pin=v1` or `dataStreamId=7`."""
        return [value for _, _, value in self.get("history", target).json()["points"]]


def faults_of(cloud: LocalCloud) -> list[dict[str, Any]]:
    """The entries of the cloud's present faults; `hits` is the number of calls that met an entry."""
    with requests.Session() as session:
        session.trust_env = False
        faults: list[dict[str, Any]] = session.get(f"{cloud.url}/faults", timeout=PATIENCE_S).json()["fault"]
    return faults


@pytest.fixture(scope="session")
def shared_cloud() -> Iterator[tuple[LocalCloud, list[Device], Clock]]:
    clock = Clock()
    devices = [Device(f"Greenhouse {n}", f"declared-{n}", DECLARED) for n in range(200)]
    devices += [Device(f"Board {n}", f"open-{n}", max_points=50) for n in range(200)]
    with LocalCloud(devices, clock_ms=clock) as cloud:
        yield cloud, devices, clock


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


_next_declared = itertools.count()
_next_open = itertools.count(200)


@pytest.fixture
def greenhouse(shared_cloud: tuple[LocalCloud, list[Device], Clock], session: requests.Session) -> Account:
    """A device for one test, with the datastreams of DECLARED."""
    cloud, devices, clock = shared_cloud
    return Account(cloud, devices[next(_next_declared)], clock, session)


@pytest.fixture
def board(shared_cloud: tuple[LocalCloud, list[Device], Clock], session: requests.Session) -> Account:
    """An open device for one test; it keeps 50 points for each datastream."""
    cloud, devices, clock = shared_cloud
    return Account(cloud, devices[next(_next_open)], clock, session)
