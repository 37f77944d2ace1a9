"""Test rows for the plot's tools, its legend, and the table of datastreams beside the plot."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QWidget

from tests.ui.controls import Controls
from tests.ui.plot.drawing import texts
from tests.ui.stage import Stage

CONTROLS = Controls()
control = CONTROLS.row


@control("Datastreams")
def shows_the_datastreams(_stage: Stage, table: QWidget) -> None:
    assert isinstance(table, QAbstractItemView)
    model = table.model()
    shown = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
    assert [row[0] for row in shown] == ["Sine", "Temperature", "Counter", "Wind"]
    assert shown[2][1:] == ["39", "40"]
    assert shown[3][1:] == ["calm", "2"]


@control("Pause the view; reading and sending go on (P or Space)")
def pauses(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    axis = stage.window.pane.plot.time_axis
    stage.clock.now_s += 5
    stage.frames()
    assert axis.right_edge_s == stage.clock.now_s - 5
    stage.click(button)
    stage.frames()
    assert axis.right_edge_s == stage.clock.now_s


@control("Time window")
def chooses_the_time_window(stage: Stage, box: QWidget) -> None:
    stage.press("Down", box)
    stage.frames()
    assert stage.window.pane.plot.strips[0].box.viewRange()[0] == [-30, 0]


@control("Keep the value axes as they are (L)")
def locks_the_value_axes(stage: Stage, button: QWidget) -> None:
    box = stage.window.pane.plot.strips[0].box
    before = box.viewRange()[1]
    stage.click(button)
    stage.device.say("v0=1000", stage.clock.now_s)
    stage.frames()
    assert box.viewRange()[1] == before
    stage.click(button)
    stage.frames()
    assert box.viewRange()[1][1] > 1000


@control("Fit the value axes and follow the newest readings (R)")
def resets(stage: Stage, button: QWidget) -> None:
    pane = stage.window.pane
    box = pane.plot.strips[0].box
    before = box.viewRange()
    for key in ("Left", "Shift+Up"):
        stage.press(key, pane.plot)
    pane.view.zoom(0.5, 1.0, stage.clock.now_s)
    stage.frames()
    assert box.viewRange() != before
    stage.click(button)
    stage.frames()
    assert box.viewRange() == before
    assert not pane.is_paused


@control("Measure between two cursors (X)")
def measures(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert "Δt 3 s" in stage.window.pane.measured
    stage.click(button)
    stage.frames()
    assert "Δy" not in texts(stage.window.pane.plot.strips[0])[0]


@control("All curves in one plot, on one scale (T)")
def draws_together(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert len(stage.window.pane.plot.strips) == 1


@control("Clock time below the plot, not seconds ago (C)")
def shows_the_clock(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.window.pane.plot.time_axis.shows_clock


def hides(name: str, left: list[str]) -> None:
    @control(f"Show the curve of {name}")
    def use(stage: Stage, button: QWidget) -> None:
        stage.click(button)
        assert [strip.styles[0].name for strip in stage.window.pane.plot.strips] == left


hides("Sine", ["Temperature", "Counter"])
hides("Temperature", ["Sine", "Counter"])
hides("Counter", ["Sine", "Temperature"])
