"""The local cloud as a server, in a thread or in the foreground.

Invariants: when `start` returns, the server is ready for requests; when `stop` returns, the port is free. A
later `start` uses the same port again, and all values are still there. No access log is written, because URLs
contain tokens.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from app.localcloud import api
from app.localcloud.devices import Device, Devices
from app.localcloud.faults import routes as fault_routes
from app.localcloud.faults.file import FaultsFile
from app.localcloud.faults.injector import FaultInjector
from app.localcloud.faults.schedule import FaultSchedule
from app.localcloud.listener import Listener, open_socket
from app.localcloud.page import page
from app.localcloud.refusals import NOT_FOUND, RefusedError

_DEADLINE_S = 10


def wall_clock_ms() -> int:
    """The current Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def make_app(
    devices: Devices,
    clock_ms: Callable[[], int],
    faults: FaultSchedule,
    switch: Callable[[FaultsFile], None],
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """The ASGI application: the device API, the web page with live values, and the route `/faults`.

    `switch` replaces the current faults by those that a client sends to `/faults`. `middleware` runs before
    every route.
    """
    return Starlette(
        routes=[
            *api.routes(devices, clock_ms),
            *page.routes(devices, faults, clock_ms),
            *fault_routes.routes(faults, switch, clock_ms),
        ],
        middleware=middleware,
        exception_handlers={404: _no_such_path},
    )


async def _no_such_path(_request: Request, _error: HTTPException | Exception) -> Response:
    return api.refusal(RefusedError(NOT_FOUND, 404))


class LocalCloud:
    """A server for the Blynk device API. With port 0, it takes a free port, which `port` and `url` show."""

    def __init__(
        self,
        devices: Iterable[Device],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        clock_ms: Callable[[], int] = wall_clock_ms,
        faults: FaultsFile | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        known = Devices(devices)
        self._clock_ms = clock_ms
        self._faults = FaultSchedule(faults or FaultsFile(), clock_ms())
        self._app = make_app(
            known,
            clock_ms,
            self._faults,
            self._switch,
            [Middleware(FaultInjector, self._faults, known, clock_ms, self._go_down), *middleware],
        )
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._server: Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port of the server. Before `listen` or `start`, it is the requested port, which may be 0."""
        return self._port

    @property
    def url(self) -> str:
        """The URL for clients on this computer, without a slash at the end."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def listen(self) -> None:
        """Open the listening socket if it is not open yet. Raises OSError if the address cannot be used."""
        if self._socket is None:
            self._socket = open_socket(self._host, self._port, listening=True)
            self._port = self._socket.getsockname()[1]

    def set_faults(self, faults: FaultsFile) -> None:
        """Replace the current faults by `faults`. Must not be called in the thread that runs the cloud."""
        loop = self._server.loop if self._server else None
        if loop is None or not loop.is_running():
            self._switch(faults)
            return

        async def switch() -> None:
            self._switch(faults)

        asyncio.run_coroutine_threadsafe(switch(), loop).result(_DEADLINE_S)

    def start(self) -> Self:
        """Answer requests in a new thread. Raises OSError if the address cannot be used."""
        ready = threading.Event()
        listener = self._taken_listener()
        self._server = server = Listener(self._app, ready.set)
        self._thread = threading.Thread(
            target=server.run, args=([listener],), name="local cloud", daemon=True
        )
        self._thread.start()
        if not ready.wait(_DEADLINE_S):
            raise TimeoutError("the local cloud did not start")
        return self

    def stop(self) -> None:
        """Stop the thread; calls in progress have 2 s to finish. Does nothing if no thread is running."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_DEADLINE_S)
            self._server = self._thread = None

    def serve_forever(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer requests in the calling thread until SIGINT or SIGTERM.

        Calls `ready` as soon as the server answers requests and handles signals. Raises OSError if the
        address cannot be used.
        """
        self._server = Listener(self._app, ready)
        self._server.run([self._taken_listener()])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _taken_listener(self) -> socket.socket:
        """Open the listening socket if it is not open yet, and return it. Raises OSError as `listen` does.

        The caller runs a server on the socket. That server closes the socket, so this object keeps no
        reference to the socket.
        """
        self.listen()
        listener, self._socket = self._socket, None
        assert listener is not None  # noqa: S101 - `listen` has just set it
        return listener

    def _switch(self, faults: FaultsFile) -> None:
        self._faults.switch(faults, self._clock_ms())
        if self._server:
            self._server.come_back()

    async def _go_down(self, down_s: float) -> None:
        if self._server:
            await self._server.go_down(down_s)
