"""A local cloud that notes the calls with each token, in the order in which they came."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.bench.gate import Gate


class Call(NamedTuple):
    """A call as the cloud received it, without its token."""

    words: str
    """Path, parameters and body of the call, such as `update v1=5` or `batch/update pin=v1 [[…]]`."""
    at_s: float
    """The time of the call in seconds, by the trial's clock."""


class Calls:
    """The calls so far, by token."""

    def __init__(self) -> None:
        self.now_s: Callable[[], float] = lambda: 0.0
        self._by_token: dict[str, list[Call]] = {}

    def of(self, token: str) -> list[Call]:
        """The calls so far with `token`, in the order in which they came."""
        return list(self._by_token.get(token, ()))

    def add(self, path: str, query: str, body: bytes) -> None:
        """Note a call, with the time now, under the token in its query."""
        pairs = parse_qsl(query, keep_blank_values=True)
        words = [path.removeprefix("/external/api/"), *(f"{key}={value}" for key, value in pairs[1:])]
        call = Call(" ".join(filter(None, [*words, body.decode()])), self.now_s())
        assert pairs[0][0] == "token"
        self._by_token.setdefault(pairs[0][1], []).append(call)


class _Listening:
    """Middleware of a cloud that notes each call before it is answered."""

    def __init__(self, app: ASGIApp, calls: Calls) -> None:
        self._app, self._calls = app, calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""

        async def tapped() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Before the answer is sent, so that a client that has its answer finds the call here.
                self._calls.add(scope["path"], scope["query_string"].decode(), body)
            await send(message)

        if scope["type"] == "http":
            await self._app(scope, tapped, answer)
        else:
            await self._app(scope, receive, send)


class TrialCloud:
    """A local cloud with an open device for each of the tokens `given`, by default for each of 500 tokens."""

    def __init__(self, *given: str) -> None:
        self.calls = Calls()
        self.is_open = threading.Event()
        """While it is not set, calls stay in flight."""
        self.is_open.set()
        self._tokens = given or [f"trial-token-{number:04}" for number in range(500)]
        self._cloud = LocalCloud(
            [Device(token, token, open=True) for token in self._tokens],
            middleware=[Middleware(_Listening, calls=self.calls), Middleware(Gate, is_open=self.is_open)],
        )
        self._free = iter(self._tokens)

    def __enter__(self) -> TrialCloud:
        self._cloud.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cloud.stop()

    @property
    def url(self) -> str:
        return self._cloud.url

    def token(self) -> str:
        """The token of a device that no other trial uses."""
        return next(self._free)
