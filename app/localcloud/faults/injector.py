"""The fault injector: an ASGI middleware that plays faults, some of them directly on the transport.

Invariants: faults are played only for requests whose path begins with `/external/api/`, except the calls
`history` and `properties`, which Blynk does not have. A fault that spoils an answer does so after the value
is stored. If the application refuses the call, its refusal is sent unchanged.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.localcloud.api import OWN_READS, PREFIX, refusal
from app.localcloud.devices import Devices
from app.localcloud.faults.file import Fault, FaultKind
from app.localcloud.faults.schedule import Call, FaultSchedule, targets_of
from app.localcloud.refusals import (
    BODY_TOO_LARGE,
    INVALID_TOKEN,
    NO_DATASTREAM,
    NOT_FOUND,
    TOO_MUCH_DATA,
    UNKNOWN_CONTENT_TYPE,
    WRONG_DATASTREAM_ID,
    WRONG_PIN,
    WRONG_VALUE,
    RefusedError,
    unknown_datastream,
)

TRANSPORT = "pinbridge.transport"
"""The key in a request's `scope["extensions"]` for the transport of its connection."""
HELD = "pinbridge.held"
"""The key in a request's `scope["extensions"]` for a flag: whether a fault is being played for the request.
If so, a shutdown may abort the connection."""

_PORTAL = b"<!DOCTYPE html><html><title>Guest network</title><form>Please log in.</form></html>"
_REFUSALS = {
    FaultKind.INVALID_TOKEN: INVALID_TOKEN,
    FaultKind.WRONG_PIN: WRONG_PIN,
    FaultKind.WRONG_DATASTREAM_ID: WRONG_DATASTREAM_ID,
    FaultKind.WRONG_VALUE: WRONG_VALUE,
    FaultKind.NO_DATASTREAM: NO_DATASTREAM,
    FaultKind.UNKNOWN_DATASTREAM: unknown_datastream("Faulty"),
    FaultKind.UNKNOWN_CONTENT_TYPE: UNKNOWN_CONTENT_TYPE,
    FaultKind.TOO_MUCH_DATA: TOO_MUCH_DATA,
    FaultKind.OTHER_400: "The moon is in the wrong place.",
}
_STATUSES = {
    FaultKind.FORBIDDEN: (403, "Forbidden."),
    FaultKind.NOT_FOUND: (404, NOT_FOUND),
    FaultKind.TOO_LARGE: (413, BODY_TOO_LARGE),
    FaultKind.QUOTA: (403, "Message quota exceeded."),
    FaultKind.TOO_MANY_REQUESTS: (429, "Too many requests."),
    FaultKind.RATE_LIMIT: (429, "Too many requests."),
    FaultKind.SERVER_ERROR: (503, "Service unavailable."),
}
_RAW_ANSWERS = {
    FaultKind.RESET_IN: b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it",
    FaultKind.SHORT_BODY: b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nOK",
    FaultKind.LONG_BODY: b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK, and more than it said",
}
_READ_S = 0.05
"""The seconds between the last write to a client and the reset, so that the client can read the bytes."""
_DOWN_S = 5.0
_LETTER_S = 0.5
_PART = b"x" * 4096


class FaultInjector:
    """A middleware that runs before every route and plays the faults of a schedule."""

    def __init__(
        self,
        app: ASGIApp,
        schedule: FaultSchedule,
        devices: Devices,
        clock_ms: Callable[[], int],
        go_down: Callable[[float], Awaitable[None]],
    ) -> None:
        """`go_down(seconds)` makes the server refuse connections for that many seconds."""
        self._app = app
        self._schedule = schedule
        self._devices = devices
        self._clock_ms = clock_ms
        self._go_down = go_down

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the application, or play the fault that is scheduled for this request."""
        path = scope.get("path", "")
        if not path.startswith(PREFIX) or path.removeprefix(PREFIX) in OWN_READS:
            await self._app(scope, receive, send)
            return
        met = self._schedule.meet(self._call(scope), self._clock_ms())
        if met.delay_s:
            scope["extensions"][HELD] = True
            await asyncio.sleep(met.delay_s)
            scope["extensions"][HELD] = False
        if met.fault is None:
            await self._app(scope, receive, send)
            return
        await self._do(met.fault, scope, receive, send)

    def _call(self, scope: Scope) -> Call:
        query: bytes = scope["query_string"]
        tokens = parse_qs(query.decode("latin-1")).get("token", [""])
        try:
            device = self._devices.by_token(tokens[0]).name
        except RefusedError:
            device = ""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        return Call(device, targets_of(query), len(query) + (int(length) if length.isdigit() else 0))

    async def _do(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        kind = fault.fault
        scope["extensions"][HELD] = True
        if kind in (FaultKind.DOWN, FaultKind.RESET_BEFORE):
            if kind is FaultKind.DOWN:
                await self._go_down(_DOWN_S if fault.down_s is None else fault.down_s)
            await _reset(scope, receive)
        elif kind is FaultKind.NO_ANSWER:
            await _hold(fault, scope, receive)
        elif response := self._answer(fault, scope):
            await _read_whole(receive)
            await response(scope, receive, send)
        else:
            messages = await self._take(scope, receive)
            if messages[0]["status"] == 200:
                await _corrupt(fault, messages, scope, receive, send)
            else:
                for message in messages:
                    await send(message)

    def _answer(self, fault: Fault, scope: Scope) -> Response | None:
        """The response that `fault` gives in place of the application.

        Returns None if the application must handle the call before `fault` is played.
        """
        kind = fault.fault
        if kind is FaultKind.CAPTIVE_PORTAL:
            return Response(_PORTAL, 200, media_type="text/html")
        if kind is FaultKind.WRONG_REGION:
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
            server = (fault.to or f"{scope['scheme']}://{host}").rstrip("/")
            return Response(status_code=308, headers={"location": f"{server}{path}?{query}"})
        if kind in _REFUSALS:
            return refusal(RefusedError(_REFUSALS[kind]))
        if kind in _STATUSES:
            status, words = _STATUSES[kind]
            response = refusal(RefusedError(words, fault.status or status))
            if fault.retry_after_s is not None:
                at_s = self._clock_ms() / 1000 + fault.retry_after_s
                response.headers["retry-after"] = (
                    email.utils.formatdate(at_s, usegmt=True) if fault.as_date else str(fault.retry_after_s)
                )
            return response
        return None

    async def _take(self, scope: Scope, receive: Receive) -> list[Message]:
        """Let the application handle the call, but send nothing to the client.

        Returns the application's answer: a list of ASGI messages.
        """
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        return messages


async def _corrupt(fault: Fault, messages: list[Message], scope: Scope, receive: Receive, send: Send) -> None:
    """Spoil the answer to a call that the application accepted. `messages` is the answer, still unsent."""
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]
    kind = fault.fault
    if kind is FaultKind.LOST_ANSWER:
        await _hold(fault, scope, receive)
    elif kind in _RAW_ANSWERS:
        transport.write(_RAW_ANSWERS[kind])
        if kind is FaultKind.RESET_IN:
            await asyncio.sleep(_READ_S)
            await _reset(scope, receive)
        else:
            transport.close()
            await _until_gone(receive)
    elif kind is FaultKind.RESET_AFTER:
        # Read no further request of the client until the reset.
        transport.pause_reading()
        for message in messages:
            await send(message)
        await asyncio.sleep(_READ_S)
        _cut(transport)
    elif kind is FaultKind.ENDLESS_BODY:
        await _stream(receive, send, lambda: send(_body(_PART)))
    elif kind is FaultKind.SLOW_BODY:
        pause_s = _LETTER_S if fault.delay_s is None else fault.delay_s

        async def letter() -> None:
            await send(_body(b"x"))
            await asyncio.sleep(pause_s)

        await _stream(receive, send, letter)
    else:
        await Response("OK, taken.", 200, media_type="text/plain")(scope, receive, send)


def _body(part: bytes) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": True}


async def _stream(receive: Receive, send: Send, step: Callable[[], Awaitable[Any]]) -> None:
    """Begin an answer of 1 GB. Then call `step` to send each part of it, until the client disconnects."""
    headers = [(b"content-length", b"1000000000"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_until_gone(receive))
    while not gone.done():
        await step()
        await asyncio.sleep(0)


async def _hold(fault: Fault, scope: Scope, receive: Receive) -> None:
    """Send nothing until the client disconnects.

    If the fault has `hold_s`, the connection is reset after that many seconds.
    """
    try:
        await asyncio.wait_for(_until_gone(receive), fault.hold_s)
    except TimeoutError:
        await _reset(scope, receive)


async def _reset(scope: Scope, receive: Receive) -> None:
    _cut(scope["extensions"][TRANSPORT])
    await _until_gone(receive)


def _cut(transport: asyncio.Transport) -> None:
    """Reset a connection, so that the client sees an error instead of an orderly close."""
    with_form = "hh" if os.name == "nt" else "ii"
    # The socket is closed already if the client disconnected first.
    with contextlib.suppress(OSError):
        linger = struct.pack(with_form, 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read_whole(receive: Receive) -> None:
    """Read the body of a request to its end, so that the connection can be used again after the answer."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return
