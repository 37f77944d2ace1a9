"""Blynk's servers behind a proxy: `blynk.cloud` and its regions, in one thread for each connection."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.cloud.certificate import self_signed

HOSTS = ("blynk.cloud", "*.blynk.cloud")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_WRONG = b'{"error":{"message":"Invalid token."}}'
INVALID = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(_WRONG), _WRONG)


def sends_to(region: str) -> Callable[[str], bytes]:
    """Answers that redirect every request to `region`, with path, query and token, as Blynk's do."""

    def answer(target: str) -> bytes:
        location = f"https://{region}{target}".encode()
        return b"HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % location

    return answer


class Regions:
    """An HTTP proxy, at whose far end are the servers in `answers`, by host.

    Each answer is the bytes for every request, or a function of the request's path and query.
    """

    def __init__(self, folder: Path, **answers: bytes | Callable[[str], bytes]) -> None:
        """The keys of `answers` are the first labels of the hosts; `blynk` is the bare `blynk.cloud`."""
        self.answers = answers
        self.asked: list[str] = []
        """The host of each request."""
        self.bodies: list[bytes] = []
        self._tls = self_signed(folder, *HOSTS)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.environment = {
            "HTTPS_PROXY": self.url,
            "SSL_CERT_FILE": str(folder / "server.pem"),
            "NO_PROXY": "",
            "no_proxy": "",
        }
        """The environment variables with which a program reaches these servers."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            head = _head(peer)
            host = head.split()[1].decode().partition(":")[0]
            peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._tls.wrap_socket(peer, server_side=True) as tls:
                while head := _head(tls):
                    self._answer(tls, host, head)

    def _answer(self, tls: ssl.SSLSocket, host: str, head: bytes) -> None:
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        while length and len(body) < int(length[1]):
            body += tls.recv(65536)
        self.asked.append(host)
        self.bodies.append(body)
        answer = self.answers[host.removesuffix(".blynk.cloud") if host != "blynk.cloud" else "blynk"]
        tls.sendall(answer if isinstance(answer, bytes) else answer(head.split()[1].decode()))


def _head(peer: socket.socket) -> bytes:
    """A request up to the end of its head, maybe with a part of its body; empty if there is none."""
    head = b""
    while b"\r\n\r\n" not in head and (part := peer.recv(65536)):
        head += part
    return head
