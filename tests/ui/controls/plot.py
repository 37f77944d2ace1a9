"""Test rows for the plot's tools, and the table of datastreams beside the plot."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QWidget

from tests.ui.controls import Controls
from tests.ui.plot.drawing import shows, texts, values
from tests.ui.stage import Stage

CONTROLS = Controls()
control = CONTROLS.row


@control("Datastreams")
def shows_the_datastreams_and_hides_curves(stage: Stage, table: QWidget) -> None:
    assert isinstance(table, QAbstractItemView)
    model = table.model()
    shown = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
    assert [row[0] for row in shown] == ["Sine", "Temperature", "Counter", "Wind"]
    assert shown[2][1:] == ["39", "40"]
    assert shown[3][1:] == ["calm", "2"]
    stage.click_mark(0)
    plotted = [strip.styles[0].name for strip in stage.window.pane.plot.strips]
    assert plotted == ["Temperature", "Counter", "Wind"]


@control("Pause the view; reading and sending go on (P or Space)")
def pauses(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    (strip, *_) = stage.window.pane.plot.strips
    stage.clock.now_s += 5
    stage.frames()
    assert shows(strip, 10, stage.clock.now_s - 5)
    stage.click(button)
    stage.frames()
    assert shows(strip, 10, stage.clock.now_s)


@control("Time window")
def chooses_the_time_window(stage: Stage, box: QWidget) -> None:
    stage.press("Down", box)
    stage.frames()
    assert shows(stage.window.pane.plot.strips[0], 30, stage.clock.now_s)


@control("Keep the value axes as they are (L)")
def locks_the_value_axes(stage: Stage, button: QWidget) -> None:
    (strip, *_) = stage.window.pane.plot.strips
    before = values(strip)
    stage.click(button)
    stage.device.say("v0=1000", stage.clock.now_s)
    stage.frames()
    assert values(strip) == before
    stage.click(button)
    stage.frames()
    assert values(strip)[1] > 1000


@control("Fit the value axes and follow the newest readings (R)")
def resets(stage: Stage, button: QWidget) -> None:
    pane = stage.window.pane
    (strip, *_) = pane.plot.strips
    before = values(strip)
    for key in ("Left", "Shift+Up"):
        stage.press(key, pane.plot)
    pane.view.zoom(0.5, 1.0, stage.clock.now_s)
    stage.frames()
    assert values(strip) != before
    assert shows(strip, 5, stage.clock.now_s - 1)
    stage.click(button)
    stage.frames()
    assert values(strip) == before
    assert shows(strip, 10, stage.clock.now_s)
    assert not pane.is_paused


@control("Measure between two cursors (X)")
def measures(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert "Δt 3 s" in stage.window.pane.measured
    stage.click(button)
    stage.frames()
    assert "Δy" not in texts(stage.window.pane.plot.strips[0])[0]


@control("Statistics between the cursors")
def shows_and_copies_statistics(stage: Stage, table: QWidget) -> None:
    assert isinstance(table, QAbstractItemView)
    stage.press("X")
    stage.frames(6)
    model = table.model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert names == ["Sine", "Temperature (°C)", "Counter"]
    table.selectRow(2)  # type: ignore[attr-defined]
    stage.press("Ctrl+C", table)
    assert QGuiApplication.clipboard().text().startswith("Counter\t")


@control("All curves in one plot, with one scale for each unit (T)")
def draws_together(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert [len(strip.styles) for strip in stage.window.pane.plot.strips] == [3, 1]


@control("Clock time below the plot, not seconds ago (C)")
def shows_the_clock(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    stage.frames()
    assert all(tick.label.count(":") == 2 for tick in stage.window.pane.plot.time_axis.ticks)
