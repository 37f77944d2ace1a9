"""Benchmarks of the window at the rates of a classroom, beside a pupil's script with the same lines.

Four values come in four plots, at 1280 × 800. The window and the script run one after the other, each in a
process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.boards import Boards, Meter, bench_of, boards, wait_until_open
from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.window import Window

_PUPIL = Path(__file__).with_name("pupil.py")
_VALUES = 4
_RATES = {10: 0.3, 100: 0.7, 400: 0.7}
"""For each rate of the board's loop, in Hz, the most that the window may take, in times of the script."""
_WARM_S = 2.0
_SPAN_S = 10.0
"""The length of the time window: after this time, the curves of a silent board have left it."""
_STEPS_PER_S = 7.0


class _Cost(NamedTuple):
    percent: float
    """Processor time, in % of a core."""
    thread_percent: float = 0.0
    """That of the window's thread alone."""
    frames_per_s: float = 0.0


def classroom(seconds: float) -> list[Figure]:
    """Measure what the window costs at the rates of a classroom, and how soon a step is seen."""
    figures = []
    for rate_hz, most in _RATES.items():
        window, script = _alone(rate_hz, seconds), _pupil(rate_hz, seconds)
        what = f"four values at {rate_hz} Hz"
        figures += [
            Figure(f"{what}, the window", window.percent, "% of a core"),
            Figure(f"{what}, a pupil's script", script.percent, "% of a core"),
            Figure(f"{what}, the window to the script", window.percent / script.percent, "×", at_most=most),
            Figure(f"{what}, painted", window.frames_per_s, "frames/s"),
        ]
    silent, hidden = _alone(0, seconds), _alone(0, seconds, "minimise")
    minimised, paused = _alone(10, seconds, "minimise"), _alone(10, seconds, "pause")
    core = "% of a core"
    figures += [
        Figure("a silent board", silent.percent, core, at_most=0.5),
        Figure("a silent board, painted", silent.frames_per_s, "frames/s"),
        Figure("a silent board, minimised", hidden.percent, core, at_most=0.5),
        # Each reading is durable at once, and that costs the same without a window.
        Figure("minimised at 10 Hz", minimised.percent, core),
        Figure("minimised at 10 Hz, the window's thread", minimised.thread_percent, core, at_most=0.5),
        Figure("paused at 10 Hz", paused.percent, core),
        Figure("paused at 10 Hz, the window's thread", paused.thread_percent, core, at_most=1),
        Figure("a step on the wire to a changed pixel, median", _step_ms(seconds), "ms", at_most=20),
    ]
    return figures


def _alone(rate_hz: int, seconds: float, action: str = "") -> _Cost:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_window, rate_hz, seconds, action).result()


@contextmanager
def _shown() -> Iterator[tuple[Boards, Window]]:
    from tests.benchmarks.window import window_on

    with (
        tempfile.TemporaryDirectory() as folder,
        boards(1) as ptys,
        bench_of(Path(folder), ptys.ports) as bench,
        window_on(bench) as shown,
    ):
        wait_until_open(bench)
        yield ptys, shown


def _window(rate_hz: int, seconds: float, action: str) -> _Cost:
    """Let a board send at `rate_hz`, or fall silent at a rate of 0, and measure the window."""
    with _shown() as (ptys, shown):
        if rate_hz:
            ptys.speak(_WARM_S + seconds, rate_hz * _VALUES, together=_VALUES)
            shown.wait(_WARM_S)
        else:
            ptys.speak(1, 10 * _VALUES, together=_VALUES)
            shown.wait(_SPAN_S + 2 * _WARM_S)
        if action:
            getattr(shown, action)()
            shown.wait(0.2)
        meter, painted = Meter(), shown.painted
        shown.wait(seconds)
        frames_per_s = (shown.painted - painted) / meter.wall_s
        return _Cost(meter.percent(), meter.thread_percent(), frames_per_s)


def _pupil(rate_hz: int, seconds: float) -> _Cost:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    with boards(1) as ptys:
        script = subprocess.Popen([sys.executable, str(_PUPIL), ptys.ports[0]], env=environment)
        try:
            time.sleep(_WARM_S)
            ptys.speak(_WARM_S + seconds, rate_hz * _VALUES, together=_VALUES)
            time.sleep(_WARM_S)
            began, began_s = _cpu_s(script.pid), time.perf_counter()
            time.sleep(seconds)
            return _Cost(100 * (_cpu_s(script.pid) - began) / (time.perf_counter() - began_s))
        finally:
            script.kill()
            script.wait()


def _cpu_s(pid: int) -> float:
    """The processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _step_ms(seconds: float) -> float:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        took_ms = sorted(process.submit(_steps, seconds).result())
    return took_ms[len(took_ms) // 2]


def _steps(seconds: float) -> list[float]:
    """Send single lines, and return the milliseconds from each to the end of the frame that shows it."""
    took_ms: list[float] = []
    with _shown() as (ptys, shown):
        ends_s = time.monotonic() + _WARM_S + seconds
        number = 0
        while time.monotonic() < ends_s or not took_ms:
            number += 1
            sent_s = time.monotonic()
            os.write(ptys.masters[0], b"v0=%d\r\n" % number)
            shown.run_until(partial(_shows, shown, number), every_ms=1)
            if number > 1:
                took_ms.append((time.monotonic() - sent_s) * 1e3)
            shown.wait(1 / _STEPS_PER_S)
    return took_ms


def _shows(shown: Window, value: float) -> bool:
    return shown.newest == value
