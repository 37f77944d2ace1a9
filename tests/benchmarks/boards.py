"""Creates ptys in place of boards and a bench that reads from them, and measures what the bench costs."""

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
_OPEN = (LinkState.OPEN, LinkState.SILENT)


class Said(NamedTuple):
    """The generator's report about the lines that it sent."""

    lines: int
    """The number of lines on each board."""
    elapsed_s: float
    late_s: float
    """The longest delay of the generator behind its rate; a long one shows that the reader was too slow."""
    at_s: list[float]
    """When the line with the value 0, 1, 2 … was sent (monotonic clock), if the lines were sent one by one;
    otherwise empty."""


class Boards:
    """Ptys in place of boards, and the one generator process that writes to all of them."""

    def __init__(self, count: int) -> None:
        pairs = [pty.openpty() for _ in range(count)]
        self.masters = [master for master, _ in pairs]
        self.slaves = [slave for _, slave in pairs]
        for slave in self.slaves:
            tty.setraw(slave)
        self.ports = [os.ttyname(slave) for slave in self.slaves]
        self._process: subprocess.Popen[str] | None = None

    def speak(self, seconds: float, lines_per_s: float = 0, *, together: int = 1) -> None:
        """Start the generator for `seconds`; `generator.py` explains rates of 0 and below, and `together`."""
        environment = {**os.environ, "PINBRIDGE_TOGETHER": str(together)}
        arguments = [sys.executable, str(_GENERATOR), str(seconds), str(lines_per_s), *map(str, self.masters)]
        self._process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, text=True, pass_fds=self.masters, env=environment
        )

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
        """Kill the generator and unplug all boards."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        for end in (*self.masters, *self.slaves):
            os.close(end)


@contextmanager
def boards(count: int) -> Iterator[Boards]:
    """Create `count` boards, which are unplugged at the end of the `with` block."""
    made = Boards(count)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def bench_of(
    folder: Path, ports: list[str], make: Callable[..., Bench] = Bench, device_lines: str = ""
) -> Iterator[Bench]:
    """Create a bench with a device for each port and no server; it is stopped at the end of the block."""
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
    """Wait until every port is open; call it before any board sends a line."""
    deadline_s = time.monotonic() + timeout_s
    while not all(device.link.state in _OPEN for device in bench.status().devices):
        assert time.monotonic() < deadline_s, [device.link for device in bench.status().devices]
        time.sleep(0.01)


def wait_for(bench: Bench, readings: int, timeout_s: float = 60.0) -> BenchStatus:
    """Wait until the journal has `readings` readings of every device, and check that nothing else arrived.

    It waits for the counts of lines too, because they lag a little behind the counts of readings.
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
    """Measures the processor time of this process and of this thread, from the meter's creation on."""

    def __init__(self) -> None:
        self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()
        self._thread_s = time.thread_time()

    @property
    def wall_s(self) -> float:
        """Seconds since the meter was created."""
        return time.perf_counter() - self._wall_s

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time of all threads since then, which other programs hardly affect."""
        return time.process_time() - self._cpu_s

    def percent(self) -> float:
        """That time in per cent of the elapsed time; 100 means that one core was always busy."""
        return 100 * self.cpu_s / self.wall_s

    def thread_percent(self) -> float:
        """The processor time of this thread, which has created the meter, in per cent of the elapsed time."""
        return 100 * (time.thread_time() - self._thread_s) / self.wall_s


def memory_mb() -> float:
    """The resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
