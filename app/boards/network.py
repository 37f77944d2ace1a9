"""Boards on the network: raw bytes over TCP (`socket://`), and servers of serial ports (`rfc2217://`).

Invariants: if a board vanishes without closing the connection (power cut, Wi-Fi gone), the connection fails
within 20 s; a silent board stays connected for ever, because its operating system still answers; all bytes
that came before the failure are returned before the failure is.
"""

from __future__ import annotations

import errno
import logging
import queue
import select
import socket
import sys
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

from serial import SerialException, rfc2217

from app.boards.errors import NotTakenError, PortError
from app.boards.reset import before_open, pulse
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message

log = logging.getLogger(__name__)

CHUNK_BYTES = 65536
_CONNECT_S = 5.0
_WAIT_S = 0.2
_WRITE_S = 0.5
_IDLE_S, _INTERVAL_S, _PROBES = 5, 2, 5
VANISHED_S = _IDLE_S + _INTERVAL_S * _PROBES
"""After this time without any answer of the far end's operating system, the connection fails."""
_OPTIONS = {
    "TCP_KEEPIDLE": _IDLE_S,
    "TCP_KEEPALIVE": _IDLE_S,  # macOS's name for TCP_KEEPIDLE
    "TCP_KEEPINTVL": _INTERVAL_S,
    "TCP_KEEPCNT": _PROBES,
    "TCP_USER_TIMEOUT": VANISHED_S * 1000,  # Linux
}
_UNACKNOWLEDGED = {
    "darwin": 0x80,  # TCP_RXT_CONNDROPTIME in netinet/tcp.h
    "win32": 5,  # TCP_MAXRT in ws2ipdef.h
}
"""The option that limits, in seconds, how long sent bytes may stay without an answer; `socket` lacks it."""
_WINDOWS_PROBES = 10
"""Windows always sends this many: https://learn.microsoft.com/windows/win32/winsock/sio-keepalive-vals."""
_CLOSED = "the connection was closed at the other end"


def keep_alive(connection: socket.socket) -> None:
    """Let the operating system probe the far end of a silent TCP connection.

    If the far end leaves the probes, or bytes that were sent to it, unanswered for `VANISHED_S` seconds, the
    next use of the connection raises OSError.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "win32":
        pause_ms = 1000 * (VANISHED_S - _IDLE_S) // _WINDOWS_PROBES
        connection.ioctl(socket.SIO_KEEPALIVE_VALS, (1, 1000 * _IDLE_S, pause_ms))
    else:
        for name, value in _OPTIONS.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if option := _UNACKNOWLEDGED.get(sys.platform):
        with suppress(OSError):  # an older system, which gives up by itself later
            connection.setsockopt(socket.IPPROTO_TCP, option, VANISHED_S)


class SocketSource:
    """A TCP connection over which a board sends its bytes as they are."""

    def __init__(self, address: str) -> None:
        """Connect to `address`, such as `socket://192.168.1.5:4000`. Raises OSError."""
        parts = urlsplit(address)
        self._connection = socket.create_connection((parts.hostname, parts.port), _CONNECT_S)
        self._connection.settimeout(_WRITE_S)
        keep_alive(self._connection)

    def read(self) -> bytes:
        """See `app.boards.sources.Source`."""
        ready, _, _ = select.select([self._connection], [], [], _WAIT_S)
        if not ready:
            return b""
        chunk = self._connection.recv(CHUNK_BYTES)
        if not chunk:
            raise ConnectionResetError(errno.ECONNRESET, _CLOSED)
        return chunk

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing: the far end sends its bytes at a rate of its own."""

    def write(self, data: bytes) -> None:
        """See `app.boards.sources.Source`."""
        try:
            self._connection.sendall(data)
        except TimeoutError as error:
            if error.errno is None:
                raise NotTakenError from None
            raise  # the board has vanished

    def close(self) -> None:
        """See `app.boards.sources.Source`."""
        self._connection.close()


class _Client(rfc2217.Serial):
    """pyserial's client; its thread ends without a crash report if a server does not keep to the protocol.

    It also closes its connection if the server has ended it before, which pyserial leaves open then.
    """

    has_lost_server = False
    """Whether the server has ended the connection."""

    @property
    def sends_other_bytes(self) -> bool:
        """Whether the server has sent bytes, but has agreed to no option of the protocol."""
        agrees = any(option.active for option in self._telnet_options)  # type: ignore[attr-defined]
        return not agrees and any(self._read_buffer.queue)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close the connection, and wait for the thread that reads it."""
        connection = self._socket  # type: ignore[attr-defined]
        super().close()
        if connection:
            connection.close()

    def _telnet_read_loop(self) -> None:
        try:
            super()._telnet_read_loop()  # type: ignore[misc]
            self.has_lost_server = self.is_open
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            log.info("%s does not keep to RFC 2217: %s", self.port, error)
            self._read_buffer.put(None)  # type: ignore[attr-defined]


class Rfc2217Source:
    """A serial port of another computer, which a server such as ser2net offers by RFC 2217."""

    def __init__(self, address: str, device: DeviceConfig) -> None:
        """Connect to `address`, such as `rfc2217://192.168.1.5:2217`, and set up the far port.

        Raises OSError, ValueError or PortError.
        """
        # The type stubs lack the parts of the client that are used below.
        self._port = cast(Any, _Client(None, device.baud_rate))
        self._port.port = address
        before_open(self._port, device, is_remote=True)
        try:
            self._port.open()
            self._port._socket.settimeout(_WRITE_S)
            keep_alive(self._port._socket)
            if device.reset_on_connect and device.dtr is not False:
                pulse(self._port)
        except BaseException as error:
            self.close()
            is_lost = isinstance(error, OSError) and self._port.has_lost_server
            if is_lost or isinstance(error, ConnectionError):
                if self._port.sends_other_bytes:
                    raise PortError(
                        LinkState.NO_SUCH_PORT, Message("rfc2217_not_spoken", port=address)
                    ) from error
                # pyserial may only report that an answer did not come in time.
                raise ConnectionResetError(errno.ECONNRESET, _CLOSED) from error
            raise

    def read(self) -> bytes:
        """See `app.boards.sources.Source`.

        pyserial's own `read` drops the last bytes if the connection fails, so this takes them from its queue.
        """
        chunk = bytearray()
        with suppress(queue.Empty):
            while len(chunk) < CHUNK_BYTES:
                piece = self._port._read_buffer.get(timeout=0 if chunk else _WAIT_S)
                if piece is None:
                    break
                chunk += piece
        if not chunk and not self._port._thread.is_alive():
            raise ConnectionResetError(errno.ECONNRESET, _CLOSED)
        return bytes(chunk)

    def set_baud_rate(self, baud_rate: int) -> None:
        """See `app.boards.sources.Source`. The far port gets the new rate."""
        self._port.baudrate = baud_rate

    def write(self, data: bytes) -> None:
        """See `app.boards.sources.Source`."""
        self._port.write(data)

    def close(self) -> None:
        """See `app.boards.sources.Source`."""
        with suppress(SerialException, OSError):
            self._port.close()


def open_network(address: str, device: DeviceConfig) -> SocketSource | Rfc2217Source:
    """Connect to the board at `address` for `device`. Raises OSError, ValueError or PortError."""
    return Rfc2217Source(address, device) if address.startswith("rfc2217:") else SocketSource(address)
