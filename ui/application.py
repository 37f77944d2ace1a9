"""Opens the window: the Qt application, its looks, its end, and a picture of it on demand.

Invariants: the bench runs in plain threads and this module in Qt's; an interrupt closes the window as a
person would.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.config import BenchConfig
from ui import settings as memory
from ui.colors import Theme
from ui.contract import BenchView, ListPorts, MakeBench
from ui.window import MainWindow


def run_window(
    config: BenchConfig | None,
    *,
    make_bench: MakeBench,
    list_ports: ListPorts,
    source: str = "",
    connect: bool = False,
    seconds: float | None = None,
    screenshot: Path | None = None,
    on_end: Callable[[BenchView | None], None] | None = None,
    theme: Theme | None = None,
    settings_path: Path | None = None,
) -> int:
    """Show the window until it is closed; gives the exit status 0, or 1 where the picture was not written.

    Without `config` a newcomer gets the form. `source` is the bench file's path, as it is shown. With
    `connect` the bench starts at once, else it waits for Connect. After `seconds` the window closes by
    itself; a picture of it is written to `screenshot` first. With `on_end` the window leaves the bench
    running when it closes and hands it over, to be drained and stopped; None where nothing was ever
    connected. `theme` holds for this time alone.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise RuntimeError("a Qt application without windows runs already")
    application.setApplicationName("Pinbridge")
    application.setApplicationDisplayName("Pinbridge")
    settings = memory.load(settings_path)
    if theme is not None:
        # A passing look is not remembered, and neither is anything else of such a run.
        settings.theme, settings_path = theme, None
    window = MainWindow(
        make_bench, list_ports, settings=settings, settings_path=settings_path, stops_bench=on_end is None
    )
    if config is not None:
        window.open_bench(config, source)
    window.show()
    if connect:
        window.connect_bench()
    taken = [screenshot is None]

    def end() -> None:
        if screenshot is not None:
            taken[0] = window.grab().save(str(screenshot))
        window.close()

    if seconds is not None:
        QTimer.singleShot(round(seconds * 1000), window, end)
    elif screenshot is not None:
        raise ValueError("a picture needs the seconds after which it is taken")
    application.setQuitOnLastWindowClosed(True)
    with _interrupt_closes(window):
        application.exec()
    if on_end is not None:
        on_end(window.bench)
    window.deleteLater()
    return 0 if taken[0] else 1


class _interrupt_closes:  # noqa: N801 - reads as a statement
    """While it holds, SIGINT and SIGTERM close the window; Python sees them at the next timer."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: None)

    def __enter__(self) -> None:
        self._before = {
            number: signal.signal(number, lambda *_: self._window.close())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._timer.start(200)

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)
