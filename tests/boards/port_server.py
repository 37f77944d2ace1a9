"""A server of a serial port by RFC 2217, made of pyserial's own server side; a test plays the board."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

from serial import rfc2217


class PortServer:
    """Serves one client after the other, on this computer."""

    def __init__(self, slowest: int) -> None:
        """`slowest` is the lowest baud rate of the far port."""
        self._slowest = slowest
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._listener.getsockname()[1]}"
        self.taken = bytearray()
        """What the client has sent to the board."""
        self.changes: list[tuple[str, object]] = []
        """What the client has set at the far port, in order, each as (name, value)."""
        self._client: socket.socket | None = None
        self._manager: rfc2217.PortManager | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def say(self, data: bytes) -> None:
        """Send bytes of the board to the client."""
        assert self._client
        assert self._manager
        self._client.sendall(b"".join(self._manager.escape(data)))

    def hang_up(self) -> None:
        """End the connection to the client."""
        assert self._client
        self._client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Serve nobody any more."""
        with suppress(OSError):  # Only Linux shuts down a listening socket: elsewhere, closing is enough.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                self._client, _ = self._listener.accept()
            except OSError:
                return
            with self._client:
                self._talk(self._client)

    def _talk(self, client: socket.socket) -> None:
        self._manager = manager(client, FarPort(self.changes, self._slowest))
        while data := client.recv(1024):
            self.taken += b"".join(self._manager.filter(data))


class FarPort:
    """The far serial port; it notes what is set."""

    _changes: list[tuple[str, object]]
    _slowest: int
    cts = dsr = ri = cd = True
    bytesize, parity, stopbits, baudrate = 8, "N", 1, 9600

    def __init__(self, changes: list[tuple[str, object]], slowest: int) -> None:
        object.__setattr__(self, "_changes", changes)
        object.__setattr__(self, "_slowest", slowest)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "baudrate" and isinstance(value, int) and value < self._slowest:
            raise ValueError(value)
        self._changes.append((name, value))
        object.__setattr__(self, name, value)

    def reset_input_buffer(self) -> None:
        """Nothing waits."""

    reset_output_buffer = reset_input_buffer


def manager(client: socket.socket, port: FarPort) -> rfc2217.PortManager:
    """The server's side of RFC 2217 for one client."""
    to_client = SimpleNamespace(write=client.sendall)
    return rfc2217.PortManager(port, to_client)  # type: ignore[arg-type]


@contextmanager
def port_server(slowest: int = 0) -> Iterator[PortServer]:
    """A server, which is closed at the end of the `with` block."""
    server = PortServer(slowest)
    try:
        yield server
    finally:
        server.close()
