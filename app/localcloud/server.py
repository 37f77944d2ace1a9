"""The local cloud as a server: uvicorn on a socket of its own, in a thread or in the foreground.

Invariants: `start` returns when requests are answered; after `stop` the port is free, and a later `start`
takes the same one again, with all values still there. No access log is written, for the URLs hold tokens.
"""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FrameType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from app.localcloud import api, page
from app.localcloud.devices import Device, Devices
from app.localcloud.refusals import NOT_FOUND, RefusedError

# Senders keep their connections; one that the server closes between two calls costs a call sent twice.
_KEEP_ALIVE_S = 75
_GRACE_S = 2
_DEADLINE_S = 10


def wall_clock_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is out of reach of other computers."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_app(
    devices: Devices, clock_ms: Callable[[], int] = wall_clock_ms, middleware: Sequence[Middleware] = ()
) -> Starlette:
    """The ASGI application over `devices`; `middleware` stands before every route."""
    return Starlette(
        routes=[*api.routes(devices, clock_ms), *page.routes(devices, clock_ms)],
        middleware=middleware,
        exception_handlers={404: _no_such_path},
    )


async def _no_such_path(_request: Request, _error: HTTPException | Exception) -> Response:
    return api.refusal(RefusedError(NOT_FOUND, 404))


class LocalCloud:
    """A server that speaks the Blynk device API. Port 0 takes any free one; see `url`."""

    def __init__(
        self,
        devices: Iterable[Device],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        clock_ms: Callable[[], int] = wall_clock_ms,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        self._app = make_app(Devices(devices), clock_ms, middleware)
        self._host = host
        self._port = port
        self._listener: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port, once started."""
        return self._port

    @property
    def url(self) -> str:
        """The address for clients on this computer, without a slash at the end."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def listen(self) -> None:
        """Take the address, where that has not been done. Raises OSError where it cannot be listened on."""
        if self._listener is None:
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            taken = socket.create_server((self._host, self._port), family=family, backlog=256)
            # asyncio turns Nagle's delay off for sockets that call themselves TCP, and these do not: every
            # answer with a body would wait 40 ms for the client's acknowledgement of its head.
            self._listener = socket.socket(family, taken.type, socket.IPPROTO_TCP, fileno=taken.detach())
            self._port = self._listener.getsockname()[1]

    def start(self) -> Self:
        """Answer requests from a thread. Raises OSError as `listen` does."""
        ready = threading.Event()
        listener = self._taken_listener()
        self._server = server = _Server(self._app, ready.set)
        self._thread = threading.Thread(
            target=server.run, args=([listener],), name="local cloud", daemon=True
        )
        self._thread.start()
        if not ready.wait(_DEADLINE_S):
            raise TimeoutError("the local cloud did not start")
        return self

    def stop(self) -> None:
        """End the thread; calls that are being answered have 2 s to end. Does nothing when not started."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_DEADLINE_S)
            self._server = self._thread = None

    def serve_forever(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer requests from the calling thread until SIGINT or SIGTERM, then return.

        `ready` is called when requests are answered and signals are heard. Raises OSError as `listen` does.
        """
        _Server(self._app, ready).run([self._taken_listener()])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _taken_listener(self) -> socket.socket:
        """The listening socket, for a server that will close it."""
        self.listen()
        listener, self._listener = self._listener, None
        assert listener is not None  # noqa: S101 - `listen` has just set it
        return listener


class _Server(uvicorn.Server):
    """uvicorn, but it says when it is ready, and a signal ends it without ending the process."""

    def __init__(self, app: Starlette, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in _end_signals()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _end_signals() -> list[signal.Signals]:
    """SIGINT, SIGTERM, and Ctrl+Break where the operating system has it."""
    ctrl_break = getattr(signal, "SIGBREAK", None)
    return [signal.SIGINT, signal.SIGTERM] + ([ctrl_break] if ctrl_break is not None else [])
