"""A server for benchmarks, which accepts every request, at once or after the time of a round trip.

It runs in a process of its own and uses only the standard library. It answers every request with 200 and
records the last value in its URL, and when it arrived, by the monotonic clock, which is the same for all
processes. For each line on standard input it prints the times and values of the requests since the last such
line.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time

_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_VALUE = re.compile(rb"=([^= ]*) HTTP/")
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
came: list[tuple[float, str]] = []


def serve(peer: socket.socket, round_trip_s: float) -> None:
    """Answer all requests of the connection `peer`, each after `round_trip_s`."""
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    rest = b""
    while part := peer.recv(1 << 18):
        rest += part
        while (end := rest.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(rest, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(rest) < whole:
                break
            value = _VALUE.search(rest, 0, end)
            came.append((time.monotonic(), value[1].decode() if value else ""))
            rest = rest[whole:]
            if round_trip_s:
                time.sleep(round_trip_s)
            peer.sendall(_OK)


def report() -> None:
    """For each line on standard input, print the times and values of the requests since the last line."""
    for _ in sys.stdin:
        recent = came[:]
        del came[: len(recent)]
        print(json.dumps(recent), flush=True)


def main(round_trip_s: float) -> None:
    """Print the port of a new server, and serve until standard input ends."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(server.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            peer, _ = server.accept()
            threading.Thread(target=serve, args=(peer, round_trip_s), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    report()


if __name__ == "__main__":
    main(float(sys.argv[1]))
