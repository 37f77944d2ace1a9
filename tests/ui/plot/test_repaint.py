"""A test that fails with PySide6 6.12.0, in which each painter call drops a reference to None.

That crashes Python 3.11: a repaint of a live plot makes dozens of these calls, and some hundred repaints were
enough. For this reason, pyproject.toml excludes that version.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from app.config.bench_file import BenchConfig
from tests.ui.conftest import Bench
from tests.ui.fake_bench import FakeClock, play
from ui.window import MainWindow

REPAINTS = 400


def test_a_live_plot_can_be_repainted_hundreds_of_times(
    window: MainWindow, config: BenchConfig, maker: Bench, clock: FakeClock, frames: Callable[[int], None]
) -> None:
    window.connection.open_bench(config, "bench.toml")
    window.connection.connect_bench()
    play(maker.last.devices["greenhouse"], clock.now_s - 2, clock.now_s)
    frames(3)
    gc.collect()  # objects of earlier tests hold references too
    references = sys.getrefcount(None)
    for _ in range(REPAINTS):
        clock.now_s += 0.033
        window.pane.refresh(clock.now_s)
        for strip in window.pane.plot.strips:
            for part in (strip.canvas, strip.header, *strip.axes):
                part.repaint()
        window.pane.plot.time_axis.repaint()
    # In Python 3.11, dropped references show here long before the crash. From 3.12 on, None is immortal.
    assert sys.getrefcount(None) > references - REPAINTS
