"""The chart as it is painted, and the item that the pointer or a key chooses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.history.calculation import Stretch
from app.messages.message import Message, verbatim
from tests.ui.gestures import proves
from tests.ui.stage import PATIENCE_MS
from ui.plot.analysis.chart import Chart
from ui.plot.analysis.distribution import Distribution
from ui.plot.analysis.figure import Axis, Figure, Shape, Table
from ui.plot.analysis.frequencies import Frequencies
from ui.plot.analysis.kind import Kind
from ui.plot.analysis.xy import XY
from ui.plot.curves import Style
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme

RED = "#D55E00"
X, Y = Axis(0, 10, verbatim("across")), Axis(0, 8, verbatim("up"))


def words(item: int) -> Message:
    return verbatim(f"item {item}")


def points(*places: tuple[float, float], joins: list[bool] | None = None) -> Figure:
    xs, ys = (np.array(each, float) for each in zip(*places, strict=True))
    joined = None if joins is None else np.array(joins)
    return Figure(Shape.POINTS, X, Y, RED, xs, ys, words, Table((), ()), joins=joined)


def line(ys: list[float]) -> Figure:
    return Figure(Shape.LINE, X, Y, RED, np.linspace(0, 10, len(ys)), np.array(ys), words, Table((), ()))


BARS = Figure(
    *(Shape.BARS, X, Y, RED, np.array([2.5, 7.5]), np.array([4.0, 8.0]), words, Table((), ())),
    borders=np.array([0.0, 5.0, 10.0]),
)


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart("Chart: x–y")
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made, timeout=PATIENCE_MS):
        made.show()
    made.clearFocus()
    return made


def place(chart: Chart, x: float, y: float) -> QPoint:
    """The place of a value in pixels."""
    frame = chart._frame()
    return QPointF(frame.left() + x / 10 * frame.width(), frame.bottom() - y / 8 * frame.height()).toPoint()


def painted(chart: Chart, figure: Figure | None, scheme: Scheme = LIGHT, sentence: str = "words") -> QImage:
    chart.show_figure(figure, sentence, scheme)
    return chart.grab().toImage()


def inked(picture: QImage, color: str = RED) -> int:
    """How many pixels have a colour."""
    wanted = QColor(color).rgb()
    return sum(picture.pixel(x, y) == wanted for x in range(picture.width()) for y in range(picture.height()))


def test_bars_stand_on_the_axis(chart: Chart) -> None:
    picture = painted(chart, BARS)
    for x, y, is_bar in ((2, 0.2, True), (2, 3.8, True), (2, 4.3, False), (8, 7.8, True)):
        at = place(chart, x, y)
        assert (picture.pixelColor(at) == QColor(RED)) is is_bar, (x, y)
    assert picture.pixelColor(1, 1) == QColor(LIGHT.card)


def test_points_are_where_their_values_are_and_the_newest_is_larger(chart: Chart) -> None:
    picture = painted(chart, points((2, 2), (5, 6)))
    steps = [QPoint(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    assert QColor(RED) in [picture.pixelColor(place(chart, 2, 2) + step) for step in steps]
    newest = place(chart, 5, 6)
    assert picture.pixelColor(newest) == picture.pixelColor(newest + QPoint(2, 0)) == QColor(RED)
    ring = [picture.pixelColor(newest + QPoint(by, 0)).lightness() for by in range(3, 7)]
    assert min(ring) < 90  # its edge has the colour of text
    assert picture.pixelColor(place(chart, 3.5, 4)) == QColor(LIGHT.card)


def test_lines_join_points_except_at_a_break(chart: Chart) -> None:
    through = [(1, 1), (4, 4), (7, 4), (9, 4)]

    def is_inked(picture: QImage, x: float, y: float) -> bool:
        at = place(chart, x, y)
        near = [picture.pixelColor(at + QPoint(0, by)) for by in range(-2, 3)]
        return min(color.blue() for color in near) < 128

    picture = painted(chart, points(*through, joins=[True, False, True, False]))
    assert is_inked(picture, 2.5, 2.5)
    assert not is_inked(picture, 5.5, 4)
    assert is_inked(picture, 8, 4)
    assert not is_inked(painted(chart, points(*through)), 2.5, 2.5)


def test_a_peak_of_one_among_many_corners_is_drawn(chart: Chart) -> None:
    heights = [0.0] * 200_000
    heights[100_000] = 8.0
    picture = painted(chart, line(heights))
    at = place(chart, 5, 6)
    assert any(picture.pixelColor(at + QPoint(by, 0)) == QColor(RED) for by in (-1, 0, 1))


def test_lines_are_thicker_in_high_contrast(chart: Chart) -> None:
    thin, thick = (inked(painted(chart, line([4.0, 4.0]), scheme)) for scheme in (DARK, HIGH_CONTRAST))
    assert 1.8 < thick / thin < 2.2


def test_axes_have_names_and_numbers(chart: Chart) -> None:
    with_labels = painted(chart, points((2, 2)))
    frame = chart._frame()
    below = with_labels.copy(0, round(frame.bottom()) + 3, chart.width(), chart.height())
    beside = with_labels.copy(0, round(frame.top()), round(frame.left()) - 2, round(frame.height()))
    above = with_labels.copy(0, 0, chart.width(), round(frame.top()) - 2)
    for part in (below, beside, above):
        colors = {part.pixel(x, y) for x in range(part.width()) for y in range(part.height())}
        assert len(colors) > 3


def test_without_a_figure_there_is_a_sentence(chart: Chart) -> None:
    assert len(set(pixels(painted(chart, None, sentence="")))) == 1
    assert len(set(pixels(painted(chart, None, sentence="Nothing")))) > 3
    assert chart.accessibleDescription() == "Nothing"
    assert chart.accessibleName() == "Chart: x–y"
    painted(chart, BARS, sentence="2 readings")
    assert chart.accessibleDescription() == "2 readings"


def pixels(picture: QImage) -> list[int]:
    return [picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())]


def test_a_chart_without_room_paints_nothing(chart: Chart) -> None:
    chart.setMinimumSize(0, 0)
    chart.resize(30, 20)
    assert len(set(pixels(painted(chart, BARS)))) == 1
    move(chart, QPoint(10, 10))
    assert chart.item is None


def test_a_picture_may_have_more_pixels(chart: Chart) -> None:
    painted(chart, BARS)
    picture = chart.image(2)
    assert (picture.width(), picture.height()) == (1000, 600)
    assert picture.pixelColor(place(chart, 2, 2) * 2) == QColor(RED)


def test_a_larger_font_needs_more_room(chart: Chart) -> None:
    painted(chart, BARS)
    before = chart._frame()
    font = chart.font()
    font.setPointSizeF(2 * font.pointSizeF())
    chart.setFont(font)
    assert chart._frame().height() < before.height() - 10
    assert chart.minimumSizeHint().height() >= 8 * chart.fontMetrics().height()
    assert chart.sizeHint().width() > chart.minimumSizeHint().width()


def move(chart: Chart, to: QPoint) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(chart.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(chart, event)


@proves("Chart.mouseMoveEvent", "Chart.leaveEvent")
def test_the_pointer_chooses_an_item_until_it_leaves(chart: Chart) -> None:
    said: list[str] = []
    chart.pointed.connect(said.append)
    before = painted(chart, BARS)
    move(chart, place(chart, 8, 2))
    assert (chart.item, said[-1]) == (1, "item 1")
    edge = place(chart, 5, 4)
    near = [chart.grab().toImage().pixelColor(edge + QPoint(by, 0)) for by in range(-2, 3)]
    assert QColor(LIGHT.text) in near
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert (chart.item, said[-1]) == (None, "")
    assert chart.grab().toImage() == before


def test_a_new_figure_under_the_pointer_has_another_item(chart: Chart) -> None:
    said: list[str] = []
    chart.pointed.connect(said.append)
    painted(chart, points((2, 2), (8, 6)))
    move(chart, place(chart, 8, 6))
    assert said[-1] == "item 1"
    chart.show_figure(points((8, 6), (2, 2)), "", LIGHT)
    assert said[-1] == "item 0"
    chart.show_figure(None, "", LIGHT)
    assert (chart.item, said[-1]) == (None, "")


@proves("Chart.keyPressEvent", "Key_PageUp", "Key_PageDown", "Key_Home", "Key_End")
def test_keys_choose_items_in_their_order(chart: Chart) -> None:
    painted(chart, points(*((n % 10, n % 8) for n in range(30))))
    found = []
    for key in ("Right", "Right", "PageDown", "Left", "End", "Right", "PageUp", "Home", "Left"):
        QTest.keyClick(chart, getattr(Qt.Key, f"Key_{key}"))
        found.append(chart.item)
    assert found == [0, 1, 11, 10, 29, 29, 19, 0, 0]
    chart.show_figure(points((0, 0), (0, 0)), "", LIGHT)  # at the place of the mark
    assert chart.item == 0


def test_left_begins_at_the_newest(chart: Chart) -> None:
    painted(chart, points((1, 1), (2, 2), (3, 3)))
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.item == 2


def test_a_key_goes_on_by_a_pixel_where_there_are_more_corners(chart: Chart) -> None:
    painted(chart, line([1.0] * 100_000))
    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.item is not None
    assert 100 < chart.item < 400


def test_other_keys_and_an_empty_chart_are_left_to_the_window(chart: Chart) -> None:
    painted(chart, points((1, 1)))
    QTest.keyClick(chart, Qt.Key.Key_Q)
    assert chart.item is None
    chart.show_figure(None, "", LIGHT)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.item is None


def test_the_focus_is_seen(chart: Chart) -> None:
    chart.activateWindow()
    before = painted(chart, BARS)
    chart.setFocus()
    assert chart.hasFocus()
    assert chart.grab().toImage().pixelColor(1, 150) == QColor(LIGHT.accent) != before.pixelColor(1, 150)


@pytest.mark.parametrize(
    "ys",
    [
        [1.7976931348623157e308] * 20,
        [0.0, 1.75e308] * 10,
        [-1.7976931348623157e308, 1.7976931348623157e308] * 10,
        [5e-324, 0.0] * 10,
        [1e-300, -1e-300] * 10,
    ],
    ids=["the largest", "zero and large", "both ends", "the smallest", "tiny"],
)
def test_all_finite_numbers_can_be_shown(chart: Chart, ys: list[float]) -> None:
    stretch = Stretch(1_790_000_000 + np.arange(len(ys)) / 20, np.array(ys))
    kinds: tuple[Kind[Any], ...] = (XY(), Distribution(), Frequencies())
    for kind in kinds:
        styles = [Style("v1", "one", "", RED)] * len(kind.boxes)
        found = kind.question(styles)([stretch] * len(styles))
        shown = kind.shown(found.result, styles, option=False)
        assert "inf" not in str(shown.words)
        painted(chart, shown.figure)
        chart.image(2)


def test_a_painter_is_ended_also_if_painting_fails(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(chart, "_paint", fail)
    with pytest.raises(OverflowError):
        chart.image(1)
    chart._picture = None
    with pytest.raises(OverflowError):
        chart.paintEvent(QPaintEvent(chart.rect()))
    assert chart._picture is not None
    assert not chart._picture.paintingActive()
