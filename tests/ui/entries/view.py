"""Test rows for the entries of the View menu; those of the console are in `console`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.messages import languages
from app.wire.datastreams import Datastream
from tests.ui.entries import Entries
from tests.ui.plot.drawing import on_screen, shows, texts, values
from tests.ui.stage import Stage
from ui.console.model import VERDICT
from ui.dialogs.marker import MarkerDialog
from ui.dialogs.ranges import RangesDialog
from ui.lower_pane import CLOUD, CONSOLE
from ui.plot.analysis.window import AnalysisWindow
from ui.plot.strips.strip import Strip
from ui.settings import Alarm
from ui.theme import theme
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme, Theme

ENTRIES = Entries()
entry = ENTRIES.row


@entry("View / Pause the view", "P")
def pauses(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.pane.is_paused
    yield
    assert not stage.window.pane.is_paused


@entry("View / Reset", "R")
def follows_the_newest(stage: Stage) -> Iterator[None]:
    pane = stage.window.pane
    (scale,) = {group.scale for group in pane.plot.strips[0].groups}
    for key in ("Left", "Up", "L"):
        stage.press(key)
    pane.view.zoom(0.5, 1.0, stage.clock.now_s)
    assert (pane.is_paused, pane.view.span_s, scale.is_locked) == (True, 5, True)
    assert pane.tools.lock_button.isChecked()
    yield
    assert (pane.is_paused, pane.view.span_s, scale.is_locked) == (False, 10, False)
    assert not pane.tools.lock_button.isChecked()


@entry("View / Lock the value axes", "L")
def locks_the_value_axes(stage: Stage) -> Iterator[None]:
    strip = stage.window.pane.plot.strips[0]
    before = values(strip)
    yield
    stage.device.say("v0=1000", stage.clock.now_s)
    stage.frames()
    assert values(strip) == before
    yield
    stage.frames()
    assert values(strip)[1] > 1000


@entry("View / Ranges of the value axes…", "Y")
def sets_the_ranges(stage: Stage) -> Iterator[None]:
    yield
    dialog = stage.dialog(RangesDialog)
    dialog.rows[0].low.setText("-70")
    dialog.rows[0].high.setText("80")
    dialog.rows[0].locked.setChecked(True)
    stage.click(dialog.agree)
    stage.frames()
    assert values(stage.window.pane.plot.strips[0]) == (-70, 80)


@entry("View / Cursors to measure with", "X")
def measures(stage: Stage) -> Iterator[None]:
    pane = stage.window.pane
    yield
    stage.frames()
    assert "Δt 3 s" in pane.measured
    assert "Δy" in texts(pane.plot.strips[0])[0]
    yield
    stage.frames()
    assert "Δy" not in texts(pane.plot.strips[0])[0]


@entry("View / Analyse: x–y, histogram, frequencies…", "A")
def analyses(stage: Stage) -> Iterator[None]:
    yield
    shown = stage.dialog(AnalysisWindow)
    assert shown.page.chart.accessibleName() == "Chart: x–y"
    assert "pairs" in shown.page.words.text()
    shown.close()


@entry("View / Curves / Curves together", "T")
def draws_curves_together(stage: Stage) -> Iterator[None]:
    assert len(stage.window.pane.plot.strips) == 4
    yield
    assert [len(strip.styles) for strip in stage.window.pane.plot.strips] == [3, 1]
    yield
    assert len(stage.window.pane.plot.strips) == 4


@entry("View / Curves / One scale for all curves")
def gives_all_curves_one_scale(stage: Stage) -> Iterator[None]:
    def scales() -> list[int]:
        return [len(strip.groups) for strip in stage.window.pane.plot.strips if strip.groups]

    stage.press("T")
    assert scales() == [2]  # one for each unit
    yield
    assert scales() == [1]
    yield
    assert scales() == [2]


@entry("View / Curves / Curves two pixels thick")
def draws_thick_curves(stage: Stage) -> Iterator[None]:
    def thick_px() -> set[int]:
        return {strip.canvas.width_px for strip in stage.window.pane.plot.strips if isinstance(strip, Strip)}

    assert thick_px() == {1}
    yield
    assert thick_px() == {2}
    yield
    assert thick_px() == {1}


@entry("View / Clock time", "C")
def shows_the_clock(stage: Stage) -> Iterator[None]:
    def labels() -> list[str]:
        stage.frames()
        return [tick.label for tick in stage.window.pane.plot.time_axis.ticks]

    assert "−2 s" in labels()
    yield
    assert all(label.count(":") == 2 for label in labels())
    yield
    assert "−2 s" in labels()


@entry("View / Set a marker…", "M")
def sets_a_marker(stage: Stage) -> Iterator[None]:
    yield
    dialog = stage.dialog(MarkerDialog)
    dialog.field.setText("window opened")
    stage.click(dialog.agree)
    (marker,) = stage.bench.timelines.markers.values()
    assert (marker.device, marker.note) == ("greenhouse", "window opened")
    assert abs(marker.at_us / 1e6 - stage.clock.now_s) < 0.05


@entry("View / Shorter time window", "+", "=")
def shortens_the_time_window(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert shows(stage.window.pane.plot.strips[0], 5, stage.clock.now_s)


@entry("View / Longer time window", "-")
def lengthens_the_time_window(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert shows(stage.window.pane.plot.strips[0], 30, stage.clock.now_s)


@entry("View / Keep this board in the plot", "B")
def keeps_curves_in_the_plot(stage: Stage) -> Iterator[None]:
    stage.bench.devices["cellar"].say("v9=4.5", stage.clock.now_s)

    def shown() -> list[str]:
        stage.frames(3)
        return [strip.styles[0].label for strip in stage.window.pane.plot.strips]

    yield
    stage.window.rail.step(1)
    stage.window.pane.plot.setFocus()
    names = ("Sine", "Temperature", "Counter", "Wind")
    assert shown() == [*(f"greenhouse: {name}" for name in names), "cellar: v9"]
    stage.window.rail.step(1)
    yield
    stage.window.rail.step(1)
    assert shown() == ["v9"]


@entry("View / Console", "Ctrl+1")
def shows_the_console(stage: Stage) -> Iterator[None]:
    stage.window.lower_pane.show_page(CLOUD)
    yield
    assert stage.window.lower_pane.front == CONSOLE
    assert stage.window.focusWidget() is stage.window.console.view


@entry("View / Rejected lines", "Ctrl+2")
def shows_the_rejected_lines(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.focusWidget() is stage.window.lower_pane.rejected.view
    assert stage.window.lower_pane.rejected.model.rowCount() == len(stage.device.rejected)


@entry("View / Cloud", "Ctrl+3")
def shows_the_cloud(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.focusWidget() is stage.window.lower_pane.tabs  # the list is hidden while empty
    assert stage.window.lower_pane.cloud.facts["state"].text() == "All readings have been sent."


def hides_and_shows(path: str, key: str, name: str) -> None:
    @entry(path, key)
    def course(stage: Stage) -> Iterator[None]:
        pane = stage.window.panes.hideable[name]
        width = stage.window.pane.width()
        assert pane.isVisible()
        yield
        assert not pane.isVisible()
        assert stage.window.pane.isVisible()
        yield
        assert pane.isVisible()
        stage.wait_until(lambda: stage.window.pane.width() == width)


hides_and_shows("View / Panes / Datastreams", "Ctrl+B", "table")
hides_and_shows("View / Panes / Console, rejected lines, cloud", "Ctrl+J", "lower")


@entry("View / Text size / Larger", "Ctrl++", "Ctrl+=")
def makes_text_larger(stage: Stage) -> Iterator[None]:
    sizes = [stage.window.bar.button.font().pointSizeF()]
    for _ in range(6):
        yield
        sizes.append(stage.window.bar.button.font().pointSizeF())
    assert [round(100 * size / sizes[0]) for size in sizes] == [100, 110, 125, 150, 175, 200, 200]


@entry("View / Text size / Smaller", "Ctrl+-")
def makes_text_smaller(stage: Stage) -> Iterator[None]:
    sizes = [stage.window.bar.button.font().pointSizeF()]
    for _ in range(3):
        yield
        sizes.append(stage.window.bar.button.font().pointSizeF())
    assert [round(100 * size / sizes[0]) for size in sizes] == [100, 90, 75, 75]


@entry("View / Text size / Normal", "Ctrl+0")
def resets_the_size_of_text(stage: Stage) -> Iterator[None]:
    size = stage.window.bar.button.font().pointSizeF()
    stage.window.step_text_size(3)
    assert stage.window.bar.button.font().pointSizeF() == size * 1.5
    yield
    assert stage.window.bar.button.font().pointSizeF() == size


@entry("View / Full screen for an audience", "F11")
def fills_the_screen(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.isFullScreen()
    assert stage.window.beamer.isVisible()
    assert stage.window.pane.plot.isVisible()
    assert not stage.window.bar.isVisible()
    stage.press("Esc")
    assert not stage.window.isFullScreen()


def chooses_alarm(word: str, before: Alarm, after: Alarm) -> None:
    @entry(f"View / Alarm with a flash or a beep / {word}")
    def chooses(stage: Stage) -> Iterator[None]:
        alarms = stage.window.panes.alarms
        heard: list[None] = []
        stage.monkeypatch.setattr(QApplication, "beep", lambda: heard.append(None))
        (first, *others) = stage.bench.config.device
        limited = msgspec.structs.replace(first, datastream=(Datastream(virtual_pin=0, max=500.0),))
        stage.bench.reconfigure(msgspec.structs.replace(stage.bench.config, device=(limited, *others)), {})
        alarms.choose(before)
        yield
        stage.clock.now_s += 1
        stage.device.say("v0=501", stage.clock.now_s)
        stage.frames()
        assert bool(heard) is (after in (Alarm.BEEP, Alarm.BOTH))
        assert bool(stage.window.panes.notices) is (after is not Alarm.OFF)
        assert stage.settings.alarm is after


chooses_alarm("Off", Alarm.FLASH, Alarm.OFF)
chooses_alarm("Flash", Alarm.BEEP, Alarm.FLASH)
chooses_alarm("Beep", Alarm.FLASH, Alarm.BEEP)
chooses_alarm("Flash and beep", Alarm.FLASH, Alarm.BOTH)


def chooses_theme(path: str, before: Theme, after: Theme, scheme: Scheme) -> None:
    @entry(path)
    def course(stage: Stage) -> Iterator[None]:
        stage.monkeypatch.setattr(theme, "system_is_dark", lambda: True)
        stage.window.set_theme(before)
        yield
        assert stage.settings.theme is after
        assert stage.window.scheme == scheme
        assert QApplication.palette().color(QPalette.ColorRole.Window).name().upper() == scheme.window.upper()
        panes = stage.window.panes
        assert on_screen(panes.plot.plot).pixelColor(1, 1) == QColor(scheme.card)
        assert cast(Any, panes.left.table.itemDelegate()).scheme == scheme
        assert panes.lower_pane.console.model.index(0, VERDICT).data(
            Qt.ItemDataRole.ForegroundRole
        ) == QColor(scheme.faint)


chooses_theme("View / Theme / Like the system", Theme.LIGHT, Theme.SYSTEM, DARK)
chooses_theme("View / Theme / Light", Theme.DARK, Theme.LIGHT, LIGHT)
chooses_theme("View / Theme / Dark", Theme.LIGHT, Theme.DARK, DARK)
chooses_theme("View / Theme / High contrast", Theme.LIGHT, Theme.HIGH_CONTRAST, HIGH_CONTRAST)


def chooses_language(name: str, code: str) -> None:
    @entry(f"View / Language / {name}")
    def course(stage: Stage) -> Iterator[None]:
        chosen: list[str] = []
        stage.window.language_chosen.connect(chosen.append)
        yield
        assert chosen == [code]


chooses_language("Like the system", "")
for offered in languages.offered():
    chooses_language(languages.name_of(offered), offered)
