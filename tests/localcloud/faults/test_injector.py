"""Each fault over a real connection: what the client gets, and whether the cloud takes the value."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import requests

from app.localcloud import listener, server
from app.localcloud.devices import Device
from app.localcloud.faults import injector as injector
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.server import LocalCloud
from tests.localcloud.conftest import Clock, faults_of
from tests.waiting import PATIENCE_S, wait_until

HEAD = b"GET /external/api/update?token=T&v1=5 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    """A cloud whose clock stands still, so that the speed of the computer does not matter."""
    with LocalCloud([Device("Board", "T")], clock_ms=Clock()) as cloud:
        yield cloud


def play(cloud: LocalCloud, kind: str, **keys: object) -> None:
    cloud.set_faults(FaultsFile(fault=(Fault(fault=FaultKind(kind), **keys),)))  # type: ignore[arg-type]


def get(cloud: LocalCloud, call: str = "update", query: str = "v1=5") -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{cloud.url}/external/api/{call}?token=T&{query}"
        return session.get(url, timeout=PATIENCE_S, allow_redirects=False)


def taken(cloud: LocalCloud) -> int:
    """How many values V1 has received. The call that asks for it meets no faults."""
    count: int = get(cloud, "history", "pin=v1").json()["count"]
    return count


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("captive_portal", 200, "Guest network"),
        ("invalid_token", 400, "Invalid token."),
        ("wrong_pin", 400, "Wrong pin format."),
        ("wrong_datastream_id", 400, "Wrong dataStreamId format."),
        ("wrong_value", 400, "Value doesn't match the Datastream data type."),
        ("no_datastream", 400, "No datastream setup for that pin."),
        ("unknown_datastream", 400, "Requested dataStream doesn't exist in the product Faulty"),
        ("unknown_content_type", 400, "Unknown content type."),
        ("too_much_data", 400, "Too much data in batch. Maximum batch size is 10000 points."),
        ("other_400", 400, "The moon is in the wrong place."),
        ("forbidden", 403, "Forbidden."),
        ("not_found", 404, "Not found."),
        ("too_large", 413, "Request is too large. Maximum size is 2 MB."),
        ("too_many_requests", 429, "Too many requests."),
        ("server_error", 503, "Service unavailable."),
    ],
)
def test_answers_that_take_nothing(cloud: LocalCloud, kind: str, status: int, words: str) -> None:
    play(cloud, kind, count=1)
    answer = get(cloud)
    assert answer.status_code == status
    is_page = kind == "captive_portal"
    assert answer.headers["content-type"].startswith("text/html" if is_page else "application/json")
    assert words in (answer.text if is_page else answer.json()["error"]["message"])
    assert taken(cloud) == 0
    assert get(cloud).status_code == 200
    assert taken(cloud) == 1


def test_a_body_is_taken_and_a_refused_call_stays_refused(cloud: LocalCloud) -> None:
    play(cloud, "body")
    answer = get(cloud)
    assert (answer.status_code, answer.text) == (200, "OK, taken.")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert taken(cloud) == 1
    refused = get(cloud, "update", "v999=1")
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, "Wrong pin format.")


def test_retry_after_of_a_429_in_seconds_as_a_date_and_without(cloud: LocalCloud) -> None:
    play(cloud, "too_many_requests", retry_after_s=7)
    assert get(cloud).headers["retry-after"] == "7"
    play(cloud, "too_many_requests", retry_after_s=120, as_date=True)
    assert get(cloud).headers["retry-after"] == "Tue, 14 Nov 2023 22:15:20 GMT"
    play(cloud, "too_many_requests")
    assert "retry-after" not in get(cloud).headers
    play(cloud, "server_error", status=502)
    assert get(cloud).status_code == 502


def test_a_308_names_the_whole_url_on_another_server_or_on_this_one(cloud: LocalCloud) -> None:
    play(cloud, "wrong_region", to="https://lon1.blynk.cloud")
    answer = get(cloud, "update", "v1=a%20b")
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://lon1.blynk.cloud/external/api/update?token=T&v1=a%20b"
    play(cloud, "wrong_region")
    assert get(cloud).headers["location"] == f"{cloud.url}/external/api/update?token=T&v1=5"


def test_rate_limit_and_quota(cloud: LocalCloud) -> None:
    play(cloud, "rate_limit", requests_per_s=0.01, retry_after_s=3)
    answers = [get(cloud) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "3"
    assert answers[1].json()["error"]["message"] == "Too many requests."
    play(cloud, "quota", messages=1)
    answers = [get(cloud) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[1].json()["error"]["message"] == "Message quota exceeded."


def test_latency(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    sleep, slept = asyncio.sleep, []

    async def no_sleep(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    play(cloud, "latency", delay_s=3600.0)
    monkeypatch.setattr(injector, "asyncio", SimpleNamespace(sleep=no_sleep))
    assert get(cloud).status_code == 200
    assert slept == [3600.0]
    assert taken(cloud) == 1


def raw(cloud: LocalCloud, is_enough: Callable[[bytes], bool] = lambda _: False) -> tuple[bytes, str]:
    """Read an answer until `is_enough`. Returns its bytes, and how it ended: `end`, `reset` or `open`."""
    got = b""
    with socket.create_connection(("127.0.0.1", cloud.port), timeout=PATIENCE_S) as client:
        client.sendall(HEAD)
        try:
            while not is_enough(got):
                part = client.recv(65536)
                if not part:
                    return got, "end"
                got += part
        except ConnectionResetError:
            return got, "reset"
    return got, "open"


@pytest.mark.parametrize(
    ("kind", "keys", "start", "end", "counted"),
    [
        ("reset_before", {}, b"", "reset", 0),
        ("reset_in", {}, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", "reset", 1),
        ("reset_after", {}, b"HTTP/1.1 200 OK\r\n", "reset", 1),
        ("short_body", {}, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nOK", "end", 1),
        ("long_body", {}, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK, and more", "end", 1),
        ("endless_body", {}, b"HTTP/1.1 200 OK\r\n", "open", 1),
        ("no_answer", {"hold_s": 0.1}, b"", "reset", 0),
        ("lost_answer", {"hold_s": 0.1}, b"", "reset", 1),
        ("down", {"down_s": 0.0}, b"", "reset", 0),
    ],
)
def test_answers_that_break(
    cloud: LocalCloud, kind: str, keys: dict[str, float], start: bytes, end: str, counted: int
) -> None:
    play(cloud, kind, count=1, **keys)
    got, ended = raw(cloud, lambda got: len(got) > 1_000_000)
    assert (got[: len(start)], ended) == (start, end)
    if kind == "down":
        wait_until_up(cloud)
    assert taken(cloud) == counted
    assert get(cloud).status_code == 200


@pytest.mark.parametrize("kind", ["no_answer", "lost_answer", "slow_body"])
def test_answers_that_a_fault_holds_delay_neither_other_calls_nor_the_shutdown(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_GRACE_S", 3600)
    monkeypatch.setattr(server, "_DEADLINE_S", PATIENCE_S)
    cloud = LocalCloud([Device("Board", "T")]).start()
    play(cloud, kind, count=1)
    with socket.create_connection(("127.0.0.1", cloud.port), timeout=PATIENCE_S) as client:
        client.sendall(HEAD)
        if kind == "slow_body":
            assert client.recv(17) == b"HTTP/1.1 200 OK\r\n"
        wait_until(lambda: faults_of(cloud)[0]["hits"] == 1)
        if kind != "no_answer":
            wait_until(lambda: taken(cloud) == 1)
        # Another call is answered meanwhile, and the held call gets nothing.
        assert get(cloud).status_code == 200
        assert taken(cloud) == (1 if kind == "no_answer" else 2)
        client.setblocking(False)
        if kind != "slow_body":
            with pytest.raises(BlockingIOError):
                client.recv(1)
        cloud.stop()
        assert all(thread.name != "local cloud" for thread in threading.enumerate())


def wait_until_up(cloud: LocalCloud) -> None:
    def is_up() -> bool:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", cloud.port), timeout=PATIENCE_S).close()
            return True
        return False

    wait_until(is_up)


def test_down_refuses_every_connection_until_the_faults_change(cloud: LocalCloud) -> None:
    with requests.Session() as other:
        other.trust_env = False
        other.get(f"{cloud.url}/external/api/getAll?token=T", timeout=PATIENCE_S)
        play(cloud, "down", down_s=3600)
        with pytest.raises(requests.ConnectionError):
            get(cloud)
        for client in (requests, other):
            with pytest.raises(requests.ConnectionError, match=r"refused|reset"):
                client.get(f"{cloud.url}/", timeout=PATIENCE_S)
    cloud.set_faults(FaultsFile())
    wait_until_up(cloud)
    assert get(cloud).status_code == 200
    assert taken(cloud) == 1


def test_a_cloud_that_is_down_stops_and_starts_again(cloud: LocalCloud) -> None:
    play(cloud, "down", down_s=3600)
    assert raw(cloud) == (b"", "reset")
    cloud.stop()
    with cloud:
        cloud.set_faults(FaultsFile())
        assert get(cloud).status_code == 200


def test_with_half_of_the_answers_lost_values_are_sent_twice_and_none_is_lost(cloud: LocalCloud) -> None:
    cloud.set_faults(FaultsFile(fault=(Fault(fault=FaultKind.LOST_ANSWER, every=2, hold_s=0.0),)))
    values = iter(range(10))
    value = next(values)
    tries = 0
    while True:
        tries += 1
        try:
            get(cloud, "update", f"v1={value}")
        except requests.ConnectionError:
            continue
        try:
            value = next(values)
        except StopIteration:
            break
    points = [point[2] for point in get(cloud, "history", "pin=v1").json()["points"]]
    assert len(points) == tries > 10
    assert list(dict.fromkeys(points)) == list(range(10))
