"""The local cloud's limits, the headers of its page, and the addresses that it prints."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import requests

from app.localcloud.command import run_cloud
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Datastream, DatastreamType

TOKEN = "T"
TEXT = Datastream(virtual_pin=1, type=DatastreamType.STRING)


@pytest.mark.parametrize(("size", "status"), [(2_000_000, 200), (2_000_001, 413)])
def test_a_body_may_have_two_megabytes(size: int, status: int) -> None:
    body = b'[[1,"x"]' + b" " * (size - 9) + b"]"
    with LocalCloud([Device("board", TOKEN, [TEXT])]) as cloud:
        answer = requests.post(
            f"{cloud.url}/external/api/batch/update?token={TOKEN}&pin=v1",
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
    assert (len(body), answer.status_code) == (size, status)


def test_an_open_device_keeps_a_thousand_datastreams_and_a_thousand_events() -> None:
    device = Device("board", TOKEN, open=True)
    for number in range(1, 1001):
        device.update_set(f"ds{number}", [(0, 1)], 0)
        device.log_event("door", str(number), 0)
    assert len(device.streams) == 1000
    with pytest.raises(ValueError, match="doesn't exist in the product board"):
        device.update({"ds1001": ["1"]}, 0)
    with pytest.raises(ValueError, match="doesn't exist in the product board"):
        device.update_set("ds1001", [(0, 1)], 0)
    assert device.stream("ds1").value == 1  # a point at time 0 is a value, too
    device.log_event("door", "one more", 0)
    assert (len(device.events), device.events[0].description) == (1000, "2")


def test_other_sites_cannot_read_or_frame_the_page_and_it_is_not_cached() -> None:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        headers = requests.get(f"{cloud.url}/", timeout=60).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"].split("; ")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Server" not in headers


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_the_address_for_other_computers_is_printed_if_they_can_reach_it(
    monkeypatch: pytest.MonkeyPatch, host: str, told: bool
) -> None:
    def serve(cloud: LocalCloud, ready: Callable[[], None]) -> None:
        with cloud:
            ready()

    said: list[str] = []
    monkeypatch.setattr(LocalCloud, "serve_forever", serve)
    run_cloud(f"{host}:0", None, said.append)
    others = [line for line in said if line.startswith("From other computers: http://")]
    assert bool(others) is told
    assert all(f"http://{socket.gethostname()}:" in line for line in others)
