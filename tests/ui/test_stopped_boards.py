"""A board that has fallen silent, or a bench that was disconnected, looks like it in all panes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from app.bench.status import LinkState, LinkStatus
from app.messages.message import Message
from tests.ui.stage import Stage
from tests.ui.test_several_boards import cellar, click_chip
from ui import wording
from ui.datastreams.model import SMALL_ROLE, STALE_ROLE, VALUE


def test_what_waits_is_said_after_disconnecting(stage: Stage) -> None:
    for name, held in (("greenhouse", 3), ("cellar", 4)):
        stage.bench.devices[name].held = held
    stage.frames()
    stage.window.connection.disconnect_bench()
    stage.frames()
    assert [str(chip.readings[0].message) for chip in stage.window.rail.rows.chips] == ["3 held", "4 held"]
    assert stage.window.status_line.queue.text() == "3 held"
    stage.press("Ctrl+3")
    stage.frames()
    cloud = stage.window.panes.lower_pane.cloud
    assert cloud.facts["state"].text() == "Not connected, so nothing is sent."
    assert cloud.send_here_button.isHidden()
    click_chip(stage, "cellar")
    stage.frames()
    assert stage.window.status_line.queue.text() == "4 held"
    stage.window.connection.close_bench_file()
    assert stage.window.status_line.queue.isHidden()


def test_a_board_that_fell_silent_while_another_was_shown_looks_so_at_once(stage: Stage) -> None:
    for _ in range(5):
        stage.clock.now_s += 1
        cellar(stage).say("v9=7", stage.clock.now_s)
        stage.frames()
    for _ in range(27):
        stage.clock.now_s += 1
        stage.frames()
    click_chip(stage, "cellar")
    stage.frames()
    value = stage.window.left.rows.index(0, VALUE)
    assert value.data(STALE_ROLE)
    assert value.data(SMALL_ROLE) == "27 s ago"
    newest = wording.clock(stage.clock.now_s - 27)
    assert remark(stage) == f"No value came in this time window; the newest came at {newest}."


def test_the_values_of_a_board_that_was_unplugged_are_grey_at_once(stage: Stage) -> None:
    board = stage.bench.devices["greenhouse"]
    board.say("v0=1.5", stage.clock.now_s)
    stage.frames()
    value = stage.window.left.rows.index(0, VALUE)
    assert not value.data(STALE_ROLE)
    board.link = LinkStatus(LinkState.NO_SUCH_PORT, Message("port_not_found", port="COM5"))
    stage.clock.now_s += 3
    stage.frames()
    assert value.data(STALE_ROLE)
    assert value.data(SMALL_ROLE) == "3 s ago"


def remark(stage: Stage) -> str:
    """The remark above the plot."""
    found = [label.text() for label in stage.window.pane.findChildren(QLabel) if label.isVisible()]
    return next((said for said in found if said.startswith("No value")), "")


@pytest.mark.parametrize("cause", ["another curve", "a long time window", "a pause", "the end"])
def test_a_plot_with_values_or_without_a_bench_that_runs_explains_nothing(stage: Stage, cause: str) -> None:
    window, clock = stage.window, stage.clock
    click_chip(stage, "cellar")
    for second in range(40):
        clock.now_s += 1
        if second < 5:
            cellar(stage).say("v9=7", clock.now_s)
        stage.bench.devices["greenhouse"].say("v0=1.5", clock.now_s)
        stage.frames()
    assert remark(stage)
    match cause:
        case "another curve":
            window.rail.keep(["greenhouse"])
        case "a long time window":
            window.pane.step_span(+2)
        case "a pause":
            window.pane.toggle_pause()
        case _:
            window.connection.disconnect_bench()
    stage.frames()
    assert not remark(stage)
