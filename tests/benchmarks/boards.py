"""Boards for benchmarks: ptys to which a generator writes, a bench that reads them, a meter of the cost."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.bench.bench import Bench
from app.bench.status import BenchStatus, LinkState
from app.config.loading import parse

_GENERATOR = Path(__file__).with_name("generator.py")


class Said(NamedTuple):
    """What a generator sent on each of its boards."""

    lines: int
    elapsed_s: float
    late_s: float
    """The longest delay of a tick, which shows that the reader was too slow."""
    at_s: list[float]
    """When each line was sent, if the lines were sent one by one."""


class Boards:
    """Ptys, to all of which one generator process writes."""

    def __init__(self, count: int) -> None:
        pairs = [pty.openpty() for _ in range(count)]
        self.masters = [master for master, _ in pairs]
        self.slaves = [slave for _, slave in pairs]
        for slave in self.slaves:
            tty.setraw(slave)
        self.ports = [os.ttyname(slave) for slave in self.slaves]
        self._process: subprocess.Popen[str] | None = None

    def speak(self, seconds: float, lines_per_s: float = 0) -> None:
        """Start to send for `seconds`; `generator.py` explains rates of 0 and below."""
        arguments = [sys.executable, str(_GENERATOR), str(seconds), str(lines_per_s), *map(str, self.masters)]
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, pass_fds=self.masters)

    @property
    def speaking(self) -> bool:
        """Whether the generator still runs."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> Said:
        """Wait until the generator has ended and return what it sent."""
        assert self._process
        out, _ = self._process.communicate(timeout=60)
        return Said(**json.loads(out))

    def close(self) -> None:
        """End the generator and unplug all boards."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        for end in (*self.masters, *self.slaves):
            os.close(end)


@contextmanager
def boards(count: int) -> Iterator[Boards]:
    """`count` boards, which are unplugged after the block."""
    made = Boards(count)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def bench_of(
    folder: Path, ports: list[str], make: Callable[..., Bench] = Bench, device_lines: str = ""
) -> Iterator[Bench]:
    """A bench with a device for each port and no server, which is stopped after the block."""
    devices = "".join(
        f'[[device]]\nname = "board {number}"\nport = "{port}"\n{device_lines}'
        for number, port in enumerate(ports, 1)
    )
    bench = make(parse(f'[bench]\njournal = "b.db"\n{devices}'.encode(), "b.toml", folder), {})
    try:
        yield bench
    finally:
        bench.stop()


def wait_until_open(bench: Bench, timeout_s: float = 60.0) -> None:
    """Wait until every port is open and no line has come yet."""
    deadline_s = time.monotonic() + timeout_s
    while not all(device.link.state is LinkState.SILENT for device in bench.status().devices):
        assert time.monotonic() < deadline_s, [device.link for device in bench.status().devices]
        time.sleep(0.01)


def wait_for(bench: Bench, readings: int, timeout_s: float = 60.0) -> BenchStatus:
    """Wait until the journal has so many readings of every device, and check that nothing else came.

    The count of lines follows a little after that of readings.
    """
    deadline_s = time.monotonic() + timeout_s
    while (status := bench.status()) and any(
        min(device.counts.readings, device.lines.accepted) < readings for device in status.devices
    ):
        assert time.monotonic() < deadline_s, [device.counts.readings for device in status.devices]
        time.sleep(0.01)
    for device in status.devices:
        assert device.counts.readings == device.lines.accepted == readings
        assert device.lines.lines == readings + device.lines.comments
        assert device.lost_bytes == 0
    return status


class Meter:
    """The share of one core that this process uses with all its threads."""

    def __init__(self) -> None:
        self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()

    @property
    def wall_s(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._wall_s

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time since the start, which other programs on the machine affect less."""
        return time.process_time() - self._cpu_s

    def percent(self) -> float:
        """The share of one core since the start, in per cent."""
        return 100 * self.cpu_s / self.wall_s


def memory_mb() -> float:
    """Resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
