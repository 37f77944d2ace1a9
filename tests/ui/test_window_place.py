"""Where the real window opens: inside the screen, where it was, and only on screens that still exist."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from tests.ui.fake_bench import FakeClock
from tests.ui.stage import Stage
from ui import settings as memory
from ui import window_place
from ui.placement import Area
from ui.settings import Settings
from ui.theme.colors import Theme

Open = Callable[..., Stage]


@pytest.fixture
def opened(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Open:
    """A function that opens a window with saved settings on a desktop with the given screens."""

    def open_on(*screens: Area, settings: Settings | None = None) -> Stage:
        monkeypatch.setattr(window_place, "screens", lambda: list(screens))
        kept = settings or Settings(theme=Theme.LIGHT)
        return Stage(qtbot, config, clock, monkeypatch, tmp_path, kept)

    return open_on


def close(stage: Stage) -> Settings:
    stage.window.close()
    return memory.load(stage.settings_path)


SCREENS = {
    "1280x800": Area(0, 0, 1280, 760),
    "1366x768": Area(0, 0, 1366, 728),
    "1920x1080 at 200 %": Area(0, 0, 960, 500),
    "1024x768 without a window manager": Area(0, 0, 1024, 768),
}


@pytest.mark.parametrize(
    "name",
    ["1920x1080 at 200 %", *(pytest.param(name, marks=pytest.mark.long) for name in SCREENS)],
)
def test_the_first_window_fits_a_small_screen_even_if_nobody_maximises_it(opened: Open, name: str) -> None:
    screen = SCREENS[name]
    stage = opened(screen)
    assert stage.window.isMaximized()
    stage.window.showNormal()
    stage.wait_until(lambda: not stage.window.isMaximized())
    stage.wait_until(lambda: inside(stage, screen))
    stage.window.close()


def inside(stage: Stage, screen: Area) -> bool:
    place = stage.window.geometry()
    return QRect(*screen).contains(place) and place.top() >= screen.top + 30


def test_the_first_window_has_its_usual_size_on_a_large_screen(opened: Open) -> None:
    stage = opened(Area(0, 0, 1920, 1040))
    assert not stage.window.isMaximized()
    assert stage.window.geometry() == QRect(320, 135, 1280, 800)
    kept = close(stage)
    assert (kept.left, kept.top, kept.width, kept.height, kept.maximised) == (320, 135, 1280, 800, False)


def test_a_window_that_a_small_screen_maximised_is_not_maximised_on_a_large_one(opened: Open) -> None:
    stage = opened(SCREENS["1366x768"], settings=Settings(width=1500, height=900, left=200, top=50))
    assert stage.window.isMaximized()
    kept = close(stage)
    assert (kept.width, kept.height, kept.left, kept.top, kept.maximised) == (1500, 900, 200, 50, False)


def test_a_window_that_the_user_maximised_opens_maximised(opened: Open) -> None:
    large = Area(0, 0, 1920, 1040)
    stage = opened(large, settings=Settings(width=1000, height=700, left=300, top=200))
    stage.window.showMaximized()
    stage.wait_until(stage.window.isMaximized)
    kept = close(stage)
    again = opened(large, settings=kept)
    assert again.window.isMaximized()
    again.window.showNormal()
    stage.wait_until(lambda: again.window.geometry() == QRect(300, 200, 1000, 700))
    again.window.close()


@pytest.mark.parametrize(
    ("left", "place"),
    [
        (2500, (460, 185)),
        (1500, (912, 150)),
        pytest.param(-400, (8, 150), marks=pytest.mark.long),
        pytest.param(600, (600, 150), marks=pytest.mark.long),
    ],
)
def test_a_window_opens_on_screens_that_exist(opened: Open, left: int, place: tuple[int, int]) -> None:
    kept = Settings(width=1000, height=700, left=left, top=150)
    stage = opened(Area(0, 0, 1920, 1040), settings=kept)
    assert stage.window.geometry() == QRect(*place, 1000, 700)
    stage.window.close()


def test_old_settings_without_a_place_still_load(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"theme": "dark", "width": 1000, "height": 700, "span_s": 60.0}', encoding="utf-8")
    kept = memory.load(path)
    assert (kept.theme, kept.width, kept.span_s, kept.text_percent) == (Theme.DARK, 1000, 60, 100)
    stage = opened(Area(0, 0, 1920, 1040), settings=kept)
    assert stage.window.geometry() == QRect(460, 185, 1000, 700)
    assert not any(pane.isHidden() for pane in stage.window.panes.hideable.values())
    stage.window.close()


@pytest.mark.parametrize(
    "damage",
    [
        {"width": -5, "height": 10**15, "left": 10**15, "top": -(10**15)},
        pytest.param({"text_percent": -300}, marks=pytest.mark.long),
        pytest.param({"text_percent": 10**12}, marks=pytest.mark.long),
        {"splitters": {"table": [0, 10**9], "lower": [1], "sparkles": [1, 2, 3]}},
        pytest.param({"hidden": ["sparkles", "lower"]}, marks=pytest.mark.long),
    ],
)
def test_senseless_numbers_are_brought_to_sense(opened: Open, damage: dict[str, object]) -> None:
    screen = Area(0, 0, 1920, 1040)
    stage = opened(screen, settings=Settings(**damage))  # type: ignore[arg-type]
    stage.window.showNormal()
    stage.wait_until(lambda: inside(stage, screen))
    assert 5 < stage.window.bar.button.font().pointSizeF() < 25
    assert not stage.window.left.isHidden()
    stage.window.close()


def test_the_size_of_the_text_is_there_in_the_next_window(opened: Open) -> None:
    stage = opened(Area(0, 0, 1920, 1040))
    usual = stage.window.bar.button.font().pointSizeF()
    stage.press("Ctrl++")
    stage.press("Ctrl++")
    kept = close(stage)
    assert kept.text_percent == 125
    again = opened(Area(0, 0, 1920, 1040), settings=kept)
    assert again.window.bar.button.font().pointSizeF() == usual * 1.25
    again.window.close()


@pytest.mark.parametrize("percent", [150, pytest.param(200, marks=pytest.mark.long)])
def test_a_remembered_size_looks_as_if_it_was_chosen_just_now(percent: int) -> None:
    """A program of its own: in this one, the theme is no longer applied for the first time."""
    command = [sys.executable, "-m", "tests.ui.remembered_size", str(percent)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def test_all_text_follows_the_size(stage: Stage) -> None:
    def sizes() -> list[float]:
        window = stage.window
        console = window.console
        strip = window.pane.plot.strips[-1]
        (sketch,) = [w for w in window.first_page.findChildren(QLabel) if w.property("code")]
        return [
            sketch.fontMetrics().height(),
            window.menuBar().fontMetrics().height(),
            window.bar.button.fontMetrics().height(),
            window.left.table.rowHeight(0),
            strip.header.row_px,
            window.pane.plot.time_axis.fontMetrics().height(),
            console.view.rowHeight(0),
            console.model.index(0, 0).data(0x0006).pointSizeF(),
            console.view.columnWidth(0),
            window.status_line.cloud.sizeHint().height(),
            window.lower_pane.tabs.fontMetrics().height(),
        ]

    before = sizes()
    stage.window.step_text_size(6)
    stage.frames()
    larger = sizes()
    for old, new in zip(before, larger, strict=True):
        assert 1.5 * old <= new <= 2.3 * old
    stage.press("Ctrl+0")
    stage.frames()
    assert sizes() == before


def test_the_size_of_the_text_changes_again_and_again_while_readings_come(stage: Stage) -> None:
    """The plot must not rebuild itself while Qt still passes the font on: that crashed the program."""
    stage.window.resize(944, 494)
    for percent in (200, 100):
        stage.window.settings.text_percent = percent
        stage.window.set_theme(Theme.LIGHT)
        stage.qtbot.wait(0)
        stage.frames(4)
    assert len(stage.window.pane.plot.strips) == 4


def test_windows_that_are_only_drawn_in_memory_have_no_screens() -> None:
    assert QGuiApplication.platformName() == "offscreen"
    assert window_place.screens() == []


def test_the_primary_screen_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    area = QGuiApplication.primaryScreen().availableGeometry()
    assert window_place.screens() == [Area(area.left(), area.top(), area.width(), area.height())]


def test_a_page_asked_for_by_its_key_shows_the_hidden_pane(stage: Stage) -> None:
    stage.press("Ctrl+J")
    assert not stage.window.lower_pane.isVisible()
    stage.press("Ctrl+3")
    assert stage.window.lower_pane.isVisible()
    stage.press("Ctrl+J")
    stage.press("Ctrl+L")
    assert stage.window.console.send_box.field.isVisible()
