"""The table as legend of the plot: a row for each curve, also of other boards, which keeps its look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from tests.ui.fake_bench import play
from tests.ui.stage import LEFT, Stage
from tests.ui.test_several_boards import GREENHOUSE, cellar, click_chip, click_tick, curves, names
from ui.datastreams.model import NAME, VALUE


@pytest.fixture(autouse=True)
def _cellar_sends(stage: Stage) -> None:
    """Let the second board send a number."""
    cellar(stage).say("v9=6.5", stage.clock.now_s)
    stage.frames()


def test_the_table_has_a_row_for_each_curve_of_all_boards_in_the_plot(stage: Stage) -> None:
    rows = stage.window.left.rows
    click_tick(stage, "cellar")
    assert rows.index(5, VALUE).data() == "6.5"
    cellar(stage).say("v9=7.5", stage.clock.now_s)
    cellar(stage).say("v10=dry", stage.clock.now_s)
    stage.frames()
    assert rows.index(5, VALUE).data() == "7.5"
    assert names(stage)[4:] == ["cellar", "v9", "v10"]
    stage.click_mark(5)
    assert curves(stage) == GREENHOUSE
    assert stage.window.pane.plot.strips[4].styles[0].label == "cellar: v10"
    stage.click_mark(6)
    assert len(stage.window.pane.plot.strips) == 4
    stage.click_mark(6)
    stage.window.rail.keep(["greenhouse", "cellar"])
    click_chip(stage, "cellar")
    stage.frames()
    assert names(stage) == ["v9", "v10", "greenhouse", "Sine", "Temperature", "Counter", "Wind"]
    stage.click_mark(0)
    stage.click_mark(3)
    assert curves(stage) == [*GREENHOUSE[1:], "cellar: v9"]
    stage.window.rail.keep([])
    stage.frames()
    assert names(stage) == ["v9", "v10"]


def test_a_row_of_another_board_edits_the_datastream_of_that_board(stage: Stage) -> None:
    click_tick(stage, "cellar")
    table = stage.window.left.table
    asked: list[tuple[str, str]] = []
    table.edit_asked.disconnect()
    table.edit_asked.connect(lambda target, device: asked.append((target, device)))
    for row in (4, 5):
        QTest.mouseDClick(table.viewport(), LEFT, pos=table.visualRect(table.rows.index(row, NAME)).center())
    assert asked == [("v9", "cellar")]  # nothing can be done with a heading


def test_curves_look_the_same_in_the_next_window_whichever_board_comes_first(
    stage: Stage, reopened: Callable[[], Stage]
) -> None:
    journal = Path(stage.bench.config.bench.journal)
    journal.touch()
    click_tick(stage, "cellar")
    before = {style.key: style[3:5] for strip in stage.window.pane.plot.strips for style in strip.styles}
    again = reopened()
    again.window.connection.open_bench(again.config, "bench.toml")
    again.window.connection.connect_bench()
    cellar(again).say("v1=1", again.clock.now_s)
    cellar(again).say("v9=1", again.clock.now_s)
    play(again.device, again.clock.now_s - 1, again.clock.now_s)
    click_tick(again, "cellar")
    after = {style.key: style[3:5] for strip in again.window.pane.plot.strips for style in strip.styles}
    assert after.pop(("cellar", "v1")) not in before.values()
    assert after == before
    journal.unlink()
    again.window.remember()
    assert again.settings.looks == {}  # nothing is remembered of a journal that is gone
