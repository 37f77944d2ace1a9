"""What is measured stands below the tools while the cursors are shown: a line, and a row for each curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.history.calculation import Calculation
from tests.ui.plot.drawing import NOW_S
from tests.ui.plot.fixed_source import FixedSource
from tests.ui.stage import PATIENCE_MS
from ui.plot.curves import Style
from ui.plot.pane import PlotPane

STYLES = (Style("v1", "one", "V", "#0072B2"), Style("v2", "two", "", "#D55E00"))
TIMES_S = NOW_S - 12 + np.arange(0, 12, 0.1)


class Source(FixedSource):
    """Has a ramp for v1 and a wave of 1 Hz for v2. Results are there only while `is_ready`."""

    def __init__(self) -> None:
        ramp, wave = 3 * (TIMES_S - NOW_S), np.cos(2 * np.pi * (TIMES_S - NOW_S)).round(6)
        super().__init__(lambda _device, target: (TIMES_S, ramp if target == "v1" else wave))
        self.is_ready = True
        self.wanted: list[tuple[str, float, float]] = []
        self.is_cut, self.pruned = False, 0

    def calculate(self, wanted: Calculation[Any]) -> Any:
        self.wanted.append((wanted.keys[0][1], wanted.from_s - NOW_S, wanted.to_s - NOW_S))
        if not self.is_ready:
            return None
        found = super().calculate(wanted)
        assert found
        return found._replace(result=found.result._replace(is_cut=self.is_cut, pruned=self.pruned))


class Scene:
    """A pane of the plot with two curves."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pane, self.source = PlotPane(), Source()
        self.now_s = NOW_S
        qtbot.addWidget(self.pane)
        self.pane.resize(900, 700)
        self.pane.show_plot()
        self.pane.look_at(self.source)
        self.pane.measuring.look_at(self.source)
        self.pane.set_styles(STYLES)
        with qtbot.waitExposed(self.pane, timeout=PATIENCE_MS):
            self.pane.show()
        self.frames()

    def frames(self, number: int = 2, *, texts: bool = True) -> None:
        for _ in range(number):
            self.pane.refresh(self.now_s, texts=texts)

    def toggle(self) -> None:
        self.pane.tools.cursors_button.click()

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.pane.measuring.table.rows.whole_text().splitlines()[1:]]


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    return Scene(qtbot)


def test_the_table_has_a_row_for_each_visible_curve(scene: Scene) -> None:
    measuring = scene.pane.measuring
    assert not measuring.isVisible()
    assert scene.source.wanted == []
    scene.toggle()
    assert measuring.line.isVisible()
    assert measuring.table.isVisible()
    scene.frames(1)
    # The cursors are 3 s apart, 6.5 s and 3.5 s ago.
    count = ((TIMES_S >= NOW_S - 6.5) & (TIMES_S <= NOW_S - 3.5)).sum()
    assert scene.rows == [
        ["one (V)", "9", str(count), "-19.5", "-10.5", "-15.0000", "2.728", "3", "–"],
        ["two", "0", str(count), "-1", "1", *scene.rows[1][5:]],
    ]
    assert float(scene.rows[1][8]) == pytest.approx(1, rel=1e-3)
    scene.pane.toggle_curve(STYLES[0].key)
    scene.frames()
    assert [name for name, *_ in scene.rows] == ["two"]
    scene.toggle()
    assert not measuring.isVisible()


def test_a_running_view_asks_for_its_new_period_as_seldom_as_texts_are_renewed(scene: Scene) -> None:
    scene.toggle()
    scene.frames(1, texts=False)
    assert scene.source.wanted == [("v1", -6.5, -3.5), ("v2", -6.5, -3.5)]
    scene.now_s += 0.25
    scene.frames(9, texts=False)
    assert len(scene.source.wanted) == 2
    scene.frames(2)
    assert scene.source.wanted[2:] == [("v1", -6.25, -3.25), ("v2", -6.25, -3.25)] * 2


def test_cursors_that_have_changed_places_measure_the_same_period(scene: Scene) -> None:
    scene.pane.toggle_pause()
    scene.toggle()
    scene.frames(1)
    before = scene.rows
    cursors = scene.pane.plot.cursors
    for which, at_s in ((0, -3.5), (1, -6.5)):
        cursors.move(which, NOW_S + at_s, NOW_S)
    scene.pane.plot.touch()
    scene.frames()
    assert scene.source.wanted[-1] == ("v2", -6.5, -3.5)
    assert scene.rows[0] == [*before[0][:1], "-9", *before[0][2:]]


def test_what_is_not_calculated_yet_is_awaited(scene: Scene) -> None:
    scene.source.is_ready = False
    scene.toggle()
    scene.frames(1)
    assert scene.rows == [["one (V)", "9", *["…"] * 7], ["two", "0", *["…"] * 7]]
    scene.source.is_ready = True
    scene.frames()
    assert "…" not in scene.rows[0]


def test_the_line_takes_less_room_than_its_text(scene: Scene) -> None:
    scene.toggle()
    line = scene.pane.measuring.line
    assert line.text().startswith("A ")
    assert line.text() in line.toolTip()
    assert line.minimumSizeHint().width() < line.fontMetrics().horizontalAdvance(line.text()) / 2


def test_it_is_said_that_only_the_newest_readings_were_taken(scene: Scene) -> None:
    table = scene.pane.measuring.table
    scene.toggle()
    for scene.source.is_cut in (False, True):
        scene.frames()
        assert scene.rows[0][2].startswith("newest ") is scene.source.is_cut
        tip = table.rows.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
        assert (tip is not None) is scene.source.is_cut


def test_it_is_said_how_many_of_the_readings_are_left(scene: Scene) -> None:
    table = scene.pane.measuring.table
    scene.toggle()
    for scene.source.pruned in (0, 1000):
        scene.frames()
        assert (" of " in scene.rows[0][2]) is (scene.source.pruned > 0)
        tip = table.rows.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
        assert (tip is not None) is (scene.source.pruned > 0)


@pytest.mark.parametrize(("rows", "most"), [(40, 5), (19, 3)])
def test_the_table_takes_at_most_a_quarter_of_the_pane(scene: Scene, rows: int, most: int) -> None:
    table = scene.pane.measuring.table
    scene.toggle()
    scene.pane.resize(900, rows * table.verticalHeader().defaultSectionSize())
    assert table._most_rows == most
    assert table.isVisible()


def test_a_low_pane_leaves_the_room_to_the_curves(scene: Scene) -> None:
    measuring = scene.pane.measuring
    scene.toggle()
    scene.frames()
    scene.pane.resize(900, 200)
    assert measuring.line.isVisible()
    assert not measuring.table.isVisible()
    asked = len(scene.source.wanted)
    scene.frames(2)
    assert len(scene.source.wanted) == asked


def test_without_a_bench_nothing_is_asked(scene: Scene) -> None:
    pane = scene.pane
    pane.measuring._readings = None
    scene.toggle()
    scene.frames()
    assert (pane.measured, scene.rows, scene.source.wanted) == (pane.measuring.line.text(), [], [])
    assert "Δt 3 s" in pane.measured
