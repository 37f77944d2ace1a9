"""One strip of the plot: its curve, dots and ranges, and the texts in its header."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QTextLayout
from PySide6.QtWidgets import QApplication

from tests.ui.plot.drawing import NOW_S, Drawing, place, points, texts
from ui.plot.curves import LINE_STYLES, Style
from ui.plot.line_sample import curve_pen, sample_path
from ui.plot.strip import Drawn, Gestures, Strip, header_px, nearest
from ui.theme.colors import DARK, LIGHT
from ui.wording import clock

TIMES = st.lists(st.floats(0, 1000), min_size=1, max_size=50).map(sorted)


@given(TIMES, st.floats(-10, 1010))
def test_nearest_finds_the_nearest_reading(times: list[float], at_s: float) -> None:
    found = nearest(np.array(times), at_s)
    assert found is not None
    assert abs(times[found] - at_s) == min(abs(time_s - at_s) for time_s in times)


def test_of_two_equally_near_readings_the_earlier_one_is_taken() -> None:
    assert [nearest(np.array([1.0, 3.0, 5.0]), at_s) for at_s in (2.0, 4.0)] == [0, 1]


@pytest.mark.parametrize("at_s", [0.0, 5.0])
def test_without_readings_none_is_nearest(at_s: float) -> None:
    assert nearest(np.empty(0), at_s) is None


@pytest.fixture
def shown(drawing: Drawing) -> Drawing:
    """A plot with one strip, which has 20 readings, one per second; the newest is one second old."""
    drawing.put("v1", *((ago_s, 10 - ago_s) for ago_s in range(20, 0, -1)))
    drawing.name(["v1"], unit="°C")
    drawing.draw()
    return drawing


def only(drawing: Drawing) -> Drawn:
    (drawn,) = drawing.strip.drawn
    return drawn


def test_curve_joins_the_readings_up_to_the_right_edge(shown: Drawing) -> None:
    assert points(shown.strip) == [(-ago_s, 10 - ago_s) for ago_s in range(11, 0, -1)]
    assert only(shown).curve.pen().widthF() == 0  # one pixel wide: wider pens are slow
    assert only(shown).curve.shape().isEmpty()  # so that the mouse goes to the strip instead


def test_value_axis_fits_the_visible_readings_and_the_one_before(drawing: Drawing) -> None:
    drawing.put("v1", (10.9, 500), (10.5, 100), (5, 0), (1, 10))
    drawing.name(["v1"])
    drawing.draw()
    # The line to the first visible reading starts at the 100 before it; the 500 cannot be seen.
    assert drawing.strip.box.viewRange() == [[-10, 0], pytest.approx([-8, 108])]
    drawing.put("v2", (5, 0), (1, 10))
    drawing.name(["v2"])
    drawing.draw()
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-0.8, 10.8])


def test_one_reading_or_none_has_a_range_too(drawing: Drawing) -> None:
    drawing.name(["v1"])
    drawing.draw()
    assert points(drawing.strip) == []
    assert only(drawing).dots.getData()[0].size == 0
    assert texts(drawing.strip) == ["name of v1"]
    drawing.put("v1", (2, 20))
    drawing.draw()
    assert drawing.strip.box.viewRange() == [[-10, 0], [19, 21]]
    assert only(drawing).dots.isVisible()


@pytest.mark.parametrize(("count", "dotted"), [(80, True), (81, False)])
def test_few_readings_are_marked_with_dots(drawing: Drawing, count: int, dotted: bool) -> None:
    drawing.put("v1", *((9.9 - n / 10, n) for n in range(count)))
    drawing.name(["v1"])
    drawing.draw()
    dots = only(drawing).dots
    assert dots.isVisible() is dotted
    if dotted:
        x, y = dots.getData()
        np.testing.assert_allclose(x, [-9.9 + n / 10 for n in range(count)], atol=1e-6)
        np.testing.assert_array_equal(y, range(count))
    drawing.put("v1", *((9.9 - n / 20, n) for n in range(180)))
    drawing.view.set_span(20)  # the columns have another width, so no points are reused
    drawing.draw()
    assert not dots.isVisible()
    assert len(dots.getData()[0]) <= 80  # hidden dots are not updated, which would cost time


def test_locked_axis_is_fitted_once_and_then_stays(drawing: Drawing) -> None:
    drawing.plot.set_locked(True)
    drawing.put("v1", (5, 0), (1, 10))
    drawing.name(["v1"])
    drawing.draw()
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-0.8, 10.8])
    drawing.put("v1", (5, 0), (1, 1000))
    drawing.draw(3)
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-0.8, 10.8])
    drawing.plot.set_locked(False)
    drawing.draw()
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-80, 1080])


def test_several_curves_share_one_range_and_one_header(drawing: Drawing) -> None:
    drawing.put("v1", (5, 0), (1, 10))
    drawing.put("v2", (6, -100), (2, 50))
    drawing.plot.set_together(True)
    drawing.name(["v1", "v2", "v3"], unit="V")
    drawing.draw()
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-112, 62])
    assert points(drawing.strip, 1) == [(-6, -100), (-2, 50)]
    assert texts(drawing.strip) == ["name of v1   10 V", "name of v2   50 V", "name of v3"]
    areas = [
        (
            drawn.sample.mapRectToScene(drawn.sample.boundingRect()),
            drawn.label.mapRectToScene(drawn.label.boundingRect()),
        )
        for drawn in drawing.strip.drawn
    ]
    edge = drawing.strip.box.sceneBoundingRect().left()
    for sample, label in areas:
        assert edge < sample.left() < sample.right() < label.left()
        assert sample.center().y() == pytest.approx(label.center().y(), abs=1)
        edge = label.right() + 10
    left = float(drawing.strip.left.width()) + 2
    for drawn in drawing.strip.drawn:
        size = drawn.label.boundingRect()
        assert drawn.sample.boundingRect() == QRectF(0, 0, 18, 3)
        assert drawn.sample.pos() == QPointF(left, 2 + (size.height() - 3) / 2)
        assert drawn.label.pos() == QPointF(left + 18 + 6, 2)
        left += 18 + size.width() + 28
    assert areas[-1][1].bottom() <= drawing.strip.box.sceneBoundingRect().top() + 1


def test_header_shows_the_value_under_the_pointer_and_what_the_cursors_measure(shown: Drawing) -> None:
    strip, drawn = shown.strip, only(shown)
    assert texts(strip) == ["name of v1   9 °C"]
    assert not strip.hover_line.isVisible()
    assert not drawn.marker.isVisible()
    strip.show_labels(NOW_S - 4.4, NOW_S)
    assert texts(strip) == [f"name of v1   6 °C   at {clock(NOW_S - 4)}.000"]
    assert strip.hover_line.isVisible()
    assert strip.hover_line.value() == pytest.approx(-4.4)
    assert drawn.marker.isVisible()
    assert [list(column) for column in drawn.marker.getData()] == [[-4], [6]]
    strip.show_labels(None, NOW_S, (NOW_S - 8, NOW_S - 3))
    assert texts(strip) == ["name of v1   9 °C   A 2   B 7   Δy 5 °C"]
    assert [(line.isVisible(), line.value()) for line in strip.cursors] == [(True, -8), (True, -3)]
    assert [line.label.format for line in strip.cursors] == ["A", "B"]
    assert not strip.hover_line.isVisible()
    assert not drawn.marker.isVisible()
    strip.show_labels(None, NOW_S)
    assert not any(line.isVisible() for line in strip.cursors)


def test_without_readings_none_is_marked(shown: Drawing) -> None:
    shown.strip.show_labels(NOW_S - 4, NOW_S)
    assert only(shown).marker.isVisible()
    shown.strip.show({("", "v1"): (np.empty(0), np.empty(0))}, NOW_S - 10, NOW_S, locked=False)
    shown.strip.show_labels(NOW_S - 4, NOW_S)
    assert not only(shown).marker.isVisible()
    assert texts(shown.strip) == ["name of v1"]
    assert shown.strip.hover_line.isVisible()


def test_curves_together_show_only_their_difference(drawing: Drawing) -> None:
    drawing.put("v1", (5, 0), (1, 10))
    drawing.plot.set_together(True)
    drawing.name(["v1", "v2"])
    drawing.draw()
    drawing.strip.show_labels(NOW_S - 5, NOW_S, (NOW_S - 5, NOW_S - 1))
    assert texts(drawing.strip) == ["name of v1   0   Δy 10", "name of v2"]


@pytest.mark.parametrize("span_s", [0.5, 1.0, 60.0])
def test_time_axis_is_as_long_as_the_view(drawing: Drawing, span_s: float) -> None:
    drawing.view.set_span(span_s)
    drawing.name(["v1"])
    drawing.draw()
    assert drawing.strip.box.viewRange()[0] == [-span_s, 0]
    drawing.view.set_span(2 * span_s)
    drawing.draw()
    assert drawing.strip.box.viewRange()[0] == [-2 * span_s, 0]


def test_all_parts_of_a_strip_are_on_the_screen_and_linked(shown: Drawing) -> None:
    strip, drawn = shown.strip, only(shown)
    parts = [
        drawn.curve,
        drawn.dots,
        drawn.marker,
        drawn.sample,
        drawn.label,
        strip.hover_line,
        *strip.cursors,
    ]
    assert all(part.scene() is shown.plot.scene() for part in parts)
    for axis in (strip.left, strip.bottom):
        assert axis.linkedView() is strip.box
        assert axis.textPen().color() == QColor(LIGHT.faint)
        assert axis.pen().color() == QColor(LIGHT.grid)
    for line in (strip.hover_line, *strip.cursors):
        assert line.angle == 90
    assert [line.movable for line in (strip.hover_line, *strip.cursors)] == [False, True, True]
    for line in strip.cursors:
        assert line.pen.style() is Qt.PenStyle.DashLine
        assert line.label.orthoPos == 0.92
    assert (drawn.dots.opts["size"], drawn.marker.opts["size"]) == (4, 9)
    assert (strip.header.size().height(), strip.left.fixedWidth) == (20, 54)
    text = drawn.label.boundingRect().height()
    assert text <= strip.header.size().height() <= 2 * text


LONG = "Weather station on the roof of the gym, north side, board 2: temperature in the shade of the chimney"


@pytest.mark.parametrize("together", [False, True])
def test_a_long_name_gives_way_to_its_value(drawing: Drawing, together: bool) -> None:
    for target in ("v1", "v2"):
        drawing.put(target, (1, 21.5))
    drawing.plot.set_styles([Style(f"v{n}", f"{LONG} {n}", "°C", "#0072B2") for n in (1, 2)])
    drawing.plot.set_together(together)
    drawing.plot.set_cursors(True)
    for width in (800, 400):
        drawing.plot.resize(width, 600)
        QApplication.processEvents()
        drawing.draw(4)
        shown = [(strip, drawn) for strip in drawing.plot.strips for drawn in strip.drawn]
        for number, (strip, drawn) in enumerate(shown, 1):
            assert drawn.label.sceneBoundingRect().right() <= place(strip.header).right()
            name, value, *_ = drawn.label.text().split("   ")
            assert (name[:3], name[-2:], value) == ("Wea", f" {number}", "21.5 °C")
            assert "…" in name or width == 800
            assert f"{LONG} {number}" in drawn.label.toolTip()


def test_a_name_from_right_to_left_stands_before_its_value(drawing: Drawing) -> None:
    name = "\u0645\u062e\u062a\u0628\u0631"
    drawing.put("v1", (1, 21.5))
    drawing.plot.set_styles([Style("v1", name, "°C", "#0072B2")])
    drawing.draw()
    (text,) = texts(drawing.strip)
    layout = QTextLayout(text, drawing.strip.drawn[0].label.font())
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()

    def x_of(at: int) -> float:
        x, _ = cast(tuple[float, int], line.cursorToX(at))
        return x

    begin, value = text.index(name), text.index("21.5")
    ends = [x_of(at) for at in range(begin, begin + len(name) + 1)]
    assert max(ends) < x_of(value) < x_of(len(text))


def strip(*styles: Style, bold: bool = False) -> Strip:
    return Strip(styles, DARK, Gestures(print, print, print, print), QFont("Sans", 11), bold=bold)


@pytest.mark.usefixtures("qtbot")
def test_a_new_strip_shows_neither_pointer_nor_cursors() -> None:
    made = strip(Style("v1", "one", "", "#0072B2"))
    assert not made.hover_line.isVisible()
    assert not any(line.isVisible() for line in made.cursors)
    assert made.box.autoRangeEnabled() == [False, False]
    assert not made.box.menuEnabled()


@pytest.mark.usefixtures("qtbot")
def test_a_strip_has_the_colours_of_datastream_and_scheme() -> None:
    made = strip(Style("v1", "one", "", "#0072B2"))
    (drawn,) = made.drawn
    for brush in (drawn.dots.opts["brush"], drawn.marker.opts["brush"], drawn.sample.brush()):
        assert brush.color() == QColor("#0072B2")
    assert drawn.curve.pen().color() == QColor("#0072B2")
    assert drawn.label.brush().color() == QColor(DARK.text)
    assert drawn.label.font() == QFont("Sans", 11)
    assert drawn.sample.pen().style() is Qt.PenStyle.NoPen
    assert drawn.dots.opts["pen"].style() is Qt.PenStyle.NoPen
    assert drawn.marker.opts["pen"].color() == QColor(DARK.text)
    assert made.box.border.color() == QColor(DARK.border)
    assert made.hover_line.pen.color() == QColor(DARK.faint)
    for line in made.cursors:
        assert line.pen.color() == QColor(DARK.accent)
        assert line.hoverPen.color() == QColor(DARK.text)
        assert line.label.color == QColor(DARK.accent)
        assert line.label.fill.color() == QColor(DARK.card)


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize(("bold", "scale"), [(False, 1), (True, 3)])
def test_a_curve_and_its_sample_have_the_line_style_of_the_datastream(bold: bool, scale: int) -> None:
    styles = [Style(each, "one", "", "#0072B2", each) for each in LINE_STYLES]
    made = strip(*styles, bold=bold)
    for drawn, line_style in zip(made.drawn, LINE_STYLES, strict=True):
        for curve in (drawn.curve, *drawn.around):
            assert curve.pen() == curve_pen("#0072B2", line_style, scale=scale)
        assert drawn.sample.path() == sample_path(drawn.sample.boundingRect(), line_style)
    solid, dashed, *_ = (drawn.curve.pen() for drawn in made.drawn)
    assert solid.style() is Qt.PenStyle.SolidLine
    assert dashed.dashPattern() == [10 * scale, 6 * scale]
    assert Style("v1", "one", "", "#0072B2").line_style is LINE_STYLES[0]


def test_the_sample_grows_with_the_text(drawing: Drawing) -> None:
    drawing.name(["v1"])
    before = only(drawing).sample.boundingRect()
    font = drawing.plot.font()
    font.setPointSizeF(2 * font.pointSizeF())
    drawing.plot.setFont(font)
    drawing.draw()
    assert only(drawing).sample.boundingRect().height() == pytest.approx(2 * before.height(), rel=0.1)


def test_names_that_do_not_fit_beside_each_other_are_in_several_rows(drawing: Drawing) -> None:
    drawing.plot.set_together(True)
    drawing.name([f"v{n}" for n in range(12)])
    drawing.draw()
    QApplication.processEvents()
    drawing.draw(3)
    width = drawing.strip.header.size().width()
    ends = [drawn.label.pos().x() + drawn.label.boundingRect().width() for drawn in drawing.strip.drawn]
    tops = [drawn.label.pos().y() for drawn in drawing.strip.drawn]
    assert max(ends) <= width
    assert tops == sorted(tops)
    rows = len(set(tops))
    assert rows > 1
    row_px = header_px(drawing.plot._label_font())
    assert drawing.strip.header.size().height() == rows * row_px
    for drawn in drawing.strip.drawn:
        assert drawn.sample.pos().x() < drawn.label.pos().x()
        assert 0 <= drawn.sample.pos().y() - drawn.label.pos().y() < row_px


def test_the_plot_does_not_jump_when_numbers_become_longer(shown: Drawing) -> None:
    shown.plot.grab()
    QApplication.processEvents()
    before = shown.strip.box.sceneBoundingRect()
    shown.put("v1", (5, 0), (0.5, 876_543))
    shown.draw()
    shown.plot.grab()
    QApplication.processEvents()
    assert shown.strip.box.viewRange()[1][1] > 876_543
    assert shown.strip.box.sceneBoundingRect() == before
