"""Measures what the program is compared with: simple scripts, and the most that the system can read."""

from __future__ import annotations

import os
import re
import select
import sqlite3
import tempfile
import time
from pathlib import Path

import requests
import serial

from tests.benchmarks.boards import Boards
from tests.benchmarks.figures import Figure
from tests.processes import TOKEN, local_cloud

_LINE = re.compile(rb"v(\d+)=(.*)\r\n")


def read_and_split(ptys: Boards, seconds: float) -> float:
    """Measure lines per second with only `os.read` and `split`: the most that the system can read."""
    port, lines = ptys.slaves[0], 0
    ptys.speak(seconds)
    os.read(port, 1)
    started_s = time.perf_counter()
    while select.select([port], [], [], 0.2)[0]:
        lines += len(os.read(port, 65536).split(b"\n")) - 1
        ended_s = time.perf_counter()
    return lines / (ended_s - started_s)


def readline(ptys: Boards, seconds: float, *, commits: bool = True) -> float:
    """Measure lines per second with pyserial's `readline`, a regex and, if `commits`, a commit per line."""
    with tempfile.TemporaryDirectory() as folder:
        port = serial.Serial(ptys.ports[0], 115200, timeout=1)
        table = sqlite3.connect(Path(folder) / "b.db")
        table.execute("PRAGMA journal_mode = WAL")
        table.execute("PRAGMA synchronous = FULL")
        table.execute("CREATE TABLE reading (pin, value)")
        ptys.speak(2 * seconds)
        while not port.readline():
            pass
        lines, started_s = 0, time.perf_counter()
        while time.perf_counter() - started_s < seconds:
            match = _LINE.match(port.readline())
            if not match:
                break
            pin, value = int(match[1]), float(match[2])
            if commits:
                table.execute("INSERT INTO reading VALUES (?, ?)", (pin, value))
                table.commit()
            lines += 1
        elapsed_s = time.perf_counter() - started_s
        port.close()
        table.close()
    return lines / elapsed_s


def requests_get(seconds: float) -> list[Figure]:
    """Measure lines per second if each is sent to a local cloud by one GET, with and without a session."""
    with tempfile.TemporaryDirectory() as folder, local_cloud(Path(folder)) as cloud:
        with requests.Session() as session:
            kept = _get_each(session.get, cloud.url, seconds / 2)
        return [
            Figure("one requests.get a line", _get_each(requests.get, cloud.url, seconds / 2), "lines/s"),
            Figure("the same with one session for all", kept, "lines/s"),
        ]


def _get_each(get: object, url: str, seconds: float) -> float:
    assert callable(get)
    lines, started_s = 0, time.perf_counter()
    while (elapsed_s := time.perf_counter() - started_s) < seconds:
        answer = get(f"{url}/external/api/update", params={"token": TOKEN, "v1": lines}, timeout=5)
        assert answer.status_code == 200
        lines += 1
    return lines / elapsed_s
