"""A listener that goes down for a time: how it comes back, and how it stops while it is down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from app.localcloud import listener as listener_module
from app.localcloud.listener import Listener, open_socket


@pytest.fixture
def listener() -> Listener:
    return Listener(Starlette(), lambda: None)


class Loop:
    """Stands for an event loop and for its timers and tasks; only records the calls of its methods."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.tasks: list[Any] = []
        self.cancelled = 0
        self.is_done = True

    def call_later(self, delay_s: float, act: Callable[[], None]) -> Loop:
        self.later.append((delay_s, act))
        return self

    def cancel(self) -> None:
        """Record that a timer was cancelled."""
        self.cancelled += 1

    def create_task(self, task: Any) -> Loop:
        task.close()
        self.tasks.append(task)
        return self

    def done(self) -> bool:
        """Whether the task that lets the listener accept connections again is done."""
        return self.is_done


class Busy:
    """A socket whose port is in use by another program for the first `tries` calls of `listen`."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.backlogs: list[int] = []

    def listen(self, backlog: int) -> None:
        self.backlogs.append(backlog)
        if len(self.backlogs) <= self.tries:
            raise OSError("Address already in use")


@pytest.fixture
def loop(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Loop:
    """Start `listener` on port 8080 without a real socket. Returns its event loop."""

    async def startup(*_: object) -> None:
        """Start nothing."""

    monkeypatch.setattr(uvicorn.Server, "startup", startup)
    monkeypatch.setattr(listener, "servers", [], raising=False)
    address = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 8080))
    asyncio.run(listener.startup([address]))  # type: ignore[list-item]
    loop = Loop()
    listener.loop = loop  # type: ignore[assignment]
    return loop


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sockets that `open_socket` returns one after the other; a test adds them, or errors to raise."""
    there: list[Any] = []

    def open_one(host: str, port: int, *, listening: bool) -> Any:
        assert (host, port, listening) == ("127.0.0.1", 8080, False)
        found = there.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(listener_module, "open_socket", open_one)
    return there


def test_it_does_not_go_down_while_it_stops(
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
    # Stopping closes the listening sockets; it would not close a socket that was opened now.
    assert (server.closes, len(opened)) == (0, 1)


def test_it_comes_back_as_soon_as_its_port_is_free(listener: Listener, loop: Loop, opened: list[Any]) -> None:
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
    # A further call does nothing, because the listener is back already.
    listener.come_back()
    assert (len(loop.tasks), waiting.backlogs) == (1, [256] * 3)


def test_if_it_could_not_keep_the_port_it_binds_it_when_it_comes_back(
    listener: Listener, loop: Loop, opened: list[Any]
) -> None:
    waiting = Busy(0)
    opened += [OSError("Address already in use"), waiting]
    asyncio.run(listener.go_down(5.0))
    assert opened == [waiting]
    listener.come_back()
    assert (opened, waiting.backlogs, len(loop.tasks)) == ([], [256], 1)


def test_it_does_not_go_down_while_it_is_down_or_coming_back(
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


def test_it_does_not_go_down_before_it_is_started(listener: Listener, opened: list[Any]) -> None:
    opened.append(Busy(0))
    asyncio.run(listener.go_down(5.0))
    assert len(opened) == 1


@pytest.mark.parametrize("has_readers", [True, False])
def test_going_down_stops_accepting_before_it_closes_the_server(
    has_readers: bool,
    listener: Listener,
    loop: Loop,
    opened: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On Windows, the event loop has no readers to remove."""
    happened: list[object] = []

    class Server:
        sockets = (SimpleNamespace(fileno=lambda: 7),)

        def close(self) -> None:
            happened.append("closed")

    def remove_reader(number: int) -> None:
        happened.append(number)
        if not has_readers:
            raise NotImplementedError

    async def sleep(seconds: float) -> None:
        happened.append(f"a turn of {seconds} s")

    monkeypatch.setattr(loop, "remove_reader", remove_reader, raising=False)
    monkeypatch.setattr(listener_module, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    listener.servers = [Server()]  # type: ignore[list-item]
    opened.append(Busy(0))
    asyncio.run(listener.go_down(5.0))
    assert happened == [7, "a turn of 0 s", "a turn of 0 s", "closed"]
    assert listener.servers == []


def test_it_does_not_come_back_while_it_stops(listener: Listener, loop: Loop, opened: list[Any]) -> None:
    waiting = Busy(0)
    opened.append(waiting)
    asyncio.run(listener.go_down(5.0))
    listener.should_exit = True
    listener.come_back()
    assert (waiting.backlogs, loop.tasks) == ([], [])


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The `sockets` argument of each call of uvicorn's own shutdown."""
    ends: list[object] = []

    async def shutdown(_: uvicorn.Server, sockets: object) -> None:
        ends.append(sockets)

    monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
    return ends


def test_stopping_while_it_is_down_frees_the_port(
    listener: Listener, loop: Loop, opened: list[Any], ended: list[object]
) -> None:
    kept = open_socket("127.0.0.1", 0, listening=False)
    opened.append(kept)
    asyncio.run(listener.go_down(5.0))
    asyncio.run(listener.shutdown(None))
    assert (loop.cancelled, kept.fileno(), ended) == (1, -1, [None])


def test_stopping_while_it_comes_back_waits_until_it_is_back(
    listener: Listener, loop: Loop, opened: list[Any], ended: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the socket on which it listens again would stay open."""
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
