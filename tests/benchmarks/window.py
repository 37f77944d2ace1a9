"""The real window before a bench, on Qt's screen in memory, with its painted frames counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.bench.bench import Bench
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

_LOOK_MS = 20


class Window(QObject):
    """A window that shows a bench as long as it is run."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._application = QApplication.instance() or QApplication([])
        self._window = MainWindow(Program(lambda *_: bench, list), settings=Settings(), stops_bench=False)
        add_menus(self._window)
        self._window.open_bench(bench.config, "")
        self._window.show()
        self._window.connect_bench()
        self.painted = 0
        """Frames that the plot has painted."""
        self._window.pane.plot.viewport().installEventFilter(self)

    def run_until(self, done: Callable[[], bool]) -> None:
        """Show what comes until `done`."""
        looking = QTimer(self)
        looking.timeout.connect(lambda: self._application.exit() if done() else None)
        looking.start(_LOOK_MS)
        self._application.exec()
        looking.stop()

    def wait(self, seconds: float) -> None:
        """Show what comes for so long."""
        ends_s = time.monotonic() + seconds
        self.run_until(lambda: time.monotonic() >= ends_s)

    def picture(self, path: Path) -> None:
        """Save the window as it looks."""
        self._window.grab().save(str(path))

    def close(self) -> None:
        """Close the window; the bench goes on."""
        self._window.close()
        self._window.deleteLater()
        self._application.processEvents()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Count what is painted."""
        self.painted += event.type() is QEvent.Type.Paint
        return False


@contextmanager
def window_on(bench: Bench) -> Iterator[Window]:
    """A window on a bench, which it starts, closed afterwards."""
    window = Window(bench)
    try:
        yield window
    finally:
        window.close()
