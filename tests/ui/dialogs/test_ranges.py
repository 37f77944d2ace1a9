"""The dialog for the ranges of the value axes: what it shows, what it refuses, and what it changes."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from tests.ui.stage import Stage
from ui.dialogs.ranges import RangesDialog, ask_for_ranges


def opened(stage: Stage) -> RangesDialog:
    ask_for_ranges(stage.window.pane)
    return stage.dialog(RangesDialog)


def test_it_shows_the_range_of_each_axis(stage: Stage) -> None:
    dialog = opened(stage)
    groups = stage.window.pane.plot.groups
    assert [row.name for row in dialog.rows] == ["Sine", "Temperature", "Counter"]
    for row, group in zip(dialog.rows, groups, strict=True):
        size = group.scale.high - group.scale.low
        assert float(row.low.text()) == pytest.approx(group.scale.low, abs=size / 500)
        assert float(row.high.text()) == pytest.approx(group.scale.high, abs=size / 500)
        assert not row.locked.isChecked()


def test_what_is_typed_is_locked_and_others_stay(stage: Stage) -> None:
    dialog = opened(stage)
    before = [(group.scale.low, group.scale.high) for group in stage.window.pane.plot.groups]
    for field, typed in ((dialog.rows[1].low, "-2,5"), (dialog.rows[1].high, "1e3")):
        field.clear()
        QTest.keyClicks(field, typed)
    assert dialog.rows[1].locked.isChecked()
    stage.click(dialog.agree)
    scales = [group.scale for group in stage.window.pane.plot.groups]
    assert (scales[1].low, scales[1].high) == (-2.5, 1000)
    assert [scale.is_locked for scale in scales] == [False, True, False]
    assert (scales[0].low, scales[0].high) == before[0]


def test_an_axis_is_locked_as_it_is_and_unlocked_again(stage: Stage) -> None:
    dialog = opened(stage)
    scale = stage.window.pane.plot.groups[0].scale
    before = scale.low, scale.high
    dialog.rows[0].locked.setChecked(True)
    stage.click(dialog.agree)
    assert (scale.low, scale.high, scale.is_locked) == (*before, True)
    dialog = opened(stage)
    dialog.rows[0].locked.setChecked(False)
    stage.click(dialog.agree)
    assert not scale.is_locked


@pytest.mark.parametrize(
    ("low", "high"), [("", "1"), ("a", "1"), ("2", "1"), ("1", "1"), ("nan", "1"), ("1", "inf")]
)
def test_what_is_no_range_is_refused(stage: Stage, low: str, high: str) -> None:
    dialog = opened(stage)
    dialog.rows[2].low.setText(low)
    dialog.rows[2].high.setText(high)
    dialog.rows[2].locked.setChecked(True)
    stage.click(dialog.agree)
    assert dialog.isVisible()
    assert "Counter" in dialog.problem.text()
    assert not stage.window.pane.plot.groups[2].scale.is_locked


def test_for_texts_alone_it_does_not_open(stage: Stage) -> None:
    for target in ("v0", "v1", "v2"):
        stage.window.pane.toggle_curve(("greenhouse", target))
    stage.frames()
    assert len(stage.window.pane.plot.strips) == 1
    ask_for_ranges(stage.window.pane)
    assert stage.window.findChildren(RangesDialog) == []


def test_without_a_plot_it_does_not_open(stage: Stage) -> None:
    stage.window.pane.show_overview()
    ask_for_ranges(stage.window.pane)
    assert stage.window.findChildren(RangesDialog) == []
