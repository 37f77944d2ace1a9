"""Opens the real window on a bench, on Qt's offscreen platform, and counts the frames that it paints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog

from app.bench.bench import Bench
from app.config.bench_file import BenchConfig
from app.demo.faults import DemoFaults, DemoFaultsFile
from app.messages.languages import text
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

_LOOK_MS = 20


class _Running(NamedTuple):
    """A bench as the window's demo, which goes on when the window is closed."""

    made: Bench

    @property
    def config(self) -> BenchConfig:
        return self.made.config

    @property
    def faults(self) -> DemoFaults:
        return DemoFaults(DemoFaultsFile(), lambda _: None)

    def bench(self) -> Bench:
        return self.made

    def close(self) -> None:
        pass


class Window(QObject):
    """The program's window on a bench; it updates only while `run_until` or `wait` runs the event loop."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._application = QApplication.instance() or QApplication([])
        demo = _Running(bench)
        self._window = MainWindow(Program(lambda *_: bench, list), settings=Settings(), left_running=demo)
        add_menus(self._window)
        self._window.connection.open_demo(demo)
        self._window.show()
        self._window.connection.connect_bench()

    def run_until(self, done: Callable[[], bool], every_ms: int = _LOOK_MS) -> None:
        """Run the event loop until `done` returns true. It is asked every `every_ms` milliseconds."""
        looking = QTimer(self)
        looking.timeout.connect(lambda: self._application.exit() if done() else None)
        looking.start(every_ms)
        self._application.exec()
        looking.stop()

    def wait(self, seconds: float) -> None:
        """Run the event loop for `seconds`."""
        QTimer.singleShot(round(seconds * 1000), self._application.exit)
        self._application.exec()

    def picture(self, path: Path) -> None:
        """Save a picture of the window."""
        self._window.grab().save(str(path))

    def close(self) -> None:
        """Close the window, but let the bench run on."""
        self._window.close()
        self._window.deleteLater()
        self._application.processEvents()

    @property
    def painted(self) -> int:
        """How often the topmost strip was painted since it was made."""
        strips = self._window.pane.plot.strips
        return strips[0].canvas.paints if strips else 0

    @property
    def newest(self) -> float | None:
        """The value of the newest reading that the topmost strip has painted."""
        strips = self._window.pane.plot.strips
        curves = strips[0].canvas.curves if strips else ()
        return float(curves[0].points[1][-1]) if curves and len(curves[0].points[1]) else None

    @property
    def main(self) -> MainWindow:
        """The window itself."""
        return self._window

    def choose(self, code: str) -> None:
        """Choose the entry of the menus with the text of this message code."""
        next(action for action in self._window.findChildren(QAction) if action.text() == text(code)).trigger()

    def point(self, share: float) -> None:
        """Move the pointer over the topmost strip, to this share of its width."""
        if strips := self._window.pane.plot.strips:
            canvas, none = strips[0].canvas, Qt.MouseButton.NoButton
            at = QPointF(share * canvas.width(), canvas.height() / 2)
            moved = QMouseEvent(
                *(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at)),
                *(none, none, Qt.KeyboardModifier.NoModifier),
            )
            QApplication.sendEvent(canvas, moved)

    def close_dialogs(self) -> None:
        """Close all dialogs of the window."""
        for dialog in self._window.findChildren(QDialog):
            dialog.close()

    def pause(self) -> None:
        """Pause the view."""
        self._window.pane.toggle_pause()

    def minimise(self) -> None:
        """Minimise the window."""
        self._window.showMinimized()


@contextmanager
def window_on(bench: Bench) -> Iterator[Window]:
    """Start `bench` in a window, which is closed at the end of the `with` block."""
    window = Window(bench)
    try:
        yield window
    finally:
        window.close()
