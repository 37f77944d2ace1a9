"""Opens the window: the Qt application, its looks, its end, and a picture of it on demand.

Invariants: the bench runs in plain threads and the window in Qt's own; an interrupt closes the window as a
person would.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.bench.bench import serial_ports
from app.config.bench_file import BenchConfig
from ui import settings as memory
from ui.contract import BenchView, Faults, MakeBench, Program, Tokens
from ui.menus import add_menus
from ui.window import MainWindow

_SIGNALS_MS = 200
_ICON = Path(__file__).with_name("icon.svg")


def run_window(
    make_bench: MakeBench,
    tokens: Tokens,
    *,
    config: BenchConfig | None = None,
    source: str = "",
    failure: str = "",
) -> None:
    """Show the window, in which a person connects, until it is closed.

    `config` is the bench file that is shown, `source` its path as it is shown; without `config` there is the
    newcomer's form, and `failure` says why where a bench file could not be shown. `make_bench` makes the
    benches, which the window stops. `tokens` says which tokens are missing and keeps those that are typed.
    """
    _start_application()
    path = memory.default_path()
    program = Program(make_bench, serial_ports, tokens)
    window = MainWindow(program, settings=memory.load(path), settings_path=path)
    add_menus(window)
    if config is not None:
        window.open_bench(config, source)
    if failure:
        window.show_message(failure)
    window.show()
    _wait_for_its_end(window)


def show_bench(
    bench: BenchView,
    faults: Faults | None = None,
    *,
    seconds: float | None = None,
    screenshot: Path | None = None,
) -> int:
    """Start a bench and show it until the window is closed; 0, or 1 where no picture could be written.

    The bench is left running: who gave it drains and stops it. Nothing of the window is remembered. `faults`
    are a demo's. After `seconds` the window closes by itself. When it closes, a picture of it is written to
    `screenshot`.
    """
    _start_application()
    program = Program(_only(bench), serial_ports)
    window = MainWindow(program, settings=memory.Settings(), stops_bench=False)
    add_menus(window, faults)
    window.picture_at_end = screenshot
    window.open_bench(bench.config, "")
    window.show()
    window.connect_bench()
    if seconds is not None:
        QTimer.singleShot(round(seconds * 1000), window, window.close)
    _wait_for_its_end(window)
    return 0 if screenshot is None or window.picture_written else 1


def _start_application() -> None:
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Pinbridge")
    application.setApplicationDisplayName("Pinbridge")
    application.setWindowIcon(QIcon(str(_ICON)))
    application.setQuitOnLastWindowClosed(True)


def _wait_for_its_end(window: MainWindow) -> None:
    with _closed_by_signals(window):
        QApplication.exec()
    window.deleteLater()


def _only(bench: BenchView) -> MakeBench:
    """Gives the bench once: a bench that was stopped does not start again."""
    left = [bench]

    def make(_config: BenchConfig, _tokens: Mapping[str, str]) -> BenchView:
        if not left:
            raise ValueError("This bench has been stopped: close the window and start the program again.")
        return left.pop()

    return make


@contextmanager
def _closed_by_signals(window: MainWindow) -> Iterator[None]:
    """While it holds, SIGINT and SIGTERM close the window, after what they did before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def close(number: int, frame: FrameType | None) -> None:
        earlier = before[signal.Signals(number)]
        if callable(earlier) and earlier is not signal.default_int_handler:
            earlier(number, frame)
        window.close()

    # Qt's loop runs in C; Python sees a signal only when some Python runs.
    awake = QTimer()
    awake.timeout.connect(lambda: None)
    awake.start(_SIGNALS_MS)
    for number in before:
        signal.signal(number, close)
    try:
        yield
    finally:
        awake.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
