"""What the fault injector does to a connection and how long it waits; a stand-in connection records it."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.localcloud.devices import Device, Devices
from app.localcloud.faults import injector as injector
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.faults.injector import HELD, TRANSPORT, FaultInjector
from app.localcloud.faults.schedule import FaultSchedule

ABORTED = ["linger", "abort"]


class Connection:
    """Stands for the client, its transport and the application behind the injector; records what happens.

    The client disconnects after `letters` parts of an endless answer; if `letters` is 0, before the call.
    """

    def __init__(self, letters: int = 0) -> None:
        self.letters = letters
        self.happened: list[Any] = []
        self.gone = asyncio.Event()
        if not letters:
            self.gone.set()

    def write(self, data: bytes) -> None:
        self.happened.append(data.partition(b"\r\n")[0])

    def close(self) -> None:
        self.happened.append("close")

    def abort(self) -> None:
        self.happened.append("abort")

    def pause_reading(self) -> None:
        self.happened.append("pause")

    def get_extra_info(self, name: str) -> Connection:
        assert name == "socket"
        return self

    def setsockopt(self, level: int, option: int, value: bytes) -> None:
        assert (level, option) == (socket.SOL_SOCKET, socket.SO_LINGER)
        assert struct.unpack("hh" if os.name == "nt" else "ii", value) == (1, 0)
        self.happened.append("linger")

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.happened.append(message.get("body", message.get("status")))
        self.happened += [dict(message["headers"])] if "headers" in message else []
        self.letters -= message.get("more_body", False)
        if not self.letters:
            self.gone.set()

    async def app(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.happened.append(f"asked, {'held' if scope['extensions'].get(HELD) else 'not held'}")
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"OK"})


def happened(
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
    letters: int = 0,
    call: str = "update",
    query: bytes = b"token=T&v1=5",
) -> list[Any]:
    """Let a call meet `fault`. Returns what happens to it, in order; pauses are in seconds."""

    async def meet() -> list[Any]:
        connection = Connection(letters)

        async def no_sleep(seconds: float) -> None:
            if seconds:
                held = scope["extensions"].get(HELD)
                connection.happened.append(("held" if held else "not held", seconds))
            await asyncio.sleep(0)

        async def go_down(seconds: float) -> None:
            connection.happened.append(("down", seconds))

        # Patched only for the injector, because servers of other tests also sleep, in other threads.
        naps = SimpleNamespace(**{**vars(asyncio), "sleep": no_sleep})
        monkeypatch.setattr("app.localcloud.faults.injector.asyncio", naps)
        layer = FaultInjector(
            connection.app,
            FaultSchedule(FaultsFile(fault=(fault,)), 0),
            Devices([Device("Board", "T"), Device("other", "other")]),
            lambda: 0,
            go_down,
        )
        scope: Scope = {
            "path": f"/external/api/{call}",
            "query_string": query,
            "headers": [],
            "extensions": {TRANSPORT: connection},
        }
        await layer(scope, connection.receive, connection.send)
        return connection.happened

    return asyncio.run(meet())


TAKEN = "asked, held"


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (Fault(fault=FaultKind.DOWN), [("down", 5.0), *ABORTED]),
        (Fault(fault=FaultKind.DOWN, down_s=0.0), [("down", 0.0), *ABORTED]),
        (Fault(fault=FaultKind.RESET_BEFORE), ABORTED),
        (Fault(fault=FaultKind.RESET_IN), [TAKEN, b"HTTP/1.1 200 OK", ("held", 0.05), *ABORTED]),
        (Fault(fault=FaultKind.SHORT_BODY), [TAKEN, b"HTTP/1.1 200 OK", "close"]),
        (Fault(fault=FaultKind.LONG_BODY), [TAKEN, b"HTTP/1.1 200 OK", "close"]),
        (Fault(fault=FaultKind.RESET_AFTER), [TAKEN, "pause", 200, b"OK", ("held", 0.05), *ABORTED]),
        (Fault(fault=FaultKind.LATENCY, delay_s=3.0), [("held", 3.0), "asked, not held", 200, b"OK"]),
        (Fault(fault=FaultKind.LATENCY, delay_s=0.0), ["asked, not held", 200, b"OK"]),
        (Fault(fault=FaultKind.NO_ANSWER), []),
        (Fault(fault=FaultKind.LOST_ANSWER), [TAKEN]),
    ],
)
def test_what_each_fault_does_in_order(
    fault: Fault, what: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert happened(fault, monkeypatch) == what


ENDLESS = {b"content-length": b"1000000000", b"content-type": b"text/plain"}


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (Fault(fault=FaultKind.SLOW_BODY), [b"x", ("held", 0.5)]),
        (Fault(fault=FaultKind.SLOW_BODY, delay_s=2.0), [b"x", ("held", 2.0)]),
        (Fault(fault=FaultKind.ENDLESS_BODY), [b"x" * 4096]),
    ],
)
def test_an_endless_body_is_sent_in_parts_until_the_client_goes_away(
    fault: Fault, step: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = happened(fault, monkeypatch, letters=3)
    expected = [TAKEN, 200, ENDLESS, *step * 3]
    assert heard[: len(expected)] == expected


@pytest.mark.parametrize("query", [b"token=nobody", b"v1=5"])
def test_a_call_with_an_unknown_token_meets_no_fault_of_a_device(
    query: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(fault=FaultKind.RESET_BEFORE, device="other")
    assert happened(fault, monkeypatch, query=query) == ["asked, not held", 200, b"OK"]
    assert happened(fault, monkeypatch, query=b"token=other") == ABORTED


@pytest.mark.parametrize("call", ["history", "properties"])
def test_the_reads_that_are_ours_meet_no_fault(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = happened(Fault(fault=FaultKind.FORBIDDEN), monkeypatch, call=call)
    assert heard == ["asked, not held", 200, b"OK"]


def meet(fault: Fault, scope: dict[str, Any], receive: Receive) -> list[Message]:
    """The ASGI messages of the answer to a call that meets `fault`."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    schedule = FaultSchedule(FaultsFile(fault=(fault,)), 0)
    layer = FaultInjector(Connection().app, schedule, Devices([]), lambda: 0, asyncio.sleep)
    known = {"type": "http", "path": "/external/api/update", "query_string": b"", "headers": []}
    asyncio.run(layer({**known, "extensions": {}, **scope}, receive, send))
    return sent


async def no_body() -> Message:
    return LAST


def test_a_308_to_this_server_without_a_host_header_has_no_host() -> None:
    scope = {"scheme": "http", "raw_path": b"/external/api/update", "query_string": b"v1=5"}
    start, _ = meet(Fault(fault=FaultKind.WRONG_REGION), scope, no_body)
    assert dict(start["headers"])[b"location"] == b"http:/external/api/update?v1=5"


@pytest.mark.parametrize(
    ("headers", "size"),
    [([], 12), ([(b"content-length", b"30")], 42), ([(b"content-length", b"x")], 12)],
)
@pytest.mark.parametrize("more", [0, 1])
def test_the_size_of_a_call_is_that_of_its_query_and_its_body(
    headers: list[tuple[bytes, bytes]], size: int, more: int
) -> None:
    too_large = Fault(fault=FaultKind.TOO_LARGE, over_bytes=size - more)
    start, _ = meet(too_large, {"query_string": b"token=T&v1=5", "headers": headers}, no_body)
    assert start["status"] == (413 if more else 200)


@pytest.mark.parametrize(("system", "form"), [("nt", "hh"), ("posix", "ii")])
def test_a_connection_is_reset_with_the_option_of_its_system(
    system: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the linger option is two shorts, elsewhere two ints."""
    asked: list[bytes] = []
    monkeypatch.setattr(Connection, "setsockopt", lambda _self, *option: asked.append(option[-1]))
    monkeypatch.setattr(injector, "os", SimpleNamespace(name=system))
    assert happened(Fault(fault=FaultKind.RESET_BEFORE), monkeypatch) == ["abort"]
    assert asked == [struct.pack(form, 1, 0)]


MORE: Message = {"type": "http.request", "more_body": True}
LAST: Message = {"type": "http.request"}
GONE: Message = {"type": "http.disconnect"}


@pytest.mark.parametrize(
    ("messages", "left"), [([MORE, MORE, LAST, GONE], [GONE]), ([MORE, GONE, MORE], [MORE])]
)
def test_the_body_of_a_call_is_read_to_its_end_and_no_further(
    messages: list[Message], left: list[Message]
) -> None:
    """The client can send its next call on the same connection only if the body was read."""
    coming = list(messages)

    async def receive() -> Message:
        return coming.pop(0)

    meet(Fault(fault=FaultKind.FORBIDDEN), {}, receive)
    assert coming == left
