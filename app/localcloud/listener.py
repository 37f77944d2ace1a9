"""Runs uvicorn on a given socket, reports when it is ready, and can refuse connections for a time.

Invariants: a signal stops the server, not the process; while the server refuses connections, it keeps its
port with a socket that is bound but does not listen, so that no other program can take the port; a connection
that a simulated fault keeps open does not delay the shutdown.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.localcloud.faults.injector import HELD, TRANSPORT

# Long, because clients keep connections open: if the server closes one just as a client sends a call, the
# client sends that call again.
_KEEP_ALIVE_S = 75
_GRACE_S = 2
_BACKLOG = 256
_RETRY_S = 0.1


def open_socket(host: str, port: int, *, listening: bool) -> socket.socket:
    """Open a socket that is bound to `host` and `port`. If not `listening`, it refuses connections.

    Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if listening:
        taken = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    else:
        taken = socket.socket(family, socket.SOCK_STREAM)
        try:
            if hasattr(signal, "SIGKILL"):  # not on Windows, where other programs could then take the port
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((host, port))
        except OSError:
            taken.close()
            raise
    # asyncio disables Nagle's algorithm only on a socket whose protocol is stated as TCP. With the algorithm,
    # the body of each answer would wait 40 ms for the client to acknowledge the head.
    return socket.socket(family, taken.type, socket.IPPROTO_TCP, fileno=taken.detach())


class _Protocol(H11Protocol):
    """A client's connection. It stores its transport in the ASGI scope of each request.

    The fault injector needs the transport, for example to reset the connection.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {TRANSPORT: transport}
            await app(scope, receive, send)

        self.app = with_transport


class Listener(uvicorn.Server):
    """The uvicorn server that runs the local cloud's application. Calls `ready` once it answers requests."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=_Protocol,
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
        self.loop: asyncio.AbstractEventLoop | None = None
        self._ready = ready
        self._waiting: socket.socket | None = None
        """While the server is down, the bound socket that will listen when the server comes back."""
        self._address: tuple[str, int] = ("", 0)
        self._back: asyncio.TimerHandle | None = None
        self._listening: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer requests, then call `ready`."""
        assert sockets  # noqa: S101 - the local cloud always passes one
        self.loop = asyncio.get_running_loop()
        self._address = sockets[0].getsockname()[:2]
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the server, and abort the connections that a simulated fault keeps open."""
        if self._back:
            self._back.cancel()
        if self._listening:
            # The server is coming back: wait until it owns the socket again, so that it closes the socket.
            await self._listening
        if self._waiting:
            self._waiting.close()
        for connection in list(self.server_state.connections):
            if (getattr(connection, "scope", None) or {}).get("extensions", {}).get(HELD):
                connection.transport.abort()
        await super().shutdown(sockets)

    async def go_down(self, down_s: float) -> None:
        """Abort all connections, and refuse new ones for `down_s` seconds.

        Does nothing if the server is down already.
        """
        if self.loop is None or self._back or (self._listening and not self._listening.done()):
            return
        self._back = self.loop.call_later(down_s, self.come_back)
        for taken in (taken for server in self.servers for taken in server.sockets):
            with contextlib.suppress(NotImplementedError):  # the event loop of Windows has no readers
                self.loop.remove_reader(taken.fileno())
        # A connection that was just accepted can be closed only after one more turn of the event loop, in
        # which its server must still be open.
        for _ in range(2):
            await asyncio.sleep(0)
        if self.should_exit:
            return
        for server in self.servers:
            server.close()
        self.servers.clear()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        with contextlib.suppress(OSError):
            self._waiting = open_socket(*self._address, listening=False)

    def come_back(self) -> None:
        """End the outage that `go_down` began: accept connections again. Does nothing if there is no outage.

        Must be called in the thread of the event loop.
        """
        if self._back is None or self.loop is None or self.should_exit:
            return
        self._back.cancel()
        try:
            self._waiting = self._waiting or open_socket(*self._address, listening=False)
            self._waiting.listen(_BACKLOG)
        except OSError:
            # Another program uses the port at the moment: try again later.
            self._back = self.loop.call_later(_RETRY_S, self.come_back)
            return
        self._listening = self.loop.create_task(self._listen(self._waiting))
        self._back = self._waiting = None

    async def _listen(self, taken: socket.socket) -> None:
        def protocol() -> asyncio.Protocol:
            return _Protocol(self.config, self.server_state, self.lifespan.state)

        server = await asyncio.get_running_loop().create_server(protocol, sock=taken, backlog=_BACKLOG)
        self.servers.append(server)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """In a `with` block, let signals stop the server. Does nothing outside the main thread."""
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
    """The signals that stop the server: SIGINT, SIGTERM, and Ctrl+Break if the operating system has it."""
    ctrl_break = getattr(signal, "SIGBREAK", None)
    return [signal.SIGINT, signal.SIGTERM] + ([ctrl_break] if ctrl_break is not None else [])
