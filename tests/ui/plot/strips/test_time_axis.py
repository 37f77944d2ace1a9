"""What the time axis of the plot counts from, and that its labels stand still or move with the curves."""

from __future__ import annotations

import itertools
import time

import pytest
from PySide6.QtGui import QFontMetricsF

from app.wire.timeline import Event, EventKind
from tests.ui.plot.drawing import NOW_S, Drawing, on_screen
from ui.plot.arrangement import Arrangement
from ui.plot.time_view import PRESETS_S
from ui.wording import clock


def put_three(drawing: Drawing) -> None:
    for number, target in enumerate(("v1", "v2", "v3")):
        drawing.put(target, (8, number), (1, 10 + number))
    drawing.name(["v1", "v2", "v3"])
    drawing.draw()


def labels(drawing: Drawing) -> list[str]:
    """The labels of the time axis."""
    return [tick.label for tick in drawing.plot.time_axis.ticks]


def test_seconds_ago_count_from_now_and_stand_still(drawing: Drawing) -> None:
    put_three(drawing)
    assert labels(drawing) == [*(f"−{n} s" for n in range(10, 0, -2)), "now"] or labels(drawing) == [
        *(f"−{n} s" for n in range(8, 0, -2)),
        "now",
    ]
    before = on_screen(drawing.plot.time_axis)
    for _ in range(40):
        drawing.paint(each_s=0.077)
        assert labels(drawing)[-1] == "now"
        assert on_screen(drawing.plot.time_axis) == before


def test_marks_that_move_leave_nothing_behind_and_cut_no_label(drawing: Drawing) -> None:
    put_three(drawing)
    now_us = round(NOW_S * 1e6)
    drawing.timelines.happened("", Event(1, EventKind.RESTARTED, now_us - 9_000_000, now_us - 9_000_000))
    drawing.timelines.happened("", Event(2, EventKind.CLOUD_DOWN, now_us - 3_000_000, None))
    drawing.timelines.mark("", NOW_S - 5, "here")
    axis = drawing.plot.time_axis
    drawing.paint(each_s=0.5)
    assert axis.has_content
    for _ in range(30):
        drawing.paint(each_s=0.11)
        seen = on_screen(axis)
        assert seen == axis.grab().toImage().convertToFormat(seen.format())


def test_seconds_ago_count_from_the_pause_also_after_the_view_was_moved(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.view.pause(NOW_S)
    drawing.plot.touch()
    drawing.draw(each_s=180)
    assert labels(drawing)[-1] == "pause"
    assert "now" not in labels(drawing)
    assert labels(drawing)[-2].startswith("−")
    drawing.view.pan(-3600, drawing.now_s)
    drawing.plot.touch()
    drawing.draw(each_s=60)
    assert labels(drawing)[-1] == "−3600 s"
    drawing.view.resume()
    drawing.plot.touch()
    drawing.draw()
    assert labels(drawing)[-1] == "now"


def test_a_stopped_bench_has_the_clock_time_at_its_right_edge(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.runs = False
    drawing.draw()
    assert labels(drawing)[-1] == clock(NOW_S)
    assert "now" not in labels(drawing)
    drawing.runs = True
    drawing.draw()
    assert labels(drawing)[-1] == "now"


@pytest.mark.parametrize("arrangement", Arrangement)
def test_clock_time_is_shown_in_every_arrangement(drawing: Drawing, arrangement: Arrangement) -> None:
    put_three(drawing)
    drawing.plot.set_arrangement(arrangement)
    drawing.plot.set_clock(True)
    drawing.draw()
    shown = [tick.label for tick in drawing.plot.time_axis.ticks]
    assert shown == [clock(round(tick.at)) for tick in drawing.plot.time_axis.ticks]
    assert len(shown) >= 4
    assert drawing.strip.canvas.content.time_lines == tuple(tick.at for tick in drawing.plot.time_axis.ticks)
    drawing.plot.set_clock(False)
    drawing.draw()
    assert labels(drawing)[-1] == "now"
    assert drawing.strip.canvas.content.time_lines == ()


def test_labels_of_clock_time_move_by_whole_pixels_with_the_curves(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_clock(True)
    drawing.draw()
    axis = drawing.plot.time_axis
    for _ in range(30):
        before, first = {label: x for x, label in axis._shown}, drawing.strip.canvas.frame.first
        drawing.draw(each_s=0.06)
        moved = drawing.strip.canvas.frame.first - first
        after = {label: x for x, label in axis._shown}
        assert moved > 0
        assert {before[label] - after[label] for label in before.keys() & after.keys()} == {moved}


def test_a_recording_has_the_time_since_its_start_unless_clock_time_is_chosen(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_zero(NOW_S - 5)
    drawing.draw()
    assert "00:00" in labels(drawing)
    assert "00:04" in labels(drawing)
    drawing.plot.set_clock(True)
    drawing.draw()
    assert labels(drawing)[0].startswith(time.strftime("%H:", time.localtime(NOW_S)))


@pytest.mark.parametrize("text_pt", [9.0, 16.0])
@pytest.mark.parametrize("kind", ["ago", "paused", "clock", "recording"])
def test_labels_never_touch(drawing: Drawing, kind: str, text_pt: float) -> None:
    font = drawing.plot.font()
    font.setPointSizeF(text_pt)
    drawing.plot.setFont(font)
    put_three(drawing)
    if kind == "paused":
        drawing.view.pause(NOW_S)
        drawing.view.pan(-7200, NOW_S)
    drawing.plot.set_clock(kind == "clock")
    drawing.plot.set_zero(NOW_S - 5000 if kind == "recording" else None)
    for span_s in (0.01, 0.3, *PRESETS_S, 40 * 86400.0):
        for width in (400, 800, 1300):
            drawing.view.set_span(span_s)
            drawing.plot.resize(width, 300)
            drawing.settle()
            axis = drawing.plot.time_axis
            metrics = QFontMetricsF(axis.font())
            ends = [
                (x - metrics.horizontalAdvance(label) / 2, x + metrics.horizontalAdvance(label) / 2)
                for x, label in axis._shown
            ]
            assert all(left[1] < right[0] for left, right in itertools.pairwise(ends)), (span_s, width)
            assert len(set(labels(drawing))) == len(labels(drawing)) >= 1
