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
from ui.contract import BenchView, Faults, ListPorts, MakeBench, Tokens
from ui.menus import add_menus
from ui.theme.colors import Theme
from ui.window import MainWindow

_SIGNALS_MS = 200
_ICON = Path(__file__).with_name("icon.svg")


def run_window(
    *,
    config: BenchConfig | None = None,
    source: str = "",
    failure: str = "",
    make_bench: MakeBench | None = None,
    bench: BenchView | None = None,
    tokens: Tokens | None = None,
    faults: Faults | None = None,
    list_ports: ListPorts = serial_ports,
    seconds: float | None = None,
    screenshot: Path | None = None,
    theme: Theme | None = None,
    settings_path: Path | None = None,
) -> int:
    """Show the window until it is closed; gives 0, or 1 where the picture could not be written.

    With `make_bench` a person connects and the window stops what it has made. `config` is then the bench file
    that is shown, `source` its path as it is shown; without `config` there is the newcomer's form, and
    `failure` says why where a bench file could not be shown.

    With `bench` the window starts that one at once, and leaves it running when it closes: who gave it drains
    and stops it. Nothing of such a run is remembered.

    `tokens` says which tokens are missing and keeps those that are typed; `faults` are a demo's.

    After `seconds` the window closes by itself. When it closes, a picture of it is written to `screenshot`.
    `theme` holds for this time alone. `settings_path` is the window's memory, by default the user's own.
    """
    if (bench is None) == (make_bench is None):
        raise ValueError("a window needs a bench, or a way to make one, and not both")
    application = _application()
    if bench is not None:
        config, make_bench, settings_path = bench.config, _only(bench), None
    elif settings_path is None:
        settings_path = memory.default_path()
    settings = memory.load(settings_path)
    if theme is not None:
        settings.theme, settings_path = theme, None
    assert make_bench is not None  # noqa: S101 - for the type checker; told apart above
    window = MainWindow(
        make_bench,
        list_ports,
        settings=settings,
        settings_path=settings_path,
        stops_bench=bench is None,
        tokens=tokens,
    )
    add_menus(window, faults)
    window.picture_at_end = screenshot
    if config is not None:
        window.open_bench(config, source)
    if failure:
        window.show_message(failure)
    window.show()
    if bench is not None:
        window.connect_bench()
    if seconds is not None:
        QTimer.singleShot(round(seconds * 1000), window, window.close)
    with _closed_by_signals(window):
        application.exec()
    written = screenshot is None or window.picture_written
    window.deleteLater()
    return 0 if written else 1


def _application() -> QApplication:
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Pinbridge")
    application.setApplicationDisplayName("Pinbridge")
    application.setWindowIcon(QIcon(str(_ICON)))
    application.setQuitOnLastWindowClosed(True)
    return application


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
