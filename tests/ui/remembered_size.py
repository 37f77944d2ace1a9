"""A program that starts with a remembered size of the text, and prints what would look different live.

Usage: `python -m tests.ui.remembered_size PERCENT`. Live means that the user chooses the size in the window.
Compared are the fonts of all widgets, and the places of those that are visible, on the first page and while
readings come in.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from app.config.bench_file import BenchConfig
from app.config.loading import parse
from app.journal import earlier
from tests.ui.conftest import BENCH
from tests.ui.fake_bench import PORTS, FakeBench, FakeClock, play
from tests.ui.screens import name_of, visible_children
from tests.ui.stage import FakeDemo, Keyring
from ui import application
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.theme.colors import Theme
from ui.theme.text_size import NORMAL, STEPS
from ui.window import MainWindow


def looks(percent: int, *, live: bool) -> list[str]:
    """How a new window looks with text of a size that is in its settings, or is chosen live."""
    clock, made = FakeClock(), list[FakeBench]()
    config = parse(BENCH, "bench.toml", Path())

    def make(config: BenchConfig, tokens: Mapping[str, str]) -> FakeBench:
        made.append(FakeBench(config, tokens, clock))
        return made[-1]

    keyring = Keyring()
    keyring.held["greenhouse"] = "a token that was kept"
    program = Program(make, lambda: PORTS, keyring, lambda: FakeDemo(config, make), earlier.find)
    settings = Settings(theme=Theme.LIGHT, text_percent=NORMAL if live else percent)
    window = MainWindow(program, settings=settings, clock=clock)
    add_menus(window)
    window.show()
    if live:
        QApplication.processEvents()
        window.step_text_size(STEPS.index(percent) - STEPS.index(NORMAL))
    first_page = _places(window)
    window.connection.open_bench(config, "bench.toml")
    window.connection.connect_bench()
    window.frames.stop()
    play(made[-1].devices["greenhouse"], clock.now_s - 2, clock.now_s)
    fonts = [f"{name_of(w)} {w.font().toString()}" for w in window.findChildren(QWidget) if not _is_arrow(w)]
    running = _places(window)
    window.close()
    return [*sorted(fonts), *first_page, *running]


def _is_arrow(widget: QWidget) -> bool:
    """Whether it is a hidden arrow of a list: Qt makes them for a box that is made before the style sheet."""
    return widget.inherits("QComboBoxPrivateScroller")


def _places(window: MainWindow) -> list[str]:
    for _ in range(3):
        QApplication.processEvents()
        window.draw()
    return sorted(f"{name_of(w)} {w.geometry()}" for w in visible_children(window))


def main(percent: int) -> None:
    application._start_application()
    remembered = looks(percent, live=False)
    chosen = looks(percent, live=True)
    print(*difflib.unified_diff(chosen, remembered, n=0, lineterm=""), sep="\n", end="")


if __name__ == "__main__":
    main(int(sys.argv[1]))
