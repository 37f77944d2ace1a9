"""Benchmarks of several boards that send at a steady rate: what they cost, with and without a window.

The module imports nothing that only other benchmarks need, because it measures the memory of its process.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from app.bench.bench import Bench
from tests.benchmarks.boards import Meter, bench_of, boards, memory_mb, wait_for, wait_until_open
from tests.benchmarks.figures import Figure

_WARM_S = 2.0


def boards8(seconds: float) -> list[Figure]:
    """Measure the cost of eight boards at 1,600 lines a second each, with and without a window."""
    # Each case runs in a process of its own, so that its memory is measured separately.
    plain, shown = (_alone(seconds, shows=shows) for shows in (False, True))
    return [
        Figure("eight boards of 1,600 lines/s, no window", plain.percent, "% of a core", at_most=20),
        Figure("the same, the window open", shown.percent, "% of a core", at_most=25),
        Figure("painted meanwhile", shown.frames, "frames/s"),
        Figure("memory, no window", plain.memory_mb, "MB", at_most=200),
        Figure("memory, the window open", shown.memory_mb, "MB", at_most=160),
    ]


def _alone(seconds: float, *, shows: bool) -> _Paced:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_paced, 8, 1600, seconds, shows=shows).result()


def boards4(seconds: float) -> list[Figure]:
    """Measure the cost of four boards at 25,000 lines a second each, without a window."""
    paced = _paced(4, 25_000, seconds, shows=False)
    return [
        Figure("four boards of 25,000 lines/s", paced.percent, "% of a core"),
        Figure("memory at the end", paced.memory_mb, "MB"),
        Figure("growth of memory after the first tenth", paced.growth_percent, "%", at_most=5),
        Figure("longest time that a board had to wait", paced.late_s, "s"),
    ]


class _Paced(NamedTuple):
    percent: float
    memory_mb: float
    growth_percent: float
    frames: float
    late_s: float


def _paced(count: int, lines_per_s: float, seconds: float, *, shows: bool) -> _Paced:
    """Measure the cost of `count` boards that each send at a steady rate, and check that no line is lost.

    If `shows` is true, a window is open meanwhile.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ptys = stack.enter_context(boards(count))
        bench = stack.enter_context(bench_of(folder, ptys.ports))
        watch = stack.enter_context(watching(bench, shows=shows))
        wait_until_open(bench)
        ptys.speak(seconds, lines_per_s)
        watch.wait(min(_WARM_S, seconds / 10))
        meter, painted = Meter(), watch.painted
        watch.wait(max(0.0, seconds / 10 - _WARM_S))
        early_mb = memory_mb()
        while ptys.speaking:
            watch.wait(min(0.5, seconds / 10))
        percent, frames = meter.percent(), (watch.painted - painted) / meter.wall_s
        sent = ptys.said()
        wait_for(bench, sent.lines)
        late_mb = memory_mb()
    return _Paced(percent, late_mb, 100 * (late_mb / early_mb - 1), frames, sent.late_s)


class Watch(Protocol):
    """A way to wait while a bench works: with a window that shows the bench, or without one."""

    @property
    def painted(self) -> int:
        """Frames that the window's plot has painted."""

    def wait(self, seconds: float) -> None:
        """Let the bench work for `seconds`."""


class _Blind:
    """A `Watch` without a window."""

    painted = 0

    def wait(self, seconds: float) -> None:
        """Let the bench work for `seconds`."""
        time.sleep(seconds)


@contextmanager
def watching(bench: Bench, *, shows: bool) -> Iterator[Watch]:
    """Start the bench, and open a window on it if `shows` is true."""
    if not shows:
        bench.start()
        yield _Blind()
        return
    from tests.benchmarks.window import window_on

    with window_on(bench) as shown:
        yield shown
