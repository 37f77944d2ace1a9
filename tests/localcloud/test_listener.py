"""The listener: what its answers tell of it, how signals end it, and how it comes back after it was down."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from app.localcloud import listener as listener_module
from app.localcloud.devices import Device
from app.localcloud.faults.injector import HELD
from app.localcloud.listener import Listener, open_socket
from app.localcloud.server import LocalCloud

from .conftest import PATIENCE_S


@pytest.fixture
def listener() -> Listener:
    return Listener(Starlette(), lambda: None)


def test_how_it_serves(listener: Listener) -> None:
    """Senders keep their connections for less than 75 s: one that the server closes between two calls costs
    a call sent twice. Logs would hold tokens, for the URLs do."""
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


def test_answers_do_not_tell_of_the_server_and_headers_do_not_tell_who_asks() -> None:
    with LocalCloud([Device("Board", "T")]) as cloud, requests.Session() as session:
        session.trust_env = False
        headers = {"X-Forwarded-For": "192.168.1.7"}
        seen = session.get(f"{cloud.url}/faults", headers=headers, timeout=PATIENCE_S)
    assert seen.status_code == 200
    assert "server" not in seen.headers


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_it_and_a_second_one_at_once(first: signal.Signals, listener: Listener) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ends = []
    with listener.capture_signals():
        for number in (first, signal.SIGINT):
            signal.raise_signal(number)
            ends.append((listener.should_exit, listener.force_exit))
    assert ends == [(True, False), (True, True)]
    assert {number: signal.getsignal(number) for number in before} == before


def test_in_a_thread_signals_are_let_be(listener: Listener) -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def look() -> None:
        with listener.capture_signals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


class Loop:
    """An event loop that only notes what is to come; it stands for its timers too."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.tasks: list[Any] = []
        self.cancelled = 0

    def call_later(self, delay_s: float, act: Callable[[], None]) -> Loop:
        self.later.append((delay_s, act))
        return self

    def cancel(self) -> None:
        """What was to come does not."""
        self.cancelled += 1

    def create_task(self, task: Any) -> str:
        task.close()
        self.tasks.append(task)
        return "listening"


class Busy:
    """A socket at whose address another program listens, for so many tries."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.backlogs: list[int] = []

    def listen(self, backlog: int) -> None:
        self.backlogs.append(backlog)
        if len(self.backlogs) <= self.tries:
            raise OSError("Address already in use")


def test_it_does_not_go_down_any_more_once_it_is_to_end(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Server:
        sockets = ()
        closes = 0

        def close(self) -> None:
            self.closes += 1

    async def end_while_it_goes_down() -> None:
        listener.loop = asyncio.get_running_loop()
        going = asyncio.create_task(listener.go_down(3600.0))
        await asyncio.sleep(0)
        listener.should_exit = True
        await going

    server = Server()
    monkeypatch.setattr(listener, "servers", [server], raising=False)
    asyncio.run(end_while_it_goes_down())
    # Its end closes what listens, and a socket that was opened now would be left open.
    assert (server.closes, listener._waiting) == (0, None)


def test_it_comes_back_as_soon_as_its_address_is_free(listener: Listener) -> None:
    loop, waiting = Loop(), Busy(2)
    listener.loop = loop  # type: ignore[assignment]
    listener._back = loop  # type: ignore[assignment]
    listener._waiting = waiting  # type: ignore[assignment]
    for _ in range(2):
        listener.come_back()
    assert loop.later == [(0.1, listener.come_back)] * 2
    assert loop.tasks == []
    listener.come_back()
    assert (len(loop.tasks), listener._back, listener._waiting) == (1, None, None)
    # It is there already.
    listener.come_back()
    assert (len(loop.tasks), waiting.backlogs) == (1, [256] * 3)


def test_where_its_address_was_taken_as_it_went_down_it_asks_for_it_as_it_comes_back(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, waiting = Loop(), Busy(0)
    asked: list[tuple[str, int, bool]] = []

    def ask(host: str, port: int, *, listening: bool) -> Busy:
        asked.append((host, port, listening))
        return waiting

    monkeypatch.setattr(listener_module, "open_socket", ask)
    listener.loop = loop  # type: ignore[assignment]
    listener._back = loop  # type: ignore[assignment]
    listener._address = ("127.0.0.1", 8080)
    listener.come_back()
    assert (asked, waiting.backlogs, len(loop.tasks)) == ([("127.0.0.1", 8080, False)], [256], 1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a listening socket is asked to be."""
    calls: list[dict[str, Any]] = []
    create = socket.create_server

    def note(address: tuple[str, int], **options: Any) -> socket.socket:
        calls.append(options)
        return create(address, **options)

    monkeypatch.setattr(socket, "create_server", note)
    return calls


def test_a_class_may_connect_at_once(asked: list[dict[str, Any]]) -> None:
    with open_socket("127.0.0.1", 0, listening=True) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
    assert asked == [{"family": socket.AF_INET, "backlog": 256}]


def test_a_port_that_is_kept_refuses_and_one_that_is_taken_cannot_be_kept() -> None:
    with open_socket("127.0.0.1", 0, listening=False) as kept:
        address = kept.getsockname()
        if sys.platform != "win32":  # where it means that others may not have it meanwhile
            assert kept.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, PATIENCE_S).close()
    with open_socket("127.0.0.1", 0, listening=True) as taken, pytest.raises(OSError, match=r"in use|10048"):
        open_socket(*taken.getsockname(), listening=False)


class Listening:
    """A server that has just come back, and listens or does not yet."""

    def __init__(self, is_done: bool) -> None:
        self.is_done = is_done

    def done(self) -> bool:
        return self.is_done


@pytest.mark.parametrize(
    ("is_down", "listening", "goes"),
    [
        (False, None, True),
        (True, None, False),
        (False, Listening(False), False),
        (False, Listening(True), True),
    ],
)
def test_what_is_down_or_just_coming_back_does_not_go_down(
    is_down: bool, listening: Listening | None, goes: bool, listener: Listener
) -> None:
    loop = Loop()
    asyncio.run(listener.go_down(5.0))  # it has not been started
    listener.loop = loop  # type: ignore[assignment]
    listener.servers = []
    listener._address = ("127.0.0.1", 0)
    listener._back = loop if is_down else None  # type: ignore[assignment]
    listener._listening = listening  # type: ignore[assignment]
    asyncio.run(listener.go_down(5.0))
    assert loop.later == [(5.0, listener.come_back)] * goes
    assert (listener._waiting is not None) is goes
    if listener._waiting:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(listener._waiting.getsockname(), PATIENCE_S).close()
        listener._waiting.close()


class Connection:
    """A connection with the scope of its request, if it has one."""

    def __init__(self, *scope: dict[str, Any] | None) -> None:
        if scope:
            self.scope = scope[0]
        self.transport = self
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


def test_at_the_end_what_a_fault_holds_is_cut_and_nothing_else(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []

    async def shutdown(_: uvicorn.Server, sockets: object) -> None:
        ended.append(sockets)

    async def end() -> None:
        listened = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(listened.set_result, None)
        listener._listening = listened  # type: ignore[assignment]
        await listener.shutdown(None)
        assert listened.done()

    monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
    held = Connection({"extensions": {HELD: True}})
    others = [Connection({"extensions": {HELD: False}}), Connection({}), Connection(None), Connection()]
    monkeypatch.setattr(listener.server_state, "connections", {held, *others})
    back, kept = Loop(), open_socket("127.0.0.1", 0, listening=False)
    listener._back, listener._waiting = back, kept  # type: ignore[assignment]
    asyncio.run(end())
    assert [connection.aborted for connection in (held, *others)] == [True, False, False, False, False]
    assert (back.cancelled, kept.fileno(), ended) == (1, -1, [None])
    assert listener._waiting is None
