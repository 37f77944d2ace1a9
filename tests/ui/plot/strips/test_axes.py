"""Value axes: two labels or more wherever there is room, and a width that does not tremble."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFontMetricsF

from tests.ui.plot.drawing import COLORS, Drawing, keys, on_screen, place, values
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.strips.ticks import label_top
from ui.theme.colors import DARK, LIGHT


def labels(drawing: Drawing, strip: int = 0, axis: int = 0) -> list[str]:
    return [tick.label for tick in drawing.plot.strips[strip].axes[axis].ticks]


def show(drawing: Drawing, low: float, high: float) -> None:
    drawing.put("v1", (5, low), (1, high))
    drawing.name(["v1"], "°C")
    drawing.settle()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    low=st.floats(-1e12, 1e12),
    size=st.floats(-12, 13).map(lambda power: 10.0**power),
    height=st.integers(74, 700),
    text_pt=st.sampled_from([9.0, 14.0, 18.0]),
)
def test_every_axis_has_two_different_labels_that_do_not_touch_and_fit(
    drawing: Drawing, low: float, size: float, height: int, text_pt: float
) -> None:
    font = drawing.plot.font()
    font.setPointSizeF(text_pt)
    drawing.plot.setFont(font)
    drawing.plot.resize(800, height)
    drawing.view.set_span(10)
    show(drawing, low, low + size)
    drawing.plot.fit()
    drawing.settle()
    (axis,) = drawing.strip.axes
    found = labels(drawing)
    if axis.height() >= 2 * axis.label_px:
        assert len(found) >= 2
    assert len(set(found)) == len(found)
    ends = values(drawing.strip)
    tops = [label_top(tick.at, *ends, axis.height(), axis.label_px) for tick in axis.ticks]
    assert all(upper + axis.label_px <= lower + 1e-6 for lower, upper in itertools.pairwise(tops))
    widths = [QFontMetricsF(axis.font()).horizontalAdvance(label) for label in found]
    assert max(widths, default=0) <= axis.width() - 6


def test_four_lanes_have_two_labels_each_in_the_window_and_in_a_picture(drawing: Drawing) -> None:
    drawing.plot.resize(820, 380)  # what a window of 1280 by 800 leaves
    for number in range(1, 5):
        drawing.put(f"v{number}", (5, number), (1, number + 10**number / 77))
    drawing.name(["v1", "v2", "v3", "v4"])
    drawing.settle()
    for strip in range(4):
        assert len(labels(drawing, strip)) >= 2


@pytest.mark.parametrize(
    ("low", "high", "some"),
    [
        (1_234_567, 1_234_577, "1234570"),
        (1e9 - 1000, 1e9 + 1000, "1000000000"),
        (-1e-12, 1e-12, "0"),
        (-20, 20, "−10.0"),
    ],
)
def test_labels_have_all_digits(drawing: Drawing, low: float, high: float, some: str) -> None:
    show(drawing, low, high)
    assert some in labels(drawing)
    assert len(set(labels(drawing))) == len(labels(drawing)) >= 3


def test_all_axes_are_as_wide_as_the_widest_which_never_becomes_narrower(drawing: Drawing) -> None:
    drawing.put("v1", (5, 0), (1, 1))
    drawing.put("v2", (5, 1e9), (1, 1e9 + 1))
    drawing.name(["v1", "v2"])
    drawing.settle()
    wide = drawing.strip.axes[0].width()
    assert wide > 60
    assert [strip.canvas.x() for strip in drawing.plot.strips] == [wide, wide]
    drawing.put("v2", (5, 1), (0.5, 2))
    drawing.plot.read_again()
    drawing.plot.fit()
    drawing.settle()
    assert labels(drawing, 1)[0] in ("1.0", "1")
    assert [strip.canvas.x() for strip in drawing.plot.strips] == [wide, wide]


def test_the_plot_does_not_jump_when_numbers_become_longer(drawing: Drawing) -> None:
    show(drawing, 0, 10)
    before = place(drawing.strip.canvas, drawing.plot)
    drawing.put("v1", (5, 0), (0.5, 876))
    drawing.settle()
    assert values(drawing.strip)[1] > 876
    assert place(drawing.strip.canvas, drawing.plot) == before


def test_curves_together_have_an_axis_for_each_unit_and_the_first_is_nearest(drawing: Drawing) -> None:
    drawing.put("v1", (5, 0), (1, 10))
    drawing.put("v2", (5, 900), (1, 1100))
    drawing.plot.set_arrangement(Arrangement.BY_UNIT)
    drawing.show([Style("v1", "one", "°C", COLORS[0]), Style("v2", "two", "hPa", COLORS[1])])
    drawing.settle()
    near, far = drawing.strip.axes
    assert (near.unit, far.unit) == ("°C", "hPa")
    assert place(far, drawing.strip).right() < place(near, drawing.strip).left()
    assert place(near, drawing.strip).right() + 1 == drawing.strip.canvas.x()
    assert (values(drawing.strip, 0)[1], values(drawing.strip, 1)[1]) == (10.8, 1116)


def test_a_locked_axis_has_the_colour_of_what_the_user_has_set(drawing: Drawing) -> None:
    show(drawing, 0, 10)
    (axis,) = drawing.strip.axes

    def colors() -> set[str]:
        picture = on_screen(axis)
        return {picture.pixelColor(x, y).name() for x in range(axis.width()) for y in range(axis.height())}

    assert QColor(LIGHT.faint).name() in colors()
    drawing.strip.groups[0].scale.is_locked = True
    drawing.settle()
    assert QColor(LIGHT.accent).name() in colors()


def test_the_range_of_an_axis_outlives_its_strip(drawing: Drawing) -> None:
    for target in ("v1", "v2"):
        drawing.put(target, (5, 0), (1, 10))
    drawing.name(["v1", "v2"])
    drawing.settle()
    drawing.plot.strips[0].groups[0].scale.set(-3, 33)
    drawing.plot.set_hidden(keys("v2"))
    drawing.settle()
    assert values(drawing.plot.strips[0]) == (-3, 33)
    drawing.plot.set_hidden(frozenset())
    drawing.settle()
    assert [values(strip) for strip in drawing.plot.strips] == [(-3, 33), (-0.8, 10.8)]
    drawing.plot.set_hidden(keys("v1"))
    drawing.settle()
    drawing.plot.set_hidden(frozenset())
    drawing.plot.set_scheme(DARK)
    drawing.settle()
    assert [values(strip) for strip in drawing.plot.strips] == [(-3, 33), (-0.8, 10.8)]
