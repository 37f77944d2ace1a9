"""Guards the pin of PySide6: 6.12.0 drops a reference to None in each painter call, which ends Python 3.11.

A repaint of a live plot makes dozens of such calls; some hundred repaints were enough to end the program.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from app.config.bench_file import BenchConfig
from tests.ui.conftest import Bench
from tests.ui.fake_bench import FakeClock, play
from ui.window import MainWindow

REPAINTS = 2000


def test_a_live_plot_can_be_repainted_two_thousand_times(
    window: MainWindow, config: BenchConfig, maker: Bench, clock: FakeClock, frames: Callable[[int], None]
) -> None:
    window.open_bench(config, "bench.toml")
    window.connect_bench()
    play(maker.last.devices["greenhouse"], clock.now_s - 2, clock.now_s)
    frames(3)
    gc.collect()  # objects of earlier tests hold references too
    references = sys.getrefcount(None)
    for _ in range(REPAINTS):
        clock.now_s += 0.033
        window.pane.refresh(clock.now_s)
        window.pane.plot.viewport().repaint()
    # None is immortal since Python 3.12. In 3.11 a leak shows here long before it is fatal.
    assert sys.getrefcount(None) > references - REPAINTS
