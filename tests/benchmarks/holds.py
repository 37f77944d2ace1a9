"""How long single calls hold up the window's thread while boards send 50,000 lines/s and the user works.

A call is all that Qt's event loop does for one event, from the moment at which it takes the event. While
other programs have the processors, the thread waits although it could go on. The kernel says for how long,
and the limit is for the rest of the time, in which the program's other threads have their share. Each case
runs in a process of its own.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.boards import bench_of, boards, wait_for, wait_until_open
from tests.benchmarks.figures import Figure
from tests.benchmarks.window import Window, window_on
from ui.lower_pane import CLOUD, CONSOLE, REJECTED

LINES_PER_S = 50_000
MOST_MS = 50
_WARM_S = 2.0
_POINTER_MS = 16
_ACT_MS = 400
_LONGEST = 99
"""More steps than the list of time windows has: to its longest entry, in which the whole run is in view."""

Act = tuple[str, Callable[[], object]]
"""What the user does, and its name."""


class _Call(NamedTuple):
    clock_ms: float
    """From its beginning to its end."""
    own_ms: float
    """The same without the time for which the thread waited for a processor."""
    cpu_ms: float
    about: str
    """What the user did last, the event, and the class of the object that it was for."""


class _Case(NamedTuple):
    boards: int
    prepare: Callable[[Window], Iterator[Act]]
    """Prepares the window. Returns what the user does then, one after another."""
    every_ms: int
    """How often the user does something."""


def holds(seconds: float) -> list[Figure]:
    """Measure each case for `seconds`."""
    figures = []
    for name in _CASES:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            calls = process.submit(_measured, name, seconds).result()
        longest, busiest = max(calls, key=lambda call: call.own_ms), max(calls, key=lambda call: call.cpu_ms)
        own_ms, cpu_ms = (call.own_ms for call in calls), (call.cpu_ms for call in calls)
        figures += [
            Figure(f"{name}: the longest call ({longest.about})", longest.own_ms, "ms", at_most=MOST_MS),
            Figure("waiting for a processor included", max(call.clock_ms for call in calls), "ms"),
            Figure(f"most processor time ({busiest.about})", busiest.cpu_ms, "ms", at_most=MOST_MS),
            Figure("99th percentile of all calls", _percentile(own_ms), "ms"),
            Figure("99th percentile of their processor times", _percentile(cpu_ms), "ms"),
        ]
    return figures


def _percentile(numbers: Iterable[float]) -> float:
    """The 99th percentile of `numbers`."""
    ordered = sorted(numbers)
    return ordered[math.ceil(0.99 * len(ordered)) - 1]


class _Timed(QApplication):
    """Measures each event of the event loop. What an event brings about at once is a part of it."""

    def __init__(self) -> None:
        super().__init__([])
        self.calls: list[_Call] = []
        self.doing = ""
        """What the user did last."""
        self._is_inside = False
        statistics = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._statistics = statistics.open("rb", buffering=0)

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Handle an event, and measure it unless it comes inside another."""
        if self._is_inside:
            return super().notify(receiver, event)
        self._is_inside = True
        about = f"{event.type().name} of {type(receiver).__name__}"
        waited_ms, cpu_s, began_s = self._waited_ms(), time.thread_time(), time.perf_counter()
        try:
            return super().notify(receiver, event)
        finally:
            clock_ms, cpu_ms = 1e3 * (time.perf_counter() - began_s), 1e3 * (time.thread_time() - cpu_s)
            own_ms = clock_ms - (self._waited_ms() - waited_ms)
            about = f"{self.doing}, {about}" if self.doing else about
            self.calls.append(_Call(clock_ms, own_ms, cpu_ms, about))
            self._is_inside = False

    def _waited_ms(self) -> float:
        """For how long the thread has had to wait for a processor since it began."""
        return int(os.pread(self._statistics.fileno(), 99, 0).split()[1]) / 1e6


def _measured(name: str, seconds: float) -> list[_Call]:
    """Run a case, and return all calls after the first seconds, in which the window is made."""
    case, application = _CASES[name], _Timed()
    with (
        tempfile.TemporaryDirectory() as folder,
        boards(case.boards) as ptys,
        bench_of(Path(folder), ptys.ports) as bench,
        window_on(bench) as shown,
    ):
        wait_until_open(bench)
        ptys.speak(_WARM_S + seconds, LINES_PER_S / case.boards)
        shown.wait(_WARM_S)
        acts = case.prepare(shown)

        def act() -> None:
            application.doing, do = next(acts)
            do()

        gc.collect()
        gc.freeze()  # As the program does when its window has opened.
        application.calls.clear()
        acting = QTimer()
        acting.timeout.connect(act)
        acting.start(case.every_ms)
        shown.run_until(lambda: not ptys.speaking)
        acting.stop()
        calls = list(application.calls)
        wait_for(bench, ptys.said().lines)
    return calls


def _look(_shown: Window) -> Iterator[Act]:
    """The user only looks."""
    return cycle([("", lambda: None)])


def _point(shown: Window) -> Iterator[Act]:
    """The whole run is in view, with cursors, and the pointer moves over the curves."""
    shown.main.pane.step_span(_LONGEST)
    shown.main.pane.tools.cursors_button.setChecked(True)
    for percent in cycle(range(100)):
        yield "", partial(shown.point, percent / 100)


def _use(shown: Window) -> Iterator[Act]:
    """The user opens and changes what there is, again and again."""
    main = shown.main
    pane, console, rail, pages = main.pane, main.console, main.rail, main.lower_pane.tabs
    names = cycle([f"board {number}" for number in (2, 3, 4, 1)])
    texts = cycle(["=77", "v3=", ""])
    return cycle(
        [
            ("the whole run", lambda: pane.step_span(_LONGEST)),
            ("another board", lambda: rail.choose(next(names))),
            ("cursors with statistics", pane.tools.cursors_button.toggle),
            ("the usual view", pane.reset),
            ("search", console.open_search),
            ("a text to find", lambda: console.find_bar.field.setText(next(texts))),
            ("only rejected lines", console.only_rejected.toggle),
            ("lines of all boards", console.menu.all_boards.toggle),
            ("rejected lines", partial(pages.setCurrentIndex, REJECTED)),
            ("cloud", partial(pages.setCurrentIndex, CLOUD)),
            ("console", partial(pages.setCurrentIndex, CONSOLE)),
            ("curves of another board", lambda: rail.toggle_kept("board 2")),
            ("pause", pane.toggle_pause),
            ("dialog for saving data", main.ask_for_data),
            ("dialog closed", shown.close_dialogs),
            ("analysis", partial(shown.choose, "menu_analysis")),
            ("analysis closed", shown.close_dialogs),
        ]
    )


_CASES = {
    "one board, console and plot": _Case(1, _look, _ACT_MS),
    "four boards, console and plot": _Case(4, _look, _ACT_MS),
    "one board, the whole run with cursors and pointer": _Case(1, _point, _POINTER_MS),
    "four boards, the whole run with cursors and pointer": _Case(4, _point, _POINTER_MS),
    "four boards, the user changes what is shown": _Case(4, _use, _ACT_MS),
}
