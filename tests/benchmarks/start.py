"""Measures how long the program takes to start and to close, alternately from its source and frozen.

If the environment variable PINBRIDGE_BEFORE has the folder of an earlier version, its window is opened and
closed in turn with this one's, for comparison.
"""

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
_BEFORE = "PINBRIDGE_BEFORE"
_SOURCE = (sys.executable, "-m", "app")
_ENV = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
_ENV.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise each start compiles all modules again
_PATIENCE_S = 60
_OPEN_S = 0.4
"""The limit for the time until the window is open."""
_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv[:1])
QTimer.singleShot(0, lambda: print("open", flush=True))
from app.__main__ import main
main()
"""
"""Opens the program's window, and prints a line as soon as it waits for the user."""


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
    return figures + _of_windows(seconds)


def _of_windows(seconds: float) -> list[Figure]:
    """Measure the median times until the window is open, and until a signal has closed it."""
    roots = {"now": _ROOT} | ({"before": Path(before)} if (before := os.environ.get(_BEFORE)) else {})
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in roots}
    ends_s = time.monotonic() + seconds
    while not times["now"] or time.monotonic() < ends_s:
        for name, root in roots.items():
            times[name].append(_open_and_close(root))
    figures = []
    for place, what in enumerate(("start to the open window", "signal to the end")):
        medians = {name: statistics.median(pair[place] for pair in pairs) for name, pairs in times.items()}
        figures.append(Figure(what, medians["now"], "s", at_most=None if place else _OPEN_S))
        if "before" in medians:
            figures.append(Figure(f"{what}, compared with before", medians["now"] / medians["before"], "×"))
    return figures


def _open_and_close(root: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
        env = {**_ENV, **folders, "PYTHONPATH": str(root)}
        began_s = time.perf_counter()
        with subprocess.Popen(
            (sys.executable, "-c", _WINDOW),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            cwd=root,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"open\n"
            open_s = time.perf_counter()
            process.terminate()
            process.wait(_PATIENCE_S)
            return open_s - began_s, time.perf_counter() - open_s


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
