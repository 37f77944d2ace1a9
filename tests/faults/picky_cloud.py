"""A cloud for `pinbridge run` that decides about each call by its pins, and notes when each value arrived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

Answers = Callable[[dict[str, str]], tuple[int, bytes]]
"""The status and body for a call, given its values by target, such as `v1` or `v1.label`."""


class PickyCloud:
    """A server that keeps connections alive. Use it as a context manager."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._lock = threading.Condition()
        self._arrived: list[tuple[str, str, float, int]] = []
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = cloud._take(values_of(self.path))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _take(self, values: dict[str, str]) -> tuple[int, bytes]:
        with self._lock:
            status, body = self._answers(values)
            now_s = time.monotonic()
            self._arrived += [(target, value, now_s, status) for target, value in values.items()]
            self._lock.notify_all()
        return status, body

    def calls(self, target: str) -> int:
        """How many calls have had a value for `target`."""
        with self._lock:
            return sum(name == target for name, _, _, _ in self._arrived)

    def accepted(self, target: str) -> dict[str, float]:
        """When each value of `target` was accepted with status 200, in monotonic seconds."""
        with self._lock:
            return {
                value: at_s for name, value, at_s, status in self._arrived if (name, status) == (target, 200)
            }

    def wait_for(self, target: str, calls: int) -> None:
        """Wait until `calls` calls have had a value for `target`."""
        with self._lock:
            there = self._lock.wait_for(
                lambda: sum(name == target for name, _, _, _ in self._arrived) >= calls, 60
            )
            assert there, self._arrived


def values_of(path: str) -> dict[str, str]:
    """The values in a call's query, by target."""
    query = [pair for pair in parse_qsl(urlsplit(path).query, keep_blank_values=True) if pair[0] != "token"]
    if query[0][0] == "pin":
        return {f"{query[0][1]}.{name}": value for name, value in query[1:]}
    return dict(query)
