"""A window with a real bench, whose boards and journal take their time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.bench.bench import Bench
from app.boards.sources import OpenPort
from app.config.bench_file import BenchConfig
from tests.ui.stage import PATIENCE_MS, Keyring
from ui.contract import Program
from ui.settings import Settings
from ui.window import MainWindow


def connect(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    """Show `window`, and connect it to the bench file `path`. Returns it."""
    qtbot.addWidget(window)
    window.show()
    window.connection.open_file(path)
    window.connection.connect_bench()
    return window


def opened(qtbot: QtBot, path: Path, text: str, open_port: OpenPort, keyring: Keyring) -> MainWindow:
    """A window that is connected to the bench file `path`, whose content is `text`."""
    path.write_text(text, encoding="utf-8")

    def make(config: BenchConfig, tokens: Mapping[str, str]) -> Bench:
        return Bench(config, {**keyring.held, **tokens}, open_port)

    window = MainWindow(Program(make, list, keyring), settings=Settings(), settings_path=path.parent / "w")
    return connect(qtbot, window, path)


def wait(qtbot: QtBot, window: MainWindow, is_so: Callable[[], object]) -> None:
    """Draw the window until something is so."""

    def look() -> bool:
        window.draw()
        return bool(is_so())

    qtbot.waitUntil(look, timeout=PATIENCE_MS)
