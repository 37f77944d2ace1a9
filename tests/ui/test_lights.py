"""The lights of a device: one tone for its port, one for its connection to the cloud."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import CloudState, CloudStatus, LinkState, LinkStatus
from app.config.bench_file import BenchConfig, DeviceConfig
from tests.ui.fake_bench import FakeBench, FakeClock
from ui import lights

_BENCH = BenchConfig(device=(DeviceConfig(port="COM5"),))
DEVICE = FakeBench(_BENCH, {}, FakeClock()).status().devices[0]


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        *((LinkState.GOOD, "good"), (LinkState.SILENT, "warn"), (LinkState.RELEASED, "")),
        *((LinkState.OPEN, ""), (LinkState.CLOSED, ""), (LinkState.ENDED, "")),
        *((LinkState.BUSY, "bad"), (LinkState.UNREADABLE, "bad"), (LinkState.NO_SUCH_PORT, "bad")),
    ],
)
def test_the_light_of_a_port(state: LinkState, tone: str) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state))
    assert lights.of_port(device) == tone


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        *((CloudState.OFF, ""), (CloudState.IDLE, "good"), (CloudState.SENDING, "good")),
        *((CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")),
    ],
)
def test_the_light_of_a_cloud(state: CloudState, tone: str) -> None:
    device = msgspec.structs.replace(DEVICE, cloud=CloudStatus(state))
    assert lights.of_cloud(device) == tone


def test_each_tone_has_a_sign_of_its_own() -> None:
    assert len(set(lights.SIGNS.values())) == len(lights.SIGNS) == 4
