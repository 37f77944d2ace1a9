"""The picture of a canvas: what is drawn frame by frame is the same as at once, and costs little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.wire.datastreams import LineStyle
from app.wire.timeline import Event, EventKind
from tests.ui.plot.drawing import COLORS, NOW_S, Drawing, on_screen, texts
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.strips.canvas import Canvas
from ui.theme.colors import DARK, LIGHT

STYLES = (
    Style("v1", "one", "", COLORS[0]),
    Style("v2", "two", "V", COLORS[1], LineStyle.DASHED),
    Style("v3", "three", "", COLORS[2], LineStyle.DOTTED, is_stepped=True),
)


def noise(drawing: Drawing, per_s: float, *, until_s: float = 30.0) -> None:
    """Readings of three datastreams, from a minute before now on."""
    random = np.random.default_rng(5)
    for number, style in enumerate(STYLES):
        times = np.arange(NOW_S - 60, NOW_S + until_s, 1 / per_s) + number / 100
        drawing.set(style.target, times, random.normal(size=len(times)).clip(-2, 2))


def canvases(drawing: Drawing) -> list[Canvas]:
    return [strip.canvas for strip in drawing.plot.strips]


def pictures(drawing: Drawing) -> list[QImage]:
    return [on_screen(canvas) for canvas in canvases(drawing)]


def at_once(drawing: Drawing) -> list[QImage]:
    """The pictures after everything was painted again."""
    for canvas in canvases(drawing):
        canvas.update()
    return pictures(drawing)


def difference(one: QImage, other: QImage) -> int:
    """How much the colours of two pictures differ at most, from 0 to 255."""
    assert one.size() == other.size()
    parts = [
        np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), -1, 4).astype(int)
        for made in (one, other)
    ]
    return int(np.abs(parts[0] - parts[1])[:, :, :3].max())


@pytest.mark.parametrize("examples", [8, pytest.param(100, marks=pytest.mark.long)])
def test_what_is_drawn_frame_by_frame_is_what_is_drawn_at_once(drawing: Drawing, examples: int) -> None:
    @settings(max_examples=examples)
    @given(
        per_s=st.sampled_from([0.3, 1.0, 7.0, 30.0, 100.0, 2000.0]),
        span_s=st.sampled_from([1.0, 10.0, 60.0]),
        arrangement=st.sampled_from(Arrangement),
        shows_clock=st.booleans(),
        is_bold=st.booleans(),
        steps=st.lists(st.floats(0.0, 0.02), min_size=20, max_size=60),
    )
    def check(
        per_s: float,
        span_s: float,
        arrangement: Arrangement,
        shows_clock: bool,
        is_bold: bool,
        steps: list[float],
    ) -> None:
        drawing.now_s = NOW_S
        noise(drawing, per_s)
        drawing.view.set_span(span_s)
        drawing.plot.set_arrangement(arrangement)
        drawing.plot.set_clock(shows_clock)
        drawing.plot.set_bold(is_bold)
        drawing.show(STYLES)
        drawing.settle()
        for step in steps:
            drawing.paint(each_s=step * span_s)
        # Where a line comes from beyond the left edge, Qt rounds its direction.
        differences = map(difference, pictures(drawing), at_once(drawing))
        assert max(differences) <= 3

    check()


def test_gaps_and_their_grounds_are_the_same_frame_by_frame(drawing: Drawing) -> None:
    noise(drawing, 20.0, until_s=1.0)
    drawing.show(STYLES[:1])
    drawing.settle()
    lost = Event(1, EventKind.LOST, round((NOW_S + 1) * 1e6), None)
    for step in range(90):
        if step == 20:
            drawing.timelines.happened("", lost)
        drawing.paint(each_s=0.1)
    assert canvases(drawing)[0].content.grounds
    assert max(map(difference, pictures(drawing), at_once(drawing))) <= 3


@pytest.fixture
def shown(drawing: Drawing) -> Drawing:
    """A plot with one curve, which has ten readings a second up to now, and none after."""
    noise(drawing, 10.0, until_s=0.001)
    drawing.show(STYLES[:1])
    drawing.settle()
    return drawing


def painted(drawing: Drawing) -> int:
    QApplication.processEvents()
    return sum(canvas.painted_px for canvas in canvases(drawing))


def test_a_frame_that_only_moves_on_paints_only_new_columns(shown: Drawing) -> None:
    (canvas,) = canvases(shown)
    before = painted(shown)
    first = canvas.frame.first
    shown.paint(each_s=0.06)
    moved = canvas.frame.first - first
    assert 0 < moved < 10
    assert painted(shown) - before == moved * canvas.height()


def test_a_reading_paints_no_more_than_the_line_to_it(shown: Drawing) -> None:
    noise(shown, 10.0)
    shown.settle()
    (canvas,) = canvases(shown)
    column_s = canvas.frame.column_s
    before = painted(shown)
    shown.paint(10, each_s=0.1)
    assert painted(shown) - before <= 10 * canvas.height() * (2 * 0.1 / column_s + 30)


def test_nothing_is_painted_while_the_view_is_paused(shown: Drawing) -> None:
    shown.view.pause(shown.now_s)
    shown.settle()
    before = painted(shown)
    noise(shown, 10.0)
    shown.paint(50, each_s=0.1)
    assert painted(shown) == before


def test_nothing_is_painted_for_a_silent_board_whose_curve_has_left(shown: Drawing) -> None:
    shown.paint(200, each_s=0.12)
    before = painted(shown)
    shown.paint(100, each_s=0.12)
    assert painted(shown) == before
    assert pictures(shown) == at_once(shown)
    (picture,) = pictures(shown)
    for y in range(picture.height()):
        assert len({picture.pixel(x, y) for x in range(picture.width())}) == 1
    assert texts(shown.strip) == ["one   –"]
    shown.set("v1", np.array([shown.now_s]), np.array([1.0]))
    shown.paint()
    assert painted(shown) > before


def test_nothing_is_painted_while_a_long_view_moves_by_less_than_a_pixel(shown: Drawing) -> None:
    shown.view.set_span(86400)
    shown.settle()
    before = painted(shown)
    shown.paint(50, each_s=0.1)
    assert painted(shown) == before


def test_a_hidden_plot_paints_nothing(shown: Drawing) -> None:
    shown.plot.hide()
    before = painted(shown)
    noise(shown, 10.0)
    shown.paint(20, each_s=0.1)
    assert painted(shown) == before


@pytest.mark.parametrize("value", [5.0, 5.5])
def test_a_curve_is_where_its_values_are(drawing: Drawing, value: float) -> None:
    drawing.set("v1", NOW_S - np.arange(10, -1, -0.01), np.full(1001, value))
    drawing.show(STYLES[:1])
    drawing.settle()
    (canvas,) = canvases(drawing)
    picture = on_screen(canvas)
    rows = [y for y in range(picture.height()) if picture.pixelColor(300, y) == QColor(COLORS[0])]
    middle = (canvas.height() - 1) / 2  # the range is 0.5 to each side
    assert len(rows) == 1
    assert abs(rows[0] - middle) <= 1


def test_the_colours_are_those_of_the_scheme(shown: Drawing) -> None:
    for scheme in (LIGHT, DARK):
        shown.plot.set_scheme(scheme)
        shown.settle()
        (canvas,) = canvases(shown)
        picture = on_screen(canvas)
        edges = {picture.pixelColor(x, y).name() for x in (1, 300) for y in (0, picture.height() - 1)}
        assert edges == {QColor(scheme.border).name()}
        counts: dict[str, int] = {}
        for x in range(0, picture.width(), 5):
            for y in range(0, picture.height(), 5):
                name = picture.pixelColor(x, y).name()
                counts[name] = counts.get(name, 0) + 1
        assert max(counts, key=lambda name: counts[name]) == QColor(scheme.card).name()


def test_lines_of_the_grid_are_at_the_labels_of_the_first_axis(shown: Drawing) -> None:
    (strip,) = shown.plot.strips
    picture, ground = on_screen(strip.canvas), QColor(LIGHT.card).rgb()
    across = range(0, picture.width(), 3)
    full = [y for y in range(1, picture.height() - 1) if all(picture.pixel(x, y) != ground for x in across)]
    assert full == sorted(strip.canvas.content.levels)
    assert len(full) == len(strip.axes[0].ticks) > 4


def test_a_box_is_seen_while_it_is_drawn(shown: Drawing) -> None:
    (canvas,) = canvases(shown)
    before = on_screen(canvas)
    at = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
    QTest.mouseMove(canvas, at + QPoint(at.x() // 4, at.y() // 4))
    assert on_screen(canvas) != before
    QTest.mouseMove(canvas, at)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    shown.settle()
    assert on_screen(canvas) == before
