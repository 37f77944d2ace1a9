"""The plot: which strips there are and where, and when the plot and its labels are drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.plot.drawing import NOW_S, Drawing, keys, place, points, texts
from ui.plot.axes import TimeAxis
from ui.plot.curves import Style
from ui.plot.plot import Plot
from ui.plot.time_view import TimeView
from ui.plot.trace import Series
from ui.theme.colors import DARK


def put_three(drawing: Drawing) -> None:
    for number, target in enumerate(("v1", "v2", "v3")):
        drawing.put(target, (8, number), (1, 10 + number))
    drawing.name(["v1", "v2", "v3"])
    drawing.draw()


def targets(drawing: Drawing) -> list[list[str]]:
    return [[style.target for style in strip.styles] for strip in drawing.plot.strips]


def test_strips_are_of_one_size_below_each_other_each_with_a_header(drawing: Drawing) -> None:
    put_three(drawing)
    assert targets(drawing) == [["v1"], ["v2"], ["v3"]]
    QApplication.processEvents()
    boxes = [place(strip.box) for strip in drawing.plot.strips]
    for strip, box in zip(drawing.plot.strips, boxes, strict=True):
        assert place(strip.header).bottom() == pytest.approx(box.top())
        assert place(strip.header).left() <= place(strip.left).left() < box.left()
        assert place(strip.left).right() == pytest.approx(box.left())
        assert (place(strip.left).top(), place(strip.left).height()) == (box.top(), box.height())
        assert place(strip.bottom).top() == pytest.approx(box.bottom())
        assert (place(strip.bottom).left(), place(strip.bottom).width()) == (box.left(), box.width())
        assert box.height() == pytest.approx(boxes[0].height(), abs=1)
        assert (box.left(), box.width()) == (boxes[0].left(), boxes[0].width())
    for upper, lower in zip(drawing.plot.strips[:-1], drawing.plot.strips[1:], strict=True):
        assert place(lower.header).top() == pytest.approx(place(upper.bottom).bottom())
    times = place(drawing.plot.time_axis)
    assert (times.left(), times.width()) == (boxes[0].left(), boxes[0].width())
    assert times.top() == pytest.approx(boxes[-1].bottom(), abs=2)
    assert times.bottom() == 600
    assert boxes[0].width() > 650
    assert boxes[-1].bottom() > 550


def test_curves_together_share_one_strip_and_hidden_ones_have_none(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_together(True)
    assert targets(drawing) == [["v1", "v2", "v3"]]
    drawing.plot.set_hidden(keys("v2"))
    assert targets(drawing) == [["v1", "v3"]]
    drawing.plot.set_hidden(keys("v1", "v2", "v3"))
    assert targets(drawing) == []
    drawing.draw()
    drawing.plot.set_hidden(frozenset())
    drawing.plot.set_together(False)
    assert targets(drawing) == [["v1"], ["v2"], ["v3"]]


def test_many_strips_keep_their_least_height_and_few_shrink(drawing: Drawing) -> None:
    drawing.name([f"v{n}" for n in range(20)])
    assert drawing.plot.minimumHeight() == 20 * (30 + 20) + 24
    drawing.plot.resize(800, drawing.plot.minimumHeight())
    QApplication.processEvents()
    assert min(place(strip.box).height() for strip in drawing.plot.strips) >= 29
    drawing.plot.set_together(True)
    assert drawing.plot.minimumHeight() == 30 + 20 + 24
    drawing.name([])
    assert drawing.plot.minimumHeight() == 30 + 20 + 24
    drawing.name(["v1", "v2"])
    drawing.plot.set_together(False)
    drawing.plot.resize(800, drawing.plot.minimumHeight())
    QApplication.processEvents()
    assert min(place(strip.box).height() for strip in drawing.plot.strips) >= 29


def test_same_styles_again_change_nothing(drawing: Drawing) -> None:
    put_three(drawing)
    strips = list(drawing.plot.strips)
    drawing.name(["v1", "v2", "v3"])
    assert drawing.plot.strips == strips
    drawing.name(["v1", "v2"])
    assert targets(drawing) == [["v1"], ["v2"]]


def test_curves_of_another_source_are_read_from_it(drawing: Drawing) -> None:
    put_three(drawing)
    times, values = np.array([NOW_S - 4, NOW_S - 2]), np.array([5.0, 7.0])
    drawing.plot.set_styles([])
    drawing.plot.set_history(lambda _device, _target, _from_s, _to_s: (times, values))
    drawing.name(["v1", "v2"])
    drawing.draw()
    assert targets(drawing) == [["v1"], ["v2"]]
    assert texts(drawing.strip) == ["name of v1   7"]
    assert points(drawing.strip) == [(-4, 5), (-2, 7)]


def test_curves_are_read_again_after_readings_were_deleted(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.view.pause(NOW_S)
    drawing.series.clear()
    drawing.plot.read_again()
    drawing.draw()
    assert points(drawing.strip) == []


def test_curves_of_several_devices_are_drawn_from_their_own_readings(drawing: Drawing) -> None:
    def history(device: str, target: str, _from_s: float, _to_s: float) -> Series:
        return np.array([NOW_S - 1]), np.array([{"a": 10.0, "b": 20.0}[device] + int(target[1:])])

    drawing.plot.set_history(history)
    styles = [
        Style(target, target, "", "#0072B2", device=device, shows_device=True)
        for device in "ab"
        for target in ("v1", "v2")
    ]
    drawing.plot.set_styles(styles)
    drawing.draw()
    said = [text for strip in drawing.plot.strips for text in texts(strip)]
    assert said == ["a: v1   11", "a: v2   12", "b: v1   21", "b: v2   22"]
    drawing.plot.set_hidden(frozenset({("b", "v1")}))
    drawing.plot.set_together(True)
    drawing.draw()
    assert texts(drawing.strip) == ["a: v1   11", "a: v2   12", "b: v2   22"]


def test_a_running_view_is_drawn_each_frame_and_a_paused_one_after_a_change(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.now_s += 1
    drawing.draw()
    assert drawing.strip.bottom.right_edge_s == NOW_S + 1
    assert points(drawing.strip) == [(-9, 0), (-2, 10)]
    drawing.view.pause(drawing.now_s)
    drawing.draw()
    drawing.read.clear()
    drawing.now_s += 1
    drawing.draw(4)
    assert drawing.read == []
    plot = drawing.plot
    changes: tuple[Callable[[], object], ...] = (
        *(plot.touch, plot.fit, lambda: plot.set_locked(False), lambda: plot.set_clock(True)),
        *(lambda: plot.set_cursors(True), lambda: plot.set_scheme(DARK), lambda: plot.set_together(True)),
        *(lambda: plot.set_hidden(keys("v2")), lambda: drawing.name(["v1", "v2"])),
    )
    for number, change in enumerate(changes):
        change()
        drawing.read.clear()
        drawing.draw(2)
        assert drawing.read in (["v1", "v2", "v3"], ["v1", "v3"], ["v1"]), number
    assert drawing.strip.bottom.right_edge_s == NOW_S + 1


def test_the_visible_period_is_read_from_the_history(drawing: Drawing) -> None:
    asked: list[tuple[float, float]] = []

    def history(_device: str, target: str, from_s: float, to_s: float) -> Series:
        asked.append((from_s, to_s))
        return drawing.history("", target, from_s, to_s)

    drawing.plot.set_history(history)
    drawing.view.set_span(60)
    drawing.name(["v1"])
    drawing.draw()
    ((from_s, to_s),) = asked
    assert to_s == NOW_S
    assert NOW_S - 70 < from_s <= NOW_S - 60
    assert drawing.strip.box.viewRange()[0] == [-60, 0]


def test_a_curve_has_a_column_for_each_pixel(drawing: Drawing) -> None:
    drawing.put("v1", *((9.999 - n / 2000, (-1) ** n) for n in range(19_900)))
    drawing.name(["v1"])
    drawing.draw()
    width = place(drawing.strip.box).width()
    assert 1.7 * width < len(points(drawing.strip)) <= 2.3 * width


def test_a_plot_without_room_for_a_curve_can_be_drawn(drawing: Drawing) -> None:
    drawing.put("v1", *((9.975 - n / 20, (-1) ** n) for n in range(200)))
    drawing.name(["v1"])
    drawing.plot.resize(60, 200)
    QApplication.processEvents()
    assert drawing.strip.box.width() < 1
    drawing.draw()
    assert len(points(drawing.strip)) == 2 * 50  # the least number of columns, with two points in each


def test_labels_are_updated_every_third_frame(drawing: Drawing) -> None:
    drawing.name(["v1"])
    said = []
    for number in range(1, 8):
        drawing.put("v1", (0, number))
        drawing.draw()
        said.append(texts(drawing.strip)[0].split()[-1])
    assert said == ["1", "1", "1", "4", "4", "4", "7"]
    drawing.plot.set_scheme(DARK)
    drawing.put("v1", (0, 8))
    drawing.draw()
    assert texts(drawing.strip)[0].split()[-1] == "8"


def test_labels_are_updated_each_frame_while_the_user_measures(
    drawing: Drawing,
) -> None:
    def renewed() -> bool:
        said = []
        for _ in range(3):
            drawing.now_s += 1
            drawing.plot.touch()
            drawing.draw()
            said.append([str(line.value()) for line in drawing.strip.cursors] + texts(drawing.strip))
        return said[0] != said[1] != said[2]

    drawing.put("v1", *((10 - n, n) for n in range(30)))
    drawing.name(["v1"])
    drawing.draw()
    assert not renewed()
    drawing.plot.set_cursors(True)
    assert renewed()
    drawing.plot.set_cursors(False)
    assert not renewed()


@pytest.mark.parametrize(("window_pt", "label_pt"), [(20.0, 18.0), (5.0, 7.0)])
def test_labels_are_smaller_than_the_window_s_text_but_not_too_small(
    drawing: Drawing, window_pt: float, label_pt: float
) -> None:
    font = drawing.plot.font()
    font.setPointSizeF(window_pt)
    drawing.plot.setFont(font)
    drawing.name(["v1"])
    for dressed in (drawing.strip.drawn[0].label.font(), drawing.plot.time_axis.style["tickFont"]):
        assert dressed.pointSizeF() == label_pt


def test_strips_leave_room_for_time_labels_at_the_right_and_no_gaps_between(drawing: Drawing) -> None:
    drawing.name(["v1", "v2"])
    layout = drawing.plot.centralWidget.layout
    assert layout.getContentsMargins() == (0, 0, 28, 24)
    assert (layout.horizontalSpacing(), layout.verticalSpacing()) == (0, 0)


def test_the_plot_takes_the_colours_of_the_scheme(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_scheme(DARK)
    assert drawing.plot.grab().toImage().pixelColor(797, 300) == QColor(DARK.card)
    assert drawing.strip.drawn[0].label.brush().color() == QColor(DARK.text)
    names = ("antialias", "background", "foreground")
    assert [pg.getConfigOption(name) for name in names] == [True, DARK.card, DARK.text]


def time_axes(drawing: Drawing) -> list[TimeAxis]:
    """The axis with the labels, and those of the strips, which have only lines."""
    return [drawing.plot.time_axis, *(strip.bottom for strip in drawing.plot.strips)]


def test_only_the_time_axis_below_all_strips_has_labels(drawing: Drawing) -> None:
    put_three(drawing)
    labels, *lines = time_axes(drawing)
    assert (labels.style["showValues"], labels.grid, labels.size().height()) == (True, False, 24)
    assert [(axis.style["showValues"], axis.grid, axis.fixedHeight) for axis in lines] == 3 * [(False, 50, 1)]
    assert labels.linkedView() is drawing.plot.strips[-1].box
    drawing.name([])
    assert not drawing.plot.time_axis.isVisible()


def test_clock_time_is_shown_in_every_arrangement(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_clock(True)
    assert all(axis.shows_clock for axis in time_axes(drawing))
    drawing.plot.set_together(True)
    assert all(axis.shows_clock for axis in time_axes(drawing))
    drawing.plot.set_clock(False)
    assert not any(axis.shows_clock for axis in time_axes(drawing))


def test_a_new_plot_is_antialiased_has_a_name_and_runs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "antialias", False)
    plot = Plot(TimeView())
    qtbot.addWidget(plot)
    assert plot.renderHints() & QPainter.RenderHint.Antialiasing
    assert plot.accessibleName() == "Live plot"
    for word in ("wheel", "Left", "Shift", "Ctrl"):
        assert word in plot.accessibleDescription()
    assert plot.viewport().focusPolicy() is Qt.FocusPolicy.NoFocus
    plot.refresh(NOW_S)
    assert plot.strips == []
    assert plot.hovered_s() is None
    assert not plot.cursors.shown


def test_a_new_plot_shows_seconds_ago_and_fits_each_strip(drawing: Drawing) -> None:
    put_three(drawing)
    assert len(drawing.plot.strips) == 3
    assert not drawing.strip.bottom.shows_clock
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-0.8, 10.8])
    drawing.put("v1", (8, 0), (1, 100))
    drawing.draw()
    assert drawing.strip.box.viewRange()[1] == pytest.approx([-8, 108])


def test_view_that_is_paused_before_its_first_frame_is_drawn(qtbot: QtBot) -> None:
    drawing = Drawing(qtbot)
    drawing.put("v1", (8, 1), (1, 2))
    drawing.view.pause(NOW_S)
    drawing.name(["v1"])
    drawing.draw()
    assert points(drawing.strip) == [(-8, 1), (-1, 2)]


@pytest.mark.parametrize(("key", "is_ours"), [(Qt.Key.Key_Z, False), (Qt.Key.Key_Left, True)])
def test_other_keys_are_left_to_the_window(drawing: Drawing, key: Qt.Key, is_ours: bool) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    drawing.plot.keyPressEvent(event)
    assert event.isAccepted() is is_ours


def test_gestures_report_that_the_view_has_changed(drawing: Drawing, qtbot: QtBot) -> None:
    put_three(drawing)
    with qtbot.waitSignals([drawing.plot.view_changed]):
        QTest.keyClick(drawing.plot, Qt.Key.Key_Left)
    with qtbot.waitSignals([drawing.plot.values_locked]):
        QTest.keyClick(drawing.plot, Qt.Key.Key_Up)


def test_cursors_keep_their_times_while_the_view_is_dragged(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_cursors(True)
    drawing.draw()
    before = [line.value() for line in drawing.strip.cursors]
    assert before == [-6.5, -3.5]
    QTest.keyClick(drawing.plot, Qt.Key.Key_Left)
    drawing.draw()
    assert [line.value() for line in drawing.strip.cursors] == pytest.approx([-5.5, -2.5])
