"""The listener: what its answers tell of it, how signals end it, and how it comes back after it was down."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
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
from tests.waiting import PATIENCE_S


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
    """An event loop that only notes what is to come; it stands for its timers and tasks too."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.tasks: list[Any] = []
        self.cancelled = 0
        self.is_done = True

    def call_later(self, delay_s: float, act: Callable[[], None]) -> Loop:
        self.later.append((delay_s, act))
        return self

    def cancel(self) -> None:
        """What was to come does not."""
        self.cancelled += 1

    def create_task(self, task: Any) -> Loop:
        task.close()
        self.tasks.append(task)
        return self

    def done(self) -> bool:
        """Whether it listens again."""
        return self.is_done


class Busy:
    """A socket at whose address another program listens, for so many tries."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.backlogs: list[int] = []

    def listen(self, backlog: int) -> None:
        self.backlogs.append(backlog)
        if len(self.backlogs) <= self.tries:
            raise OSError("Address already in use")


@pytest.fixture
def loop(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Loop:
    """The loop of a listener that has been started at port 8080, and serves nobody."""

    async def startup(*_: object) -> None:
        """Nothing listens."""

    monkeypatch.setattr(uvicorn.Server, "startup", startup)
    monkeypatch.setattr(listener, "servers", [], raising=False)
    address = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 8080))
    asyncio.run(listener.startup([address]))  # type: ignore[list-item]
    loop = Loop()
    listener.loop = loop  # type: ignore[assignment]
    return loop


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sockets that there are to keep the port with, or errors; each that is asked for leaves the list."""
    there: list[Any] = []

    def open_one(host: str, port: int, *, listening: bool) -> Any:
        assert (host, port, listening) == ("127.0.0.1", 8080, False)
        found = there.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(listener_module, "open_socket", open_one)
    return there


def test_it_does_not_go_down_any_more_once_it_is_to_end(
    listener: Listener, opened: list[Any], monkeypatch: pytest.MonkeyPatch
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
    opened.append(Busy(0))
    asyncio.run(end_while_it_goes_down())
    # Its end closes what listens, and a socket that was opened now would be left open.
    assert (server.closes, len(opened)) == (0, 1)


def test_it_comes_back_as_soon_as_its_address_is_free(
    listener: Listener, loop: Loop, opened: list[Any]
) -> None:
    waiting = Busy(2)
    opened.append(waiting)
    asyncio.run(listener.go_down(5.0))
    assert loop.later == [(5.0, listener.come_back)]
    for _ in range(2):
        listener.come_back()
    assert loop.later[1:] == [(0.1, listener.come_back)] * 2
    assert loop.tasks == []
    listener.come_back()
    assert len(loop.tasks) == 1
    # It is there already.
    listener.come_back()
    assert (len(loop.tasks), waiting.backlogs) == (1, [256] * 3)


def test_where_its_address_was_taken_as_it_went_down_it_asks_for_it_as_it_comes_back(
    listener: Listener, loop: Loop, opened: list[Any]
) -> None:
    waiting = Busy(0)
    opened += [OSError("Address already in use"), waiting]
    asyncio.run(listener.go_down(5.0))
    assert opened == [waiting]
    listener.come_back()
    assert (opened, waiting.backlogs, len(loop.tasks)) == ([], [256], 1)


def test_what_is_down_or_just_coming_back_does_not_go_down(
    listener: Listener, loop: Loop, opened: list[Any]
) -> None:
    opened += [Busy(0), Busy(0)]
    asyncio.run(listener.go_down(5.0))
    asyncio.run(listener.go_down(6.0))  # It is down.
    listener.come_back()
    loop.is_done = False
    asyncio.run(listener.go_down(7.0))  # It is coming back.
    assert loop.later == [(5.0, listener.come_back)]
    loop.is_done = True
    asyncio.run(listener.go_down(8.0))
    assert loop.later[1:] == [(8.0, listener.come_back)]
    assert opened == []


def test_what_has_not_been_started_does_not_go_down(listener: Listener, opened: list[Any]) -> None:
    opened.append(Busy(0))
    asyncio.run(listener.go_down(5.0))
    assert len(opened) == 1


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


class Connection:
    """A connection with the scope of its request, if it has one."""

    def __init__(self, *scope: dict[str, Any] | None) -> None:
        if scope:
            self.scope = scope[0]
        self.transport = self
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """With which sockets the server below was ended."""
    ends: list[object] = []

    async def shutdown(_: uvicorn.Server, sockets: object) -> None:
        ends.append(sockets)

    monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
    return ends


def test_at_the_end_what_a_fault_holds_is_cut_and_nothing_else(
    listener: Listener, ended: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Connection({"extensions": {HELD: True}})
    others = [Connection({"extensions": {HELD: False}}), Connection({}), Connection(None), Connection()]
    monkeypatch.setattr(listener.server_state, "connections", {held, *others})
    asyncio.run(listener.shutdown(None))
    assert [connection.aborted for connection in (held, *others)] == [True, False, False, False, False]
    assert ended == [None]


def test_what_is_down_lets_go_of_its_port_at_the_end_and_does_not_come_back(
    listener: Listener, loop: Loop, opened: list[Any], ended: list[object]
) -> None:
    kept = open_socket("127.0.0.1", 0, listening=False)
    opened.append(kept)
    asyncio.run(listener.go_down(5.0))
    asyncio.run(listener.shutdown(None))
    assert (loop.cancelled, kept.fileno(), ended) == (1, -1, [None])


def test_what_is_just_coming_back_ends_once_it_is_there(
    listener: Listener, loop: Loop, opened: list[Any], ended: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket would be left open otherwise."""
    opened.append(Busy(0))
    asyncio.run(listener.go_down(5.0))

    async def end() -> None:
        listens = asyncio.get_running_loop().create_future()

        def create_task(task: Any) -> asyncio.Future[None]:
            task.close()
            return listens

        monkeypatch.setattr(loop, "create_task", create_task)
        listener.come_back()
        ending = asyncio.create_task(listener.shutdown(None))
        await asyncio.sleep(0)
        assert ended == []
        listens.set_result(None)
        await ending

    asyncio.run(end())
    assert ended == [None]
