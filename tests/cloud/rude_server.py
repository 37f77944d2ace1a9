"""A server that answers each request with given bytes, right or wrong, as a real cloud may on a bad day."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Self

Act = Callable[[socket.socket], None]


def answer(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> Act:
    """An act that sends a status line, headers and a body; `length` replaces the true Content-Length."""
    shown = len(body) if length is None else length
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {shown}", *headers, "", ""])
    return lambda peer: peer.sendall(head.encode() + body)


def close(_peer: socket.socket) -> None:
    """Close the connection without an answer."""


def reset(peer: socket.socket) -> None:
    """Reset the connection instead of closing it."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def endless(peer: socket.socket) -> None:
    """Send a body that does not end until the client closes the connection."""
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    part = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    try:
        while True:
            peer.sendall(part)
    except OSError:
        return


def raw(data: bytes, then: Act = close) -> Act:
    """An act that sends `data` as it is, then does `then`."""

    def act(peer: socket.socket) -> None:
        peer.sendall(data)
        then(peer)

    return act


@contextmanager
def dead_host() -> Iterator[int]:
    """A host that does not answer: the port of a server whose queue of connections is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield server.getsockname()[1]


class RudeServer:
    """A server that notes each request and does the next of `acts` for it; the last act is repeated."""

    def __init__(self, *acts: Act, tls: ssl.SSLContext | None = None) -> None:
        self._acts = list(acts)
        self._tls = tls
        self._server = socket.create_server(("127.0.0.1", 0))
        self.requests: list[str] = []
        self.heads: list[str] = []
        self.times_s: list[float] = []
        """When each request was read, in monotonic seconds."""
        self.bodies: list[bytes] = []
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # Windows cannot shut down a listening socket: closing it is enough there.
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            if self._tls:
                try:
                    peer = self._tls.wrap_socket(peer, server_side=True)
                except OSError:
                    peer.close()
                    continue
            with peer:
                head = b""
                while b"\r\n\r\n" not in head and (part := peer.recv(65536)):
                    head += part
                if not head:
                    continue
                self.times_s.append(time.monotonic())
                self.requests.append(head.split(b"\r\n")[0].decode())
                self.heads.append(head.partition(b"\r\n\r\n")[0].decode())
                head, _, body = head.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                while length and len(body) < int(length[1]) and (part := peer.recv(65536)):
                    body += part
                if length:
                    self.bodies.append(body)
                act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
                try:
                    act(peer)
                except OSError:
                    continue
