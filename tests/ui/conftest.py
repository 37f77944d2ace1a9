"""Fixtures for tests of the window: a fake bench, fake ports, and a clock that only the test sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bench.bench import BenchError
from app.bench.status import PortInfo
from app.config.bench_file import BenchConfig
from app.config.loading import parse
from app.journal import earlier
from app.messages import languages
from tests.ui.fake_bench import PORTS, FakeBench, FakeClock
from tests.ui.gestures import Board
from tests.ui.plot.drawing import Drawing
from tests.ui.stage import PATIENCE_MS, Stage
from ui import qt_language
from ui import settings as memory
from ui.contract import Program
from ui.dialogs import decision_job
from ui.menus import add_menus
from ui.running import waiting
from ui.settings import Settings
from ui.theme.colors import Theme
from ui.window import MainWindow

# The tests must not depend on the screen, scale and style of the desktop on which they run.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
kept = ("QT_QPA_PLATFORM", "QT_QPA_FONTDIR")  # the second one matters on Windows only, see tests/conftest.py
for leaked in [name for name in os.environ if name.startswith("QT_") and name not in kept]:
    del os.environ[leaked]

BENCH = b"""
[bench]
name = "Bench 1"
journal = "bench-1.db"
[[device]]
name = "greenhouse"
port = "usb:2341:0043:85734323"
server = "https://fra1.blynk.cloud"
auth_token = "keyring:greenhouse"
[[device.datastream]]
virtual_pin = 0
name = "Sine"
[[device.datastream]]
virtual_pin = 1
name = "Temperature"
unit = "\xc2\xb0C"
type = "double"
[[device.datastream]]
virtual_pin = 2
name = "Counter"
[[device.datastream]]
virtual_pin = 3
name = "Wind"
[[device]]
name = "cellar"
port = "COM7"
"""


class Bench:
    """Makes the fake benches of a window, keeps them in `made`, and lists fake ports."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.made: list[FakeBench] = []
        self.ports = list(PORTS)
        self.looks_at_ports = 0
        self.failure: Exception | None = None
        """The exception that starting a bench raises; None if it starts."""
        self.refusal = ""
        """The reason why no bench can be made; empty if one can."""

    def make(self, config: BenchConfig, tokens: Mapping[str, str]) -> FakeBench:
        if self.refusal:
            raise BenchError("verbatim", text=self.refusal)
        bench = FakeBench(config, tokens, self.clock)
        bench.failure = self.failure
        self.made.append(bench)
        return bench

    def list_ports(self) -> list[PortInfo]:
        self.looks_at_ports += 1
        return self.ports

    @property
    def last(self) -> FakeBench:
        return self.made[-1]


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Move the user's folders into `tmp_path`, so that no test reads or writes the user's real settings."""
    for name in (
        "HOME",
        "USERPROFILE",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    ):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _deleted_windows() -> Iterator[None]:
    """Delete the windows of a test when it ends; otherwise the next theme would style them too."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _work_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for each decision and each bench until it is done, also on a slow machine."""
    for module in (decision_job, waiting):
        monkeypatch.setattr(module, "AT_ONCE_S", PATIENCE_MS / 1000)


@pytest.fixture
def own_language(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Set the system's language to English, and undo the program's choice of a language after the test."""
    monkeypatch.setenv("LANGUAGE", "en")
    languages.choose("")
    yield
    languages.choose("")
    qt_language.follow(qapp)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def maker(clock: FakeClock) -> Bench:
    return Bench(clock)


@pytest.fixture
def config(tmp_path: Path) -> BenchConfig:
    return parse(BENCH, "bench.toml", tmp_path)


@pytest.fixture
def window(qtbot: QtBot, maker: Bench, clock: FakeClock) -> Iterator[MainWindow]:
    shown = MainWindow(
        Program(maker.make, maker.list_ports), settings=Settings(theme=Theme.LIGHT), clock=clock
    )
    add_menus(shown)
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown, timeout=PATIENCE_MS):
        shown.show()
    yield shown
    shown.close()


@pytest.fixture
def frames(window: MainWindow) -> Callable[[int], None]:
    """A function that draws the given number of frames without waiting for the timer."""

    def draw(number: int = 3) -> None:
        window.frames.stop()
        for _ in range(number):
            window.draw()

    return draw


@pytest.fixture
def stage(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    stage = Stage(qtbot, config, clock, monkeypatch, tmp_path)
    stage.connect()
    yield stage
    stage.window.close()


@pytest.fixture(params=languages.offered())
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("LANGUAGE", "en")  # `choose` changes it; `monkeypatch` restores it
    languages.choose(request.param)
    yield request.param
    languages.choose("en")


@pytest.fixture
def spoken(
    language: str,
    qtbot: QtBot,
    config: BenchConfig,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Stage]:
    """A stage in each language, without a bench file."""
    assert language
    stage = Stage(qtbot, config, clock, monkeypatch, tmp_path)
    yield stage
    stage.window.close()


@pytest.fixture
def board(stage: Stage) -> Board:
    return Board(stage)


@pytest.fixture
def drawing(qtbot: QtBot) -> Drawing:
    return Drawing(qtbot)


@pytest.fixture
def reopened(stage: Stage) -> Iterator[Callable[[], Stage]]:
    """A function that closes the stage's window and opens a new one, which loads the saved settings."""
    opened: list[Stage] = []

    def reopen() -> Stage:
        stage.window.close()
        settings = memory.load(stage.settings_path)
        opened.append(
            Stage(stage.qtbot, stage.config, stage.clock, stage.monkeypatch, stage.folder, settings)
        )
        return opened[-1]

    yield reopen
    for again in opened:
        again.window.close()


@pytest.fixture
def follow(stage: Stage) -> Iterator[Callable[[], MainWindow]]:
    """A function that makes a new window take over from the stage's window, and returns the new one."""
    before: list[MainWindow] = []

    def follow() -> MainWindow:
        stage.window.remember()
        other = MainWindow(
            Program(stage.make, lambda: stage.ports, stage.keyring, stage.make_demo, earlier.find),
            settings=stage.settings,
            settings_path=stage.settings_path,
            clock=stage.clock,
        )
        add_menus(other)
        stage.qtbot.addWidget(other)
        before.append(stage.window)
        other.take_over(stage.window)
        other.show()
        stage.window.close()
        stage.window = other
        stage.frames()
        return other

    yield follow
    for window in before:
        window.close()


def connect(window: MainWindow, config: BenchConfig) -> None:
    window.connection.open_bench(config, "bench.toml")
    window.connection.connect_bench()
