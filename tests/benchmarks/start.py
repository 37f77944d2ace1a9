"""Measures how long the program takes to start, alternately from its source and frozen."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure

_ROOT = Path(__file__).parent.parent.parent
_FROZEN = _ROOT / "build/linux/frozen/pinbridge/pinbridge"
_SOURCE = (sys.executable, "-m", "app")
_ENV = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
_PATIENCE_S = 60


def start(seconds: float, frozen: Path = _FROZEN) -> list[Figure]:
    """Measure the median start times of the source, and of the frozen program if it exists.

    `packaging/build.py linux` builds the frozen program.
    """
    programs = {"source": _SOURCE} | ({"frozen": (str(frozen),)} if frozen.exists() else {})
    answers: dict[str, list[float]] = {name: [] for name in programs}
    pictures: dict[str, list[float]] = {name: [] for name in programs}
    ends_s = time.monotonic() + seconds
    while not pictures["source"] or time.monotonic() < ends_s:
        for name, command in programs.items():
            answers[name].append(_until_it_answers(command))
            pictures[name].append(_until_a_picture(command))
    figures = [
        Figure(f"start to {end}, {name}", statistics.median(times[name]), "s")
        for end, times in (("an answer (--version)", answers), ("the window's picture (demo)", pictures))
        for name in programs
    ]
    if "frozen" in programs:
        frozen_s, source_s = (statistics.median(pictures[name]) for name in ("frozen", "source"))
        figures.append(Figure("frozen to source, the window's picture", frozen_s / source_s))
    return figures


def _until_it_answers(command: tuple[str, ...]) -> float:
    began_s = time.perf_counter()
    subprocess.run([*command, "--version"], check=True, capture_output=True, env=_ENV)
    return time.perf_counter() - began_s


def _until_a_picture(command: tuple[str, ...]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "window.png"
        began_s = time.perf_counter()
        demo = [*command, "demo", "--seconds", "0.01", "--screenshot", str(picture)]
        with subprocess.Popen(
            demo, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_ENV
        ) as process:
            has_ended = False
            while not (picture.exists() and picture.stat().st_size):
                assert not has_ended, "the demo ended without a picture"
                # Polled before the next look for the picture: the demo may write it and end in between.
                has_ended = process.poll() is not None
                assert time.perf_counter() - began_s < _PATIENCE_S, "the window does not open"
                time.sleep(0.005)
            took_s = time.perf_counter() - began_s
            process.wait()
    return took_s
