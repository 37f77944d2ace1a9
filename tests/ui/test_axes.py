"""Ticks at round times and round numbers, and what is written at them."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.axes import TimeAxis, ValueAxis, ago_label, time_step, value_step


@given(st.floats(0.01, 86400), st.floats(50, 4000))
def test_two_time_labels_never_touch(span_s: float, width_px: float) -> None:
    step_s = time_step(span_s, width_px)
    assert span_s / step_s <= max(1.0, width_px / 84)


@pytest.mark.parametrize(
    ("seconds", "step_s", "written"),
    [(0.0, 1, "now"), (-2, 1, "−2 s"), (-0.5, 0.1, "−0.5 s"), (-300, 60, "−5 min"), (-7200, 3600, "−2 h")],
)
def test_seconds_ago(seconds: float, step_s: float, written: str) -> None:
    assert ago_label(seconds, step_s) == written


@given(st.floats(1e-9, 1e12), st.floats(2, 60))
def test_value_step_is_round_and_divides_into_few(size: float, most: float) -> None:
    step = value_step(size, most)
    assert size / step <= most * (1 + 1e-9)
    digit = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert any(math.isclose(digit, good, rel_tol=1e-6) for good in (1, 2, 5, 10))


@pytest.mark.usefixtures("qtbot")
def test_nothing_to_divide_has_no_ticks() -> None:
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
