"""HTTP connections on which no call lasts for ever: one deadline bounds all that a call waits for.

The HTTP libraries apply a time-out to each operation on a socket, so a server that sends a byte now and then
can hold a call for hours. Here, every operation gets the time that is left until the deadline.

Invariants: connecting (to each address of a host), the tunnel through a proxy, the TLS handshake, sending,
the head of an answer and its body all end at the deadline, except that looking up a name takes as long as the
operating system makes it take; no more than `_MAX_INTERIM` interim answers are passed over.
"""

from __future__ import annotations

import http.client
import io
import math
import socket
import sys
import time
from functools import partial
from typing import Any, NamedTuple, cast

import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from app.security.trust import SystemTrust

_PIECE_BYTES = 16384
_MAX_INTERIM = 20
"""How many answers with a status from 100 to 199 may come before the answer. Blynk sends none."""


class Deadline:
    """The time at which the present call of a client must have ended."""

    def __init__(self, silence_s: float) -> None:
        """`silence_s` is the longest wait for the next byte."""
        self._silence_s = silence_s
        self._ends_s = math.inf

    def start(self, seconds: float) -> None:
        """Begin a call that may take `seconds` in all."""
        self._ends_s = time.monotonic() + seconds

    def left_s(self) -> float:
        """How long the next operation may take. Raises TimeoutError if nothing is left."""
        left_s = self._ends_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        return min(left_s, self._silence_s)


class Adapter(SystemTrust):
    """Keeps the connection pool of the last server, so that `requests` need not find it for every call."""

    def __init__(self, proxies: dict[str, str], deadline: Deadline) -> None:
        """All connections end their operations at `deadline`."""
        super().__init__()
        self._proxies = proxies
        self._deadline = deadline
        self._server = ""
        self._pool: HTTPConnectionPool | None = None

    def pool(self, server: str) -> HTTPConnectionPool:
        """The connection pool for a server. It uses the proxy, if any, and the trusted certificates."""
        if self._pool is None or server != self._server:
            request = requests.PreparedRequest()
            request.method, request.url = "GET", server
            found = self.get_connection_with_tls_context(request, verify=True, proxies=self._proxies)
            pool = cast(HTTPConnectionPool, found)
            pool.ConnectionCls = _Encrypted if pool.scheme == "https" else _Plain
            pool.conn_kw["deadline"] = self._deadline
            self.cert_verify(pool)
            self._pool, self._server = pool, server
        return self._pool

    def close(self) -> None:
        """Close the connection."""
        super().close()
        if self._pool is not None:
            self._pool.close()


class _Plain(HTTPConnection):
    """A connection whose operations end at a deadline."""

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline = deadline
        self.response_class = cast(type[http.client.HTTPResponse], partial(_Response, deadline))

    def connect(self) -> None:
        """Connect, through the proxy if there is one, and shake hands.

        Raises ConnectTimeoutError if the deadline ends this, so that it is known that no request was sent.
        """
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "deadline") from error

    def _new_conn(self) -> socket.socket:
        """Connect to the first address of the host that answers.

        The time-out for connecting is for each address; a host may have many that do not answer.
        """
        host, family = self._dns_host.strip("[]"), allowed_gai_family()
        try:
            found = socket.getaddrinfo(host, self.port, family, socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failure: Exception = ConnectTimeoutError(self, "none")
        for *kind, _, address in found:
            try:
                return self._connected(kind, address)
            except ConnectionRefusedError:
                failure = NewConnectionError(self, "refused")
            except OSError as error:
                # No way to this address. If another address has refused, that says more.
                if not isinstance(failure, NewConnectionError):
                    failure = ConnectTimeoutError(self, type(error).__name__)
        raise failure

    def _connected(self, kind: list[Any], address: Any) -> socket.socket:
        """A socket of this `kind`, connected to `address`. Raises OSError."""
        sock = socket.socket(*kind)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(min(self.timeout or math.inf, self._deadline.left_s()))
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock

    def send(self, data: Any) -> None:
        """Send `data`, which is bytes, in pieces: the time-out of a socket is for each operation."""
        if self.sock is None:
            self.connect()
        sys.audit("http.client.send", self, data)  # as Python's own method does
        self.sock.settimeout(self._deadline.left_s())
        self.sock.sendall(data[:_PIECE_BYTES])
        for at in range(_PIECE_BYTES, len(data), _PIECE_BYTES):
            self.sock.settimeout(self._deadline.left_s())
            self.sock.sendall(data[at : at + _PIECE_BYTES])


class _Encrypted(_Plain, HTTPSConnection):
    """A TLS connection whose operations end at a deadline."""

    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> Any:
        """Connect to a proxy over TLS. The TLS connection to the server then goes through this one."""
        return _Outer(super()._connect_tls_proxy(hostname, sock), self._deadline)


class _Outer:
    """The TLS connection to a proxy. What is read from it ends at a deadline."""

    def __init__(self, sock: Any, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int) -> bytes:
        """Read at most `size` bytes."""
        self._sock.settimeout(self._deadline.left_s())
        return bytes(self._sock.recv(size))


class _Response(http.client.HTTPResponse):
    """An answer, of which every byte must come before a deadline. Interim answers are passed over."""

    def __init__(self, deadline: Deadline, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_Readable(sock, deadline), *args, **kwargs)  # type: ignore[arg-type]

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer itself: interim answers, such as 103, may come before it.

        Python's HTTP client passes over nothing but 100. Source: RFC 9110 section 15.2.
        """
        for _ in range(_MAX_INTERIM + 1):
            version, status, reason = cast(tuple[str, int, str], super()._read_status())  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(cast(io.BufferedIOBase, self.fp))
        raise http.client.HTTPException("interim")


class _Readable(NamedTuple):
    """What an answer needs of a socket: a file to read from, each read of which ends at a deadline."""

    sock: Any
    deadline: Deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A file with the bytes of the connection."""
        return io.BufferedReader(_Reader(self.sock.makefile("rb", buffering=0), self.sock, self.deadline))


class _Reader(io.RawIOBase):
    """The bytes of a connection. Each read gets the time that is left until a deadline."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: Deadline) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Whether the connection can be read: always."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read into `buffer`. Returns the number of bytes; 0 at the end. Raises TimeoutError."""
        self._sock.settimeout(self._deadline.left_s())
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        """Close the connection's file."""
        self._raw.close()
        super().close()
