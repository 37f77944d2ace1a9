"""Opens the window and waits until it is closed.

Invariants: the bench runs in plain threads, and the window in Qt's main thread; an interrupt closes the
window in the same way as the user does; when the user chooses another language, a new window replaces the old
window and takes over its bench.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QLoggingCategory, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.config.bench_file import BenchConfig
from app.messages import languages
from app.messages.message import Message
from ui import qt_language
from ui import settings as memory
from ui.contract import DemoView
from ui.contract import Program as Program
from ui.menus import add_menus
from ui.window import MainWindow

_SIGNALS_MS = 200
_ICON = Path(__file__).with_name("icon.svg")
_NOT_LOGGED = "qt.text.font.db.info=false"
"""Text in a script for which the system has no font, such as the noise of a board, is no news for a terminal.

What `QT_LOGGING_RULES` asks for is still logged.
"""


def run_window(
    program: Program,
    *,
    config: BenchConfig | None = None,
    source: str = "",
    failure: Message | None = None,
) -> None:
    """Show the window until the user closes it.

    `config` is the bench file to show, and `source` its path; without `config` the window shows the form for
    a single board. `failure` says why a bench file could not be read.

    The window uses the language that was passed to `languages.choose`; if that was empty, the language in the
    settings.
    """
    path = memory.default_path()
    settings = memory.load(path)

    def make() -> MainWindow:
        return MainWindow(program, settings=settings, settings_path=path)

    shown = _Shown(_start_application(), settings.language, make)
    if config is not None:
        shown.window.connection.open_bench(config, source)
    if failure is not None:
        shown.window.show_message(failure)
    shown.window.show()
    shown.until_closed()


def show_demo(
    demo: DemoView,
    program: Program,
    *,
    seconds: float | None = None,
    screenshot: Path | None = None,
) -> int:
    """Connect a demo and show it until the window is closed. Returns the exit code.

    If `screenshot` is given, a picture of the window is written to this file when the window closes. The exit
    code is 1 if the picture could not be written, otherwise 0. After `seconds`, if given, the window closes
    by itself. The demo and its bench are left running: the caller waits until the last readings are sent,
    then stops them. But if the user leaves the demo for something else, the window ends it. Only the
    language and the size of the text are read from the user's settings, and no setting is changed.
    """
    kept = memory.load(memory.default_path())
    settings = memory.Settings(language=kept.language, text_percent=kept.text_percent)

    def make() -> MainWindow:
        return MainWindow(program, settings=settings, left_running=demo)

    shown = _Shown(_start_application(), settings.language, make)
    shown.window.picture_at_end = screenshot
    shown.window.connection.open_demo(demo)
    shown.window.show()
    shown.window.connection.connect_bench()
    shown.until_closed(seconds)
    return 0 if screenshot is None or shown.window.picture_written else 1


class _Shown:
    """Holds the open window, and replaces it with a new window when the user chooses another language."""

    def __init__(
        self,
        application: QApplication,
        language: str,
        make: Callable[[], MainWindow],
    ) -> None:
        """Make the first window with `make`. `language` is the language code in the settings."""
        self._application, self._make = application, make
        self._speak(languages.chosen() or language)
        self.window = self._made()

    def until_closed(self, seconds: float | None = None) -> None:
        """Wait until the window is closed.

        The user or an interrupt closes the window; it also closes by itself after `seconds`, if given.
        """
        closing = QTimer()
        closing.setSingleShot(True)
        closing.timeout.connect(self._close)
        if seconds is not None:
            closing.start(round(seconds * 1000))
        with _called_by_signals(self._close):
            QApplication.exec()
        closing.stop()
        self.window.deleteLater()

    def _close(self) -> None:
        was_hidden = self.window.isHidden()
        self.window.close()
        if was_hidden:  # in the tray: Qt ends the program only when a visible window closes
            self._application.quit()

    def _made(self) -> MainWindow:
        window = self._make()
        add_menus(window)
        window.language_chosen.connect(self._change_language)
        return window

    def _speak(self, code: str) -> None:
        # A settings file may name a language that this version does not have.
        languages.choose(code if code in languages.offered() else "")
        qt_language.follow(self._application)

    def _change_language(self, code: str) -> None:
        if code == languages.chosen():
            return
        self.window.remember()
        self._speak(code)
        before, self.window = self.window, self._made()
        self.window.take_over(before)
        self.window.show()
        before.close()
        before.deleteLater()


def _start_application() -> QApplication:
    QLoggingCategory.setFilterRules(_NOT_LOGGED)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Pinbridge")
    application.setApplicationDisplayName("Pinbridge")
    application.setDesktopFileName("pinbridge")  # its icon in a dock gets the number of boards that fail
    application.setWindowIcon(QIcon(str(_ICON)))
    application.setQuitOnLastWindowClosed(True)
    return application


@contextmanager
def _called_by_signals(close: Callable[[], None]) -> Iterator[None]:
    """A context in which SIGINT, SIGTERM and SIGHUP (the terminal is closed) lead to a call of `close`.

    SIGHUP is left alone if the program was started with it ignored, as `nohup` does.

    A handler that the program had already set for the signal is called before `close`.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none.
    if hang_up and signal.getsignal(hang_up) is not signal.SIG_IGN:
        before[hang_up] = signal.getsignal(hang_up)

    def called(number: int, frame: FrameType | None) -> None:
        earlier = before[signal.Signals(number)]
        if callable(earlier) and earlier is not signal.default_int_handler:
            earlier(number, frame)
        # The signal may have interrupted the painting of a widget, and Qt crashes if that widget goes then.
        QTimer.singleShot(0, close)

    # Python handles signals only while Python code runs. Qt's event loop is C++, so a timer runs Python code.
    awake = QTimer()
    awake.timeout.connect(lambda: None)
    awake.start(_SIGNALS_MS)
    for number in before:
        signal.signal(number, called)
    try:
        yield
    finally:
        awake.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
