"""Ticks at round times and round numbers, and their labels."""

from __future__ import annotations

import math
import time

import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFont, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsItem

from tests.ui.plot.drawing import Drawing, place
from ui import wording
from ui.plot.axes import TimeAxis, ValueAxis, ago_label, style, time_step, value_step


@given(st.floats(0.01, 86400), st.floats(50, 4000))
def test_two_time_labels_never_touch(span_s: float, width_px: float) -> None:
    step_s = time_step(span_s, width_px)
    assert span_s / step_s <= max(1.0, width_px / 84)


@pytest.mark.parametrize(
    ("seconds", "step_s", "written"),
    [
        *((0.0, 1, "now"), (-5e-7, 1, "now"), (-0.002, 0.001, "−0.002 s"), (-2, 1, "−2 s")),
        *((-0.5, 0.1, "−0.5 s"), (-90, 30, "−90 s"), (-90, 60, "−1.5 min"), (-300, 60, "−5 min")),
        *((-7200, 1800, "−120 min"), (-7200, 3600, "−2 h"), (-86400, 86400, "−24 h")),
    ],
)
def test_seconds_ago(seconds: float, step_s: float, written: str) -> None:
    assert ago_label(seconds, step_s) == written


def test_time_steps_are_round_parts_of_seconds_minutes_and_hours() -> None:
    spans_s = [1.05**n / 1000 for n in range(450)]
    steps = list(dict.fromkeys(time_step(span_s, 84 * 5) for span_s in spans_s))
    words = (
        "1 ms 2 ms 5 ms 10 ms 20 ms 50 ms 100 ms 200 ms 500 ms 1 s 2 s 5 s 10 s 15 s 30 s 60 s 120 s 300 s"
    )
    assert " ".join(wording.duration(step) for step in steps if step <= 300) == words
    longer = "600 900 1800 3600 7200 14400 21600 43200 86400"
    assert " ".join(f"{step:g}" for step in steps if step > 300) == longer


@pytest.mark.parametrize(
    ("span_s", "width_px", "step_s"),
    [(10, 420, 2), (10.1, 420, 5), (10, 10, 10), (10, 840, 1), (1e6, 84, 86400)],
)
def test_time_step_is_the_shortest_that_fits(span_s: float, width_px: float, step_s: float) -> None:
    assert time_step(span_s, width_px) == step_s


@pytest.mark.parametrize(
    ("size", "most", "step"),
    [
        (10, 10, 1),
        (10, 9.9, 2),
        (10, 5, 2),
        (10, 4, 5),
        (10, 2, 5),
        (10, 1.9, 10),
        (0.3, 5, 0.1),
        (700, 8, 100),
    ],
)
def test_value_step_is_the_smallest_that_fits(size: float, most: float, step: float) -> None:
    assert value_step(size, most) == pytest.approx(step)


@given(st.floats(1e-9, 1e12), st.floats(2, 60))
def test_value_step_is_round_and_divides_into_few(size: float, most: float) -> None:
    step = value_step(size, most)
    assert size / step <= most * (1 + 1e-9)
    digit = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert any(math.isclose(digit, good, rel_tol=1e-6) for good in (1, 2, 5, 10))


@pytest.mark.usefixtures("qtbot")
def test_value_axis_without_a_range_has_no_ticks() -> None:
    assert value_step(0, 5) == value_step(math.inf, 5) == value_step(-1, 5) == 0
    axis = ValueAxis()
    assert axis.tickValues(5.0, 5.0, 200) == []
    assert axis.tickValues(1e15, 1e15 + 1, 200) == []
    ((step, ticks),) = axis.tickValues(-1.0, 1.0, 100)
    assert (step, ticks) == (1.0, [-1.0, 0.0, 1.0])
    assert axis.tickStrings(ticks, 1, step) == ["−1", "0", "1"]


@pytest.mark.usefixtures("qtbot")
def test_time_axis_counts_from_now_or_shows_the_clock() -> None:
    axis = TimeAxis()
    right_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.25
    axis.set_right_edge(right_s)
    ((step, ticks),) = axis.tickValues(-10.0, 0.0, 420)
    assert axis.tickStrings(ticks, 1, step) == ["−10 s", "−8 s", "−6 s", "−4 s", "−2 s", "now"]
    axis.set_clock(True)
    ((step, ticks),) = axis.tickValues(-10.0, 0.0, 420)
    assert axis.tickStrings(ticks, 1, step) == [
        f"14:05:{second:02}" if second >= 0 else "14:04:59" for second in (0, 2, 4, 6, 8)
    ]
    ((step, ticks),) = axis.tickValues(-0.1, 0.0, 420)
    assert axis.tickStrings(ticks, 1, step)[0] == "14:05:09.160"


@pytest.mark.usefixtures("qtbot")
def test_a_right_edge_that_is_not_now_has_its_clock_time() -> None:
    axis = TimeAxis()
    right_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.25
    axis.set_right_edge(right_s, is_now=False)
    assert axis.tickStrings([-4.0, -2.0, 0.0], 1, 2.0) == ["−4 s", "−2 s", "14:05:09"]
    assert axis.tickStrings([-0.2, 0.0], 1, 0.2) == ["−0.2 s", "14:05:09.250"]
    axis.set_zero(right_s - 2)
    assert axis.tickStrings([-2.0, 0.0], 1, 2.0) == ["00:00", "00:02"]


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize(
    ("low", "high", "size", "ticks"),
    [
        (0, 10, 20, [0, 5, 10]),
        (0, 10, 270, [float(n) for n in range(11)]),
        (0, 10, 269, [0, 2, 4, 6, 8, 10]),
        (0.1, 9.9, 54, [5]),
        (1e12 - 1.5, 1e12, 54, [1e12 - 1, 1e12]),
        (1e12 - 1, 1e12, 54, [1e12 - 1, 1e12 - 0.5, 1e12]),
        (1e12 - 0.9, 1e12, 54, None),
        (-1e12, 0.9 - 1e12, 54, None),
    ],
)
def test_value_axis_has_at_most_one_tick_per_27_pixels(
    low: float, high: float, size: float, ticks: list[float] | None
) -> None:
    found = ValueAxis().tickValues(low, high, size)
    assert [values for _, values in found] == ([] if ticks is None else [ticks])


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize(
    ("low", "high", "first", "last"), [(0.5e-9, 5 - 0.5e-9, 0, 5), (1.5e-9, 5 - 1.5e-9, 1, 4)]
)
def test_a_tick_exactly_at_the_edge_is_not_lost_by_rounding(
    low: float, high: float, first: float, last: float
) -> None:
    ((step, ticks),) = TimeAxis().tickValues(low, high, 420)
    assert (step, ticks[0], ticks[-1]) == (1, first, last)


@pytest.mark.usefixtures("qtbot")
def test_clock_time_has_thousandths_only_for_steps_below_a_second() -> None:
    axis = TimeAxis()
    axis.set_clock(True)
    axis.set_right_edge(time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.1)
    ((step, ticks),) = axis.tickValues(-2.0, 0.0, 168)
    assert (step, axis.tickStrings(ticks, 1, step)) == (1, ["14:05:08", "14:05:09"])
    ((step, ticks),) = axis.tickValues(-1.0, 0.0, 168)
    assert (step, axis.tickStrings(ticks, 1, step)) == (0.5, ["14:05:08.500", "14:05:09.000"])


@pytest.mark.usefixtures("qtbot")
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a time zone of the test's own needs tzset")
@pytest.mark.parametrize("zone", ["UTC", "XXX-05:30", "XXX+03:30"])
def test_ticks_of_hours_are_at_full_hours_of_local_time(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        axis = TimeAxis()
        axis.set_clock(True)
        axis.set_right_edge(time.mktime((2026, 11, 24, 14, 20, 0, 0, 0, -1)))
        ((step, ticks),) = axis.tickValues(-4 * 3600, 0, 420)
        hours = axis.tickStrings(ticks, 1, step)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert hours == ["11:00:00", "12:00:00", "13:00:00", "14:00:00"]


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize("right_edge_s", [1e30, 1e17])
def test_a_time_outside_the_calendar_can_be_drawn(right_edge_s: float) -> None:
    axis = TimeAxis()
    axis.set_clock(True)
    axis.set_right_edge(right_edge_s)
    ((step, ticks),) = axis.tickValues(-10, 0, 420)
    assert set(axis.tickStrings(ticks, 1, step)) == {"–"}


_PICTURE = "picture"
"""The attribute in which pyqtgraph keeps the drawn picture of an axis."""


@pytest.mark.usefixtures("qtbot")
def test_axis_of_seconds_ago_is_not_painted_again_as_time_passes() -> None:
    axis = TimeAxis()
    assert (axis.shows_clock, axis.right_edge_s) == (False, 0)
    drawn = object()
    setattr(axis, _PICTURE, drawn)
    axis.set_right_edge(5)
    assert axis.picture is drawn
    axis.set_clock(True)
    assert axis.picture is None
    setattr(axis, _PICTURE, drawn)
    axis.set_right_edge(6)
    assert axis.picture is None


def test_axis_of_clock_time_is_painted_again_as_time_passes(drawing: Drawing) -> None:
    def picture() -> QImage:
        drawing.draw()
        drawing.plot.viewport().repaint()
        QApplication.processEvents()
        pixmap: QPixmap = drawing.plot.grab(place(drawing.plot.time_axis).toRect())
        return pixmap.toImage()

    drawing.name(["v1"])
    at_first = picture()
    drawing.now_s += 0.5
    assert picture() == at_first
    drawing.plot.set_clock(True)
    clock = picture()
    assert clock != at_first
    drawing.now_s += 0.5
    assert picture() != clock
    drawing.plot.set_clock(False)
    assert picture() == at_first
    drawing.view.pause(drawing.now_s)
    drawing.plot.touch()
    paused = picture()
    assert paused != at_first
    drawing.view.pan(-3600, drawing.now_s)
    drawing.plot.touch()
    assert picture() != paused
    drawing.view.resume()
    assert picture() == at_first


@pytest.mark.usefixtures("qtbot")
def test_outermost_labels_have_room_beyond_the_axis() -> None:
    axis = TimeAxis()
    axis.resize(400, 22)
    area = axis.boundingRect()
    without = pg.AxisItem.boundingRect(axis)
    assert (area.left(), area.right()) == (without.left() - 28, without.right() + 28)
    assert (area.top(), area.height()) == (without.top(), without.height())


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize("kind", [TimeAxis, ValueAxis])
def test_axes_have_their_style_and_write_numbers_out(kind: type[TimeAxis] | type[ValueAxis]) -> None:
    axis, font = kind(), QFont("Sans", 11)
    style(axis, "#112233", "#445566", font)
    assert axis.textPen().color() == QColor("#112233")
    assert axis.pen().color() == QColor("#445566")
    assert (axis.style["tickLength"], axis.style["hideOverlappingLabels"]) == (0, False)
    assert axis.style["tickFont"] == font
    assert axis.grid == 50  # an alpha of 50 of 255: faint
    assert axis.cacheMode() is QGraphicsItem.CacheMode.DeviceCoordinateCache
    assert not axis.autoSIPrefix
    assert axis.orientation == ("bottom" if kind is TimeAxis else "left")
