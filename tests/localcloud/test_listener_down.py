"""A listener that goes down for a time: how it comes back, and how it ends meanwhile."""

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


@pytest.mark.parametrize("has_readers", [True, False])
def test_as_it_goes_down_it_accepts_nobody_and_then_serves_whom_it_has_accepted(
    has_readers: bool,
    listener: Listener,
    loop: Loop,
    opened: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows' loop has no readers."""
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


def test_it_does_not_come_back_any_more_once_it_is_to_end(
    listener: Listener, loop: Loop, opened: list[Any]
) -> None:
    waiting = Busy(0)
    opened.append(waiting)
    asyncio.run(listener.go_down(5.0))
    listener.should_exit = True
    listener.come_back()
    assert (waiting.backlogs, loop.tasks) == ([], [])


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """With which sockets the server below was ended."""
    ends: list[object] = []

    async def shutdown(_: uvicorn.Server, sockets: object) -> None:
        ends.append(sockets)

    monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
    return ends


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
