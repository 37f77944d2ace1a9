"""Opening the window for a demo that runs, or with a function that makes benches.

A demo that ran before is not stopped when the window closes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.commands.bridge import open_window
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from tests.processes import ENV, ROOT
from tests.ui.conftest import Bench
from tests.ui.dialogs.test_token_prompts import TOKEN
from tests.ui.stage import FakeDemo, Keyring
from ui import settings as memory
from ui.application import run_window, show_demo
from ui.contract import Program
from ui.dialogs.token_dialog import TokenDialog
from ui.theme.colors import Theme
from ui.window import MainWindow

pytestmark = pytest.mark.usefixtures("qtbot", "own_language")


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "default_path", lambda: tmp_path / "window.json")


def when_open(look: Callable[[MainWindow], None]) -> None:
    """Call `look` with the window as soon as it is open, then close the window, even if `look` fails."""

    def act() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        try:
            look(window)
        finally:
            window.close()

    QTimer.singleShot(0, act)


def unused() -> FakeDemo:
    raise AssertionError("the user has not asked for a demo")


@pytest.fixture
def demo(config: BenchConfig, maker: Bench) -> FakeDemo:
    return FakeDemo(config, maker.make)


@pytest.fixture
def show(maker: Bench, demo: FakeDemo) -> Callable[..., int]:
    """A function that shows the demo until its window is closed."""

    def show(**how: Any) -> int:
        return show_demo(demo, Program(maker.make, list, Keyring(), unused), **how)

    return show


def test_a_given_demo_is_connected_pictured_and_left_running(
    show: Callable[..., int], demo: FakeDemo, maker: Bench, tmp_path: Path
) -> None:
    picture = tmp_path / "window.png"
    assert show(seconds=0.1, screenshot=picture) == 0
    assert (maker.last.started, maker.last.stopped, demo.is_closed) == (1, 0, False)
    assert QImage(str(picture)).width() >= 820


def test_a_picture_that_cannot_be_written_gives_status_1(show: Callable[..., int], tmp_path: Path) -> None:
    nowhere = tmp_path / "no such folder" / "window.png"
    assert show(seconds=0.05, screenshot=nowhere) == 1
    application = QApplication.instance()
    assert application
    QTimer.singleShot(0, lambda: application.exit(0))  # leaves the window open, so no picture is written
    picture = tmp_path / "window.png"
    assert show(screenshot=picture) == 1


def test_a_bench_file_waits_for_connect_and_settings_are_kept(config: BenchConfig, maker: Bench) -> None:
    path = memory.default_path()
    memory.save(memory.Settings(theme=Theme.HIGH_CONTRAST), path)
    seen: list[str] = []

    def look(window: MainWindow) -> None:
        seen.append(window.windowTitle())
        seen.append(str(window.settings.theme))
        window.pane.tools.clock_button.setChecked(True)

    when_open(look)
    run_window(Program(maker.make, list, Keyring(), unused), config=config, source="bench.toml")
    assert seen == ["Bench 1 – Pinbridge", "high_contrast"]
    assert maker.made == []
    assert memory.load(path).clock


def test_a_demo_is_connected_again_after_it_was_disconnected(
    show: Callable[..., int], demo: FakeDemo, maker: Bench
) -> None:
    def look(window: MainWindow) -> None:
        window.connection.disconnect_bench()
        window.connection.connect_bench()
        assert window.connection.connected
        assert window.notices.texts == []

    when_open(look)
    assert show() == 0
    assert [(bench.started, bench.stopped) for bench in maker.made] == [(1, 1), (1, 0)]
    assert not demo.is_closed


def test_a_given_demo_that_the_user_leaves_is_closed_and_what_comes_next_is_stopped(
    show: Callable[..., int], demo: FakeDemo, maker: Bench
) -> None:
    def look(window: MainWindow) -> None:
        window.connection.close_bench_file()
        assert (demo.is_closed, maker.last.stopped) == (True, 1)
        assert window.connection.demo is None
        window.bar.form.port_box.setCurrentText("COM5")
        window.connection.connect_bench()

    when_open(look)
    assert show() == 0
    assert [(bench.started, bench.stopped) for bench in maker.made] == [(1, 1), (1, 1)]


def test_a_demo_that_the_user_starts_ends_with_the_window(config: BenchConfig, maker: Bench) -> None:
    demo = FakeDemo(config, maker.make)

    def look(window: MainWindow) -> None:
        window.connection.start_demo()
        assert window.connection.connected
        assert not demo.is_closed

    when_open(look)
    run_window(Program(maker.make, list, Keyring(), lambda: demo))
    assert (maker.last.started, maker.last.stopped, demo.is_closed) == (1, 1, True)


def test_a_demo_that_cannot_start_is_explained(config: BenchConfig, maker: Bench) -> None:
    def fail() -> FakeDemo:
        raise OSError("No space is left on the disk.")

    def look(window: MainWindow) -> None:
        window.connection.start_demo()
        assert window.notices.texts == ["No space is left on the disk."]
        assert window.bar.button.isEnabled()
        assert window.windowTitle() == "Bench 1 – Pinbridge"

    when_open(look)
    run_window(Program(maker.make, list, Keyring(), fail), config=config, source="bench.toml")


def test_the_faults_of_a_demo_are_a_menu_while_it_is_open(show: Callable[..., int], demo: FakeDemo) -> None:
    seen: list[tuple[str, bool]] = []

    def look(window: MainWindow) -> None:
        (menu,) = [menu for menu in window.findChildren(QMenu) if menu.title() == "&Faults"]
        assert menu.menuAction().isVisible()
        menu.actions()[0].trigger()
        demo.faults.on["flood"] = True
        menu.aboutToShow.emit()
        seen.extend((action.text(), action.isChecked()) for action in menu.actions())
        window.connection.close_bench_file()
        assert not menu.menuAction().isVisible()

    when_open(look)
    assert show() == 0
    assert demo.faults.on == {"down": True, "flood": True}
    assert seen == [("Play down", True), ("Play flood", True)]


def test_a_missing_token_is_asked_for_at_connect(config: BenchConfig, maker: Bench) -> None:
    keyring = Keyring()

    def look(window: MainWindow) -> None:
        window.connection.connect_bench()
        assert not window.connection.connected
        (dialog,) = window.findChildren(TokenDialog)
        dialog.fields["greenhouse"].setText(TOKEN)
        dialog.agree.click()
        assert window.connection.connected

    when_open(look)
    run_window(Program(maker.make, list, keyring, unused), config=config, source="bench.toml")
    assert maker.last.tokens == keyring.held == {"greenhouse": TOKEN}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that a test could raise safely")
@pytest.mark.parametrize(
    "name", ["SIGTERM", *(pytest.param(name, marks=pytest.mark.long) for name in ("SIGINT", "SIGHUP"))]
)
def test_an_interrupt_closes_the_window(show: Callable[..., int], name: str) -> None:
    told: list[int] = []
    number = signal.Signals[name]

    def earlier(seen: int, _frame: object) -> None:
        told.append(seen)

    before = signal.signal(number, earlier)
    try:
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), number))
        assert show() == 0
        assert told == [number]
        assert signal.getsignal(number) is earlier
        # Python's own handler would only end the program, so it is not called.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGINT))
        assert show() == 0
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(number, before)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that a test could raise safely")
def test_an_interrupt_does_not_close_the_window_while_it_is_painted(show: Callable[..., int]) -> None:
    seen: list[bool] = []

    def look() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]

        class Interrupted(QWidget):
            def paintEvent(self, _event: QPaintEvent) -> None:
                painter = QPainter(self)
                os.kill(os.getpid(), signal.SIGINT)
                seen.append(window.isVisible())
                painter.end()

        widget = Interrupted(window)
        widget.resize(5, 5)
        widget.show()
        widget.repaint()

    # Python's own handler would only end the program, so it is not called.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        QTimer.singleShot(0, look)
        assert show() == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen
    assert all(seen)


def test_a_signal_ends_the_program_while_its_window_is_hidden_in_the_tray(
    qapp: QApplication, show: Callable[..., int]
) -> None:
    running: list[bool] = []
    too_late = QTimer()
    too_late.setSingleShot(True)
    too_late.timeout.connect(lambda: running.append(True))
    too_late.timeout.connect(qapp.quit)

    def hide() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        window.hide()
        os.kill(os.getpid(), signal.SIGTERM)
        too_late.start(10_000)

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        QTimer.singleShot(0, hide)
        assert show() == 0
    finally:
        signal.signal(signal.SIGTERM, before)
        too_late.stop()
    assert running == []


def test_the_application_has_its_name_and_its_icon(qapp: QApplication, show: Callable[..., int]) -> None:
    qapp.setApplicationName("other")
    qapp.setApplicationDisplayName("other")
    qapp.setWindowIcon(QIcon())
    qapp.setQuitOnLastWindowClosed(False)
    seen: list[bool] = []

    def look(window: MainWindow) -> None:
        seen.append(window.windowIcon().isNull())
        QTimer.singleShot(0, qapp.quit)  # in case closing the last window does not end the program

    when_open(look)
    assert show() == 0
    assert (qapp.applicationName(), qapp.applicationDisplayName()) == ("Pinbridge", "Pinbridge")
    # Docks find the icon at which they show the number of failing boards by the name of the desktop entry.
    assert (ROOT / "packaging/linux" / f"{qapp.desktopFileName()}.desktop").is_file()
    assert qapp.quitOnLastWindowClosed()
    assert seen == [False]
    assert not qapp.windowIcon().pixmap(32).isNull()


@pytest.mark.parametrize("system", ["Windows", "Linux"])
def test_without_a_console_the_window_shows_what_is_wrong_with_a_bench_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str
) -> None:
    path = tmp_path / "wrong.pinbridge"
    path.write_text("[bench]\ncolour = 1\n")
    with pytest.raises(ConfigError):
        open_window(path)
    seen: list[str] = []
    when_open(lambda window: seen.extend(window.notices.texts))
    if system == "Windows":
        monkeypatch.setattr(sys, "stderr", None)
    assert open_window(path, show_errors=system == "Linux") == 0
    assert len(seen) == 1
    assert "wrong.pinbridge" in seen[0]
    assert "colour" in seen[0]


_ANY_SCRIPT = """
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel
from ui.application import _start_application

application = _start_application()
for font in (application.font(), QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)):
    label = QLabel("".join(chr(code) for code in range(0x80, 0xD800, 32) if chr(code).isprintable()))
    label.setFont(font)
    label.grab()
"""


def test_letters_for_which_there_is_no_font_print_nothing() -> None:
    """A board that sends noise can send any letter."""
    env = {**ENV, "QT_QPA_PLATFORM": "offscreen"}
    env.pop("QT_LOGGING_RULES", None)
    command = [sys.executable, "-c", _ANY_SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=True)
    assert (done.stdout, done.stderr) == ("", "")
