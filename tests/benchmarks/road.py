"""The road from a pty to the journal, beside the same bytes through `os.read` and `split` alone."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bench import Bench
from app.boards.link import Link
from app.config import DeviceConfig, parse
from app.journal.journal import Journal
from app.journal.writer import JournalWriter
from app.wire.batches import Intake
from app.wire.readings import Grammar

_GENERATOR = """
import os, sys, random
chance = random.Random(1)
values = [(n % 8, chance.randrange(10000), chance.randrange(100)) for n in range(8000)]
block = b"".join(b"v%d=%d.%02d\\r\\n" % value for value in values)
lines = block.count(b"\\n")
out, end = sys.stdout.fileno(), int(sys.argv[1])
sent = 0
os.write(out, b"# boot\\n")
while sent < end:
    data = memoryview(block)
    while data:
        data = data[os.write(out, data):]
    sent += lines
"""


@contextmanager
def _flood(lines: int) -> Iterator[tuple[str, int]]:
    """A pty that a process of its own floods with `lines` lines on 8 pins; its name and a reading end."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    generator = subprocess.Popen([sys.executable, "-c", _GENERATOR, str(lines)], stdout=master)
    try:
        yield os.ttyname(slave), slave
    finally:
        generator.kill()
        generator.wait()
        os.close(master)
        os.close(slave)


def _raw(lines: int) -> float:
    """Lines a second through `os.read` and `split` alone: the limit."""
    with _flood(lines) as (_, slave):
        seen = 0
        os.read(slave, 1)
        started_s = time.perf_counter()
        while seen < lines:
            seen += len(os.read(slave, 65536).split(b"\n")) - 1
        return seen / (time.perf_counter() - started_s)


def _bridged(lines: int) -> float:
    """Lines a second from the pty to the journal, with history on."""
    with tempfile.TemporaryDirectory() as folder, _flood(lines) as (port, _):
        text = f'[bench]\njournal = "b.db"\n[[device]]\nport = "{port}"\n'
        bench = Bench(parse(text.encode(), "b.toml", Path(folder)), {})
        started_s = time.perf_counter()
        bench.start()
        while (counts := bench.status().devices[0].counts).readings < lines:
            time.sleep(0.05)
        elapsed_s = time.perf_counter() - started_s
        device = bench.status().devices[0]
        bench.stop()
        assert device.lines.rejected == device.lines.partial == device.lost_bytes == 0
        return counts.readings / elapsed_s


def _parsed(lines: int) -> float:
    """Lines a second from memory to batches: the wire alone."""
    block = b"".join(b"v%d=%d.25\r\n" % (n % 8, n % 10000) for n in range(8000))
    intake = Intake(Grammar())
    intake.feed(block, 0)
    started_s = time.perf_counter()
    done = 0
    while done < lines:
        done += intake.feed(block, 0).counts.lines
    return done / (time.perf_counter() - started_s)


def _readline(lines: int) -> float:
    """Lines a second as people write it themselves: `readline`, a regex, one commit a line."""
    import re

    import serial

    lines = min(lines, 5000)
    with tempfile.TemporaryDirectory() as folder, _flood(lines) as (name, _):
        port = serial.Serial(name, 115200, timeout=1)
        table = sqlite3.connect(Path(folder) / "b.db")
        table.execute("PRAGMA journal_mode = WAL")
        table.execute("CREATE TABLE reading (pin, value)")
        started_s = time.perf_counter()
        for _ in range(lines):
            if match := re.match(rb"v(\d+)=(.*)\r\n", port.readline()):
                table.execute("INSERT INTO reading VALUES (?, ?)", (int(match[1]), float(match[2])))
                table.commit()
        elapsed_s = time.perf_counter() - started_s
        port.close()
        table.close()
        return lines / elapsed_s


def throughput(seconds: float) -> dict[str, float]:
    """How fast lines go from a pty to the journal, and how that compares."""
    lines = int(500_000 * seconds)
    raw, bridged = _raw(lines), _bridged(lines)
    own = _readline(lines)
    return {
        "lines_per_s os.read and split": raw,
        "lines_per_s wire alone": _parsed(lines),
        "lines_per_s pty to journal": bridged,
        "ratio to os.read and split": bridged / raw,
        "ratio to readline, regex, commit": bridged / own,
    }


def durable(seconds: float) -> dict[str, float]:
    """How long a lone line takes to be durable, beside a bare SQLite commit of the same run."""
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare_commits(Path(folder) / "bare.db", seconds / 2)
        lone = _lone_lines(Path(folder) / "journal.db", seconds / 2)
    middle, bare_middle = lone[len(lone) // 2], bare[len(bare) // 2]
    return {
        "ms bare commit, median": bare_middle * 1e3,
        "ms lone line durable, median": middle * 1e3,
        "ms lone line durable, 99th": lone[int(len(lone) * 0.99)] * 1e3,
        "ratio to a bare commit, median": middle / bare_middle,
    }


def _bare_commits(path: Path, seconds: float) -> list[float]:
    table = sqlite3.connect(path, isolation_level=None)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = FULL")
    table.execute("CREATE TABLE reading (value)")
    took = []
    ends_s = time.perf_counter() + seconds
    while (started_s := time.perf_counter()) < ends_s:
        table.execute("INSERT INTO reading VALUES (1)")
        took.append(time.perf_counter() - started_s)
        time.sleep(0.005)
    table.close()
    return sorted(took)


def _lone_lines(path: Path, seconds: float) -> list[float]:
    journal = Journal(path)
    journal.bind("board", b"")
    durable_now = threading.Event()
    writer = JournalWriter(journal, lambda _written: durable_now.set())
    master, slave = pty.openpty()
    tty.setraw(slave)
    device = DeviceConfig(name="board", port=os.ttyname(slave))
    link = Link(device, Grammar(), lambda batch: writer.append("board", batch), lambda: True)
    writer.start()
    link.start()
    while not link.opened:
        time.sleep(0.01)
    os.write(master, b"# boot\n")
    took = []
    ends_s = time.perf_counter() + seconds
    number = 0
    while time.perf_counter() < ends_s:
        time.sleep(0.02)
        durable_now.clear()
        started_s = time.perf_counter()
        os.write(master, b"v1=%d\n" % number)
        assert durable_now.wait(5)
        took.append(time.perf_counter() - started_s)
        number += 1
    link.stop()
    writer.stop()
    journal.close()
    os.close(master)
    os.close(slave)
    return sorted(took)
