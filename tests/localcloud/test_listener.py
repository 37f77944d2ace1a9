"""The listener: its settings, its signals, its sockets, and which connections it aborts at the end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from app.localcloud.devices import Device
from app.localcloud.faults.injector import HELD
from app.localcloud.listener import Listener, open_socket
from app.localcloud.server import LocalCloud
from tests.waiting import PATIENCE_S


@pytest.fixture
def listener() -> Listener:
    return Listener(Starlette(), lambda: None)


def test_the_settings_of_the_server(listener: Listener) -> None:
    """Clients close idle connections before 75 s. If the server closed one first, a client might send a call
    twice. Nothing is logged, because URLs contain tokens."""
    serves = {
        "timeout_keep_alive": 75,
        "timeout_graceful_shutdown": 2,
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "lifespan": "off",
        "ws": "none",
        "loop": "asyncio",
    }
    assert {name: getattr(listener.config, name) for name in serves} == serves


def test_answers_have_no_server_header_and_forwarded_headers_are_ignored() -> None:
    with LocalCloud([Device("Board", "T")]) as cloud, requests.Session() as session:
        session.trust_env = False
        headers = {"X-Forwarded-For": "192.168.1.7"}
        seen = session.get(f"{cloud.url}/faults", headers=headers, timeout=PATIENCE_S)
    assert seen.status_code == 200
    assert "server" not in seen.headers


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_it_and_a_second_one_at_once(
    first: signal.Signals, listener: Listener
) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ends = []
    with listener.capture_signals():
        for number in (first, signal.SIGINT):
            signal.raise_signal(number)
            ends.append((listener.should_exit, listener.force_exit))
    assert ends == [(True, False), (True, True)]
    assert {number: signal.getsignal(number) for number in before} == before


def test_in_a_thread_signal_handlers_are_not_changed(listener: Listener) -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def look() -> None:
        with listener.capture_signals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options with which listening sockets were created."""
    calls: list[dict[str, Any]] = []
    create = socket.create_server

    def note(address: tuple[str, int], **options: Any) -> socket.socket:
        calls.append(options)
        return create(address, **options)

    monkeypatch.setattr(socket, "create_server", note)
    return calls


def test_a_whole_class_may_connect_at_the_same_time(asked: list[dict[str, Any]]) -> None:
    with open_socket("127.0.0.1", 0, listening=True) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
    assert asked == [{"family": socket.AF_INET, "backlog": 256}]


def test_a_socket_that_does_not_listen_refuses_connections_and_needs_a_free_port() -> None:
    with open_socket("127.0.0.1", 0, listening=False) as kept:
        address = kept.getsockname()
        if sys.platform != "win32":  # on Windows the option would let other programs take the port
            assert kept.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, PATIENCE_S).close()
    with open_socket("127.0.0.1", 0, listening=True) as taken, pytest.raises(OSError, match=r"in use|10048"):
        open_socket(*taken.getsockname(), listening=False)


class Connection:
    """Stands for a connection and its transport; it has the scope of its request, if one is given."""

    def __init__(self, *scope: dict[str, Any] | None) -> None:
        if scope:
            self.scope = scope[0]
        self.transport = self
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


def test_at_the_end_only_connections_that_a_fault_holds_are_aborted(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []

    async def shutdown(_: uvicorn.Server, sockets: object) -> None:
        ended.append(sockets)

    monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
    held = Connection({"extensions": {HELD: True}})
    others = [Connection({"extensions": {HELD: False}}), Connection({}), Connection(None), Connection()]
    monkeypatch.setattr(listener.server_state, "connections", {held, *others})
    asyncio.run(listener.shutdown(None))
    assert [connection.aborted for connection in (held, *others)] == [True, False, False, False, False]
    assert ended == [None]
