"""The window and its surroundings: the desktop, the ports, closing, and what stays after disconnecting."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DeviceStatus,
    Form,
    PortInfo,
    Selection,
)
from app.messages.message import verbatim
from tests.ui.stage import Stage
from ui import settings as memory
from ui import window as windows
from ui.contract import BenchView
from ui.datastreams.model import VALUE
from ui.dialogs.job import Progress
from ui.theme import theme
from ui.theme.colors import DARK, LIGHT, Theme

PICO = PortInfo("/dev/ttyACM7", "Pico", "2E8A:000A", "E6614C", "1-1.4")


def themes(stage: Stage) -> dict[str, QAction]:
    (menu,) = [menu for menu in stage.window.menuBar().findChildren(QMenu) if menu.title() == "T&heme"]
    return {action.text().replace("&", ""): action for action in menu.actions()}


def ticked_themes(stage: Stage) -> list[str]:
    return [name for name, action in themes(stage).items() if action.isChecked()]


def test_the_menu_ticks_the_theme_that_was_chosen_last_time(
    stage: Stage, reopened: Callable[[], Stage]
) -> None:
    assert ticked_themes(stage) == ["Light"]
    stage.window.set_theme(Theme.DARK)
    assert ticked_themes(reopened()) == ["Dark"]


def test_the_menu_ticks_the_theme_that_is_chosen_alone(stage: Stage) -> None:
    for name in ("Dark", "High contrast", "Dark"):
        themes(stage)[name].trigger()
        assert ticked_themes(stage) == [name]


@pytest.mark.parametrize(("chosen", "then"), [(Theme.SYSTEM, DARK), (Theme.LIGHT, LIGHT)])
def test_the_window_follows_a_desktop_that_turns_dark_if_its_theme_is_the_system_s(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, chosen: Theme, then: object
) -> None:
    monkeypatch.setattr(theme, "system_is_dark", lambda: False)
    stage.window.set_theme(chosen)
    assert stage.window.scheme == LIGHT
    monkeypatch.setattr(theme, "system_is_dark", lambda: True)
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert stage.window.scheme == then


def test_of_a_minimised_window_only_the_title_is_renewed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[BenchStatus] = []
    real = stage.window.panes.show_device

    def show_device(bench: BenchView, status: BenchStatus, device: DeviceStatus, *, runs: bool) -> None:
        shown.append(status)
        real(bench, status, device, runs=runs)

    monkeypatch.setattr(stage.window.panes, "show_device", show_device)
    stage.frames(2)
    assert len(shown) == 2
    title = stage.window.windowTitle()
    stage.window.showMinimized()
    stage.device.cloud = CloudStatus(CloudState.PAUSED, verbatim("Wrong token."))
    assert stage.window.draw() == math.inf
    assert len(shown) == 2
    assert stage.window.windowTitle() != title
    stage.window.showNormal()
    stage.frames(1)
    assert len(shown) == 3


def test_a_maximised_window_keeps_the_size_to_which_it_returns(stage: Stage) -> None:
    stage.window.resize(1000, 700)
    stage.window.showMaximized()
    stage.wait_until(stage.window.isMaximized)
    stage.wait_until(lambda: stage.window.size() != QSize(1000, 700))
    stage.window.close()
    kept = memory.load(stage.settings_path)
    assert (kept.width, kept.height, kept.maximised) == (1000, 700, True)


@pytest.mark.parametrize("when", ["at first", "after a run"])
def test_a_board_that_is_plugged_in_appears_in_the_form(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(windows, "_PORTS_MS", 1)
    form = stage.window.bar.form
    stage.window.connection.close_bench_file()
    if when == "after a run":
        form.port_box.setCurrentIndex(0)
        stage.window.connection.connect_bench()
        stage.window.connection.disconnect_bench()
    stage.window.setFocus()
    stage.ports.append(PICO)
    stage.wait_until(
        lambda: any("ttyACM7" in form.port_box.itemText(n) for n in range(form.port_box.count()))
    )


def test_the_title_names_the_bench(stage: Stage) -> None:
    assert stage.window.windowTitle() == "Bench 1 – Pinbridge"
    stage.window.connection.close_bench_file()
    assert stage.window.windowTitle() == "Pinbridge"


def test_a_file_that_sends_nothing_waits_for_connect_too(stage: Stage) -> None:
    silent = msgspec.structs.replace(stage.config, device=stage.config.device[1:])
    benches = len(stage.made)
    stage.window.connection.open_bench(silent, "bench.toml")
    assert (stage.window.connection.connected, len(stage.made)) == (False, benches)


def test_after_disconnecting_everything_stays_as_it_was(stage: Stage) -> None:
    real = stage.bench.stop

    def stop() -> None:
        stage.device.say("v2=77", stage.clock.now_s)
        real()

    stage.bench.stop = stop  # type: ignore[method-assign]
    stage.window.connection.disconnect_bench()
    values = [stage.window.left.rows.index(row, VALUE).data() for row in range(4)]
    assert values[2] == "77"
    stage.frames()
    frame = stage.window.pane.plot.strips[0].canvas.frame
    stage.clock.now_s += 3600
    stage.frames()
    stage.window.pane.plot.touch()
    stage.frames()
    assert stage.window.pane.plot.strips[0].canvas.frame == frame


def test_closing_the_window_cancels_the_export_that_runs(stage: Stage) -> None:
    told: list[str] = []
    gone = threading.Event()

    def export(_selection: Selection, _form: Form, _path: Path, progress: Progress) -> None:
        try:
            while not gone.wait(0.001):
                progress(1, 2)
                told.append("goes on")
        finally:
            told.append("over")

    stage.bench.export = export  # type: ignore[method-assign, assignment]
    stage.window.saving.save_data(stage.bench, Selection({"greenhouse"}), Form(), stage.folder / "data.csv")
    stage.wait_until(lambda: bool(told))
    try:
        stage.window.close()
        assert told[-1] == "over"
    finally:
        gone.set()


def test_it_has_a_minimum_size_and_the_focus_on_connect(stage: Stage) -> None:
    window = stage.window
    assert window.minimumSize() == QSize(640, 400)
    window.connection.open_bench(stage.config, "bench.toml")
    assert window.focusWidget() is window.bar.button
    stage.press("Space")
    assert window.connection.connected


def test_ports_are_listed_while_the_form_can_be_filled_in(stage: Stage) -> None:
    window = stage.window

    def every_ms() -> int:
        timer = window._ports_timer
        return timer.interval() if timer.isActive() else 0

    assert every_ms() == 0
    window.connection.close_bench_file()
    assert every_ms() == 500
    window.bar.form.port_box.setCurrentIndex(0)
    window.connection.connect_bench()
    assert (window.connection.connected, every_ms()) == (True, 0)
    window.connection.disconnect_bench()
    assert every_ms() == 500
    window.connection.open_bench(stage.config, "bench.toml")
    assert every_ms() == 0


def test_frames_come_while_there_is_something_to_draw(stage: Stage) -> None:
    for act, is_on in (
        (stage.window.connection.disconnect_bench, True),  # goes on, because the plot can still be moved
        (stage.window.connection.close_bench_file, False),
    ):
        act()
        assert stage.window.frames.is_on is is_on
