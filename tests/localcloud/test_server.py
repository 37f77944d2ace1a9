"""The server starts, stops and starts again, and no token is in its output."""

import asyncio
import errno
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Coroutine
from types import SimpleNamespace

import pytest
import requests
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.localcloud import server
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.faults.injector import TRANSPORT
from app.localcloud.listener import Listener, open_socket
from app.localcloud.server import LocalCloud, wall_clock_ms
from tests.waiting import PATIENCE_S, wait_until

from .conftest import Account, faults_of


def get(cloud: LocalCloud, call: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"{cloud.url}/external/api/{call}", timeout=PATIENCE_S)


def test_it_stops_and_starts_again_on_the_same_port_with_all_values() -> None:
    cloud = LocalCloud([Device("Board", "T")])
    with cloud:
        url = cloud.url
        assert get(cloud, "update?token=T&v1=5").status_code == 200
    with pytest.raises(requests.ConnectionError):
        get(cloud, "get?token=T&v1")
    with cloud:
        assert cloud.url == url
        assert get(cloud, "get?token=T&v1").text == "5"
    cloud.stop()


def test_it_stops_while_clients_keep_connections_open() -> None:
    cloud = LocalCloud([Device("Board", "T")]).start()
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{cloud.url}/external/api/getAll?token=T", timeout=PATIENCE_S).text == "{}"
        cloud.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", cloud.port), timeout=PATIENCE_S).close()


def test_a_port_in_use_is_an_error_at_once(greenhouse: Account) -> None:
    with pytest.raises(OSError, match=r"in use|10048|10013"):
        LocalCloud([], port=greenhouse.cloud.port).start()


def test_answers_with_a_body_are_sent_without_delay() -> None:
    without_delay: list[int] = []

    class Connections:
        """Middleware that notes, for each request, whether its connection sends without delay."""

        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            connection = scope["extensions"][TRANSPORT].get_extra_info("socket")
            without_delay.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            await self.app(scope, receive, send)

    with LocalCloud([Device("Board", "T")], middleware=[Middleware(Connections)]) as cloud:
        assert get(cloud, "getAll?token=T").text == "{}"
    assert without_delay[0]


def test_by_default_only_this_computer_can_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, bool]] = []

    def note(host: str, port: int, *, listening: bool) -> socket.socket:
        asked.append((host, port, listening))
        return open_socket(host, port, listening=listening)

    monkeypatch.setattr(server, "open_socket", note)
    with LocalCloud([]):
        assert asked == [("127.0.0.1", 0, True)]


def test_it_listens_on_ipv6() -> None:
    cloud = LocalCloud([Device("Board", "T")], host="::1")
    failed = None
    try:
        cloud.listen()
    except OSError as error:
        failed = error.errno
    # On a system without IPv6, one of these errors shows that the cloud tried to use it.
    assert failed in (None, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    if failed:
        return
    with cloud:
        assert cloud.url == f"http://[::1]:{cloud.port}"
        assert get(cloud, "getAll?token=T").text == "{}"
        # After going down, it comes back on IPv6 too.
        cloud.set_faults(FaultsFile(fault=(Fault(fault=FaultKind.DOWN, down_s=3600.0),)))
        with pytest.raises(requests.ConnectionError):
            get(cloud, "update?token=T&v1=1")
        cloud.set_faults(FaultsFile())
        assert get(cloud, "getAll?token=T").text == "{}"


def test_two_devices_with_the_same_token_are_refused() -> None:
    with pytest.raises(ValueError, match="one auth token"):
        LocalCloud([Device("A", "T"), Device("B", "T")])


def test_the_url_is_one_that_a_browser_can_open() -> None:
    assert LocalCloud([], "", 8080).url == "http://127.0.0.1:8080"
    assert LocalCloud([], "0.0.0.0", 8080).url == "http://127.0.0.1:8080"
    assert LocalCloud([], "::", 8080).url == "http://[::1]:8080"


def test_no_log_record_and_no_output_contains_a_token(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # The HTTP client of these tests logs URLs with tokens too, so its log is left out.
    caplog.set_level(logging.WARNING, "urllib3")
    caplog.set_level(logging.DEBUG)
    with LocalCloud([Device("Board", "secret-token")]) as cloud:
        for call in (
            "update?token=secret-token&v1=1",
            "update?token=secret-token&x",
            "no?token=secret-token",
        ):
            get(cloud, call)
        with socket.create_connection(("127.0.0.1", cloud.port), timeout=PATIENCE_S) as client:
            client.sendall(b"GET /external/api/update?token=secret-token&v1=\x01 HTTP/1.1\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 400")
    print("end", file=sys.stderr)
    written = capfd.readouterr()
    assert written.err.endswith("end\n")
    assert "secret-token" not in written.out + written.err + caplog.text


def test_a_cloud_that_does_not_start_raises_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    waits_s: list[float | None] = []

    class Never(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits_s.append(timeout)
            return False

    monkeypatch.setattr(threading, "Event", Never)
    monkeypatch.setattr(Listener, "run", lambda _self, sockets: sockets[0].close())
    with pytest.raises(TimeoutError, match="the local cloud did not start"):
        LocalCloud([]).start()
    assert waits_s[-1] == 10


def test_stopping_it_and_switching_faults_wait_at_most_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits_s: list[float | None] = []

    class Hanging(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            waits_s.append(timeout)
            assert self.daemon  # So the program can end while this thread still runs.

    class Answer:
        def result(self, timeout_s: float) -> None:
            waits_s.append(timeout_s)

    def run(coroutine: Coroutine[None, None, None], _loop: asyncio.AbstractEventLoop) -> Answer:
        coroutine.close()
        return Answer()

    with monkeypatch.context() as patch:
        patch.setattr(server, "threading", SimpleNamespace(Event=threading.Event, Thread=Hanging))
        patch.setattr(asyncio, "run_coroutine_threadsafe", run)
        cloud = LocalCloud([]).start()
        cloud.set_faults(FaultsFile())
        cloud.stop()
    assert waits_s == [10, 10]
    wait_until(lambda: not any(isinstance(thread, Hanging) for thread in threading.enumerate()))


def test_faults_can_be_switched_before_it_runs_and_after() -> None:
    body, none = FaultsFile(fault=(Fault(fault=FaultKind.BODY),)), FaultsFile()
    cloud = LocalCloud([])
    cloud.set_faults(body)
    with cloud:
        assert [fault["fault"] for fault in faults_of(cloud)] == ["body"]
    # After `serve_forever`, the cloud still has a server, but its event loop has ended.
    cloud.serve_forever(lambda: signal.raise_signal(signal.SIGINT))
    cloud.set_faults(none)
    with cloud:
        assert faults_of(cloud) == []


def test_time_is_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_764_016_265_123_999_999)
    assert wall_clock_ms() == 1_764_016_265_123
