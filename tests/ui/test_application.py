"""Opening the window for a bench that exists, or with a function that makes benches.

A bench that existed before is not stopped when the window closes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication, QMenu

from app.commands.bridge import open_window
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from tests.ui.conftest import Bench
from tests.ui.dialogs.test_token_prompts import TOKEN
from tests.ui.fake_bench import FakeBench, FakeClock
from tests.ui.stage import DemoFaults, Keyring
from ui import settings as memory
from ui.application import run_window, show_bench
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


def test_a_given_bench_is_started_pictured_and_left_running(
    config: BenchConfig, clock: FakeClock, tmp_path: Path
) -> None:
    bench = FakeBench(config, {}, clock)
    picture = tmp_path / "window.png"
    assert show_bench(bench, seconds=0.1, screenshot=picture) == 0
    assert (bench.started, bench.stopped) == (1, 0)
    assert QImage(str(picture)).width() >= 820


def test_a_picture_that_cannot_be_written_gives_status_1(
    config: BenchConfig, clock: FakeClock, tmp_path: Path
) -> None:
    bench = FakeBench(config, {}, clock)
    nowhere = tmp_path / "no such folder" / "window.png"
    assert show_bench(bench, seconds=0.05, screenshot=nowhere) == 1
    application = QApplication.instance()
    assert application
    QTimer.singleShot(0, lambda: application.exit(0))  # leaves the window open, so no picture is written
    picture = tmp_path / "window.png"
    assert show_bench(FakeBench(config, {}, clock), screenshot=picture) == 1


def test_a_bench_file_waits_for_connect_and_settings_are_kept(config: BenchConfig, maker: Bench) -> None:
    path = memory.default_path()
    memory.save(memory.Settings(theme=Theme.HIGH_CONTRAST), path)
    seen: list[str] = []

    def look(window: MainWindow) -> None:
        seen.append(window.windowTitle())
        seen.append(str(window.settings.theme))
        window.pane.clock_button.setChecked(True)

    when_open(look)
    run_window(maker.make, Keyring(), config=config, source="bench.toml")
    assert seen == ["Bench 1 – Pinbridge", "high_contrast"]
    assert maker.made == []
    assert memory.load(path).clock


def test_a_given_bench_starts_once(config: BenchConfig, clock: FakeClock) -> None:
    bench = FakeBench(config, {}, clock)
    seen: list[str] = []

    def look(window: MainWindow) -> None:
        window.connection.disconnect_bench()
        window.connection.connect_bench()
        seen.extend(window.notices.texts)

    when_open(look)
    assert show_bench(bench) == 0
    assert (bench.started, bench.stopped) == (1, 1)
    assert len(seen) == 1
    assert "start the program again" in seen[0]


def test_the_faults_of_a_demo_are_a_menu(config: BenchConfig, clock: FakeClock) -> None:
    faults = DemoFaults()
    seen: list[tuple[str, bool]] = []

    def look(window: MainWindow) -> None:
        (menu,) = [menu for menu in window.findChildren(QMenu) if menu.title() == "&Faults"]
        menu.actions()[0].trigger()
        faults.on["flood"] = True
        menu.aboutToShow.emit()
        seen.extend((action.text(), action.isChecked()) for action in menu.actions())

    when_open(look)
    assert show_bench(FakeBench(config, {}, clock), faults) == 0
    assert faults.on == {"down": True, "flood": True}
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
    run_window(maker.make, keyring, config=config, source="bench.toml")
    assert maker.last.tokens == keyring.held == {"greenhouse": TOKEN}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that a test could raise safely")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_an_interrupt_closes_the_window(config: BenchConfig, clock: FakeClock, name: str) -> None:
    told: list[int] = []
    number = signal.Signals[name]

    def earlier(seen: int, _frame: object) -> None:
        told.append(seen)

    before = signal.signal(number, earlier)
    try:
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), number))
        assert show_bench(FakeBench(config, {}, clock)) == 0
        assert told == [number]
        assert signal.getsignal(number) is earlier
        # Python's own handler would only end the program, so it is not called.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGINT))
        assert show_bench(FakeBench(config, {}, clock)) == 0
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(number, before)


def test_the_application_has_its_name_and_its_icon(
    qapp: QApplication, config: BenchConfig, clock: FakeClock
) -> None:
    qapp.setApplicationName("other")
    qapp.setApplicationDisplayName("other")
    qapp.setWindowIcon(QIcon())
    qapp.setQuitOnLastWindowClosed(False)
    seen: list[bool] = []

    def look(window: MainWindow) -> None:
        seen.append(window.windowIcon().isNull())
        QTimer.singleShot(0, qapp.quit)  # in case closing the last window does not end the program

    when_open(look)
    assert show_bench(FakeBench(config, {}, clock)) == 0
    assert (qapp.applicationName(), qapp.applicationDisplayName()) == ("Pinbridge", "Pinbridge")
    assert qapp.quitOnLastWindowClosed()
    assert seen == [False]
    assert not qapp.windowIcon().pixmap(32).isNull()


def test_without_a_console_the_window_shows_what_is_wrong_with_a_bench_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.pinbridge"
    path.write_text("[bench]\ncolour = 1\n")
    with pytest.raises(ConfigError):
        open_window(path)
    seen: list[str] = []
    when_open(lambda window: seen.extend(window.notices.texts))
    monkeypatch.setattr(sys, "stderr", None)
    assert open_window(path) == 0
    assert len(seen) == 1
    assert "wrong.pinbridge" in seen[0]
    assert "colour" in seen[0]
