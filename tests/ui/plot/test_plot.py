"""The plot: which strips there are and where, when they are drawn, and what its time axis counts from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.plot.drawing import NOW_S, Drawing, keys, lines, on_screen, place, points, shows, texts, values
from tests.ui.plot.fixed_source import FixedSource
from ui.plot.arrangement import Arrangement
from ui.plot.curves import Style
from ui.plot.feed.trace import Series
from ui.plot.plot import Plot
from ui.plot.time_view import TimeView
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme


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
    drawing.settle()
    plot = drawing.plot
    canvases = [place(strip.canvas, plot) for strip in plot.strips]
    for strip, canvas in zip(plot.strips, canvases, strict=True):
        header, axis = place(strip.header, plot), place(strip.axes[0], plot)
        assert header.bottom() + 1 == canvas.top() == axis.top()
        assert (header.left(), axis.left(), axis.right() + 1) == (0, 0, canvas.left())
        assert axis.height() == canvas.height()
        assert canvas.height() == pytest.approx(canvases[0].height(), abs=1)
        assert (canvas.left(), canvas.width()) == (canvases[0].left(), canvases[0].width())
    for upper, lower in zip(plot.strips[:-1], plot.strips[1:], strict=True):
        assert place(lower.header, plot).top() == place(upper.canvas, plot).bottom() + 1
    times = place(plot.time_axis, plot)
    assert times.top() == canvases[-1].bottom() + 1
    assert (times.bottom() + 1, times.height(), times.width()) == (600, 24, 800)
    assert canvases[0].width() > 650
    assert canvases[0].right() + 1 + 28 == 800  # half a label of the time axis


def test_curves_together_share_one_strip_and_hidden_ones_have_none(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_arrangement(Arrangement.BY_UNIT)
    assert targets(drawing) == [["v1", "v2", "v3"]]
    drawing.plot.set_hidden(keys("v2"))
    assert targets(drawing) == [["v1", "v3"]]
    drawing.plot.set_hidden(keys("v1", "v2", "v3"))
    assert targets(drawing) == []
    drawing.draw()
    drawing.plot.set_hidden(frozenset())
    drawing.plot.set_arrangement(Arrangement.APART)
    assert targets(drawing) == [["v1"], ["v2"], ["v3"]]


def test_many_strips_keep_their_least_height_and_few_shrink(drawing: Drawing) -> None:
    drawing.name([f"v{n}" for n in range(20)])
    assert drawing.plot.minimumHeight() == 20 * (30 + 20) + 24
    drawing.plot.resize(800, drawing.plot.minimumHeight())
    QApplication.processEvents()
    assert min(strip.canvas.height() for strip in drawing.plot.strips) >= 29
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    assert drawing.plot.minimumHeight() == 30 + 20 + 24
    drawing.name([])
    assert drawing.plot.minimumHeight() == 30 + 20 + 24
    assert not drawing.plot.time_axis.isVisible()
    drawing.name(["v1", "v2"])
    drawing.plot.set_arrangement(Arrangement.APART)
    drawing.plot.resize(800, drawing.plot.minimumHeight())
    QApplication.processEvents()
    assert min(strip.canvas.height() for strip in drawing.plot.strips) >= 29


def test_same_styles_again_change_nothing(drawing: Drawing) -> None:
    put_three(drawing)
    strips = list(drawing.plot.strips)
    drawing.name(["v1", "v2", "v3"])
    assert drawing.plot.strips == strips
    drawing.name(["v1", "v2"])
    assert targets(drawing) == [["v1"], ["v2"]]


def test_curves_of_another_source_are_read_from_it(drawing: Drawing) -> None:
    put_three(drawing)
    series = np.array([NOW_S - 4, NOW_S - 2]), np.array([5.0, 7.0])
    drawing.plot.set_styles([])
    drawing.plot.set_source(FixedSource(lambda _device, _target: series))
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
    def read(device: str, target: str) -> Series:
        return np.array([NOW_S - 1]), np.array([{"a": 10.0, "b": 20.0}[device] + int(target[1:])])

    drawing.plot.set_source(FixedSource(read))
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
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    drawing.draw()
    assert texts(drawing.strip) == ["a: v1   11", "a: v2   12", "b: v2   22"]


def test_a_paused_view_is_drawn_after_a_change_only(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.draw(each_s=1)
    assert shows(drawing.strip, 10, NOW_S + 1)
    drawing.view.pause(drawing.now_s)
    drawing.draw()
    drawing.read.clear()
    drawing.draw(4, each_s=1)
    assert drawing.read == []
    plot = drawing.plot
    changes: tuple[Callable[[], object], ...] = (
        *(plot.touch, plot.fit, lambda: plot.set_locked(False), lambda: plot.set_clock(True)),
        *(lambda: plot.set_cursors(True), lambda: plot.set_scheme(DARK)),
        *(lambda: plot.set_thick(True), lambda: plot.set_bold(True), lambda: plot.set_zero(NOW_S)),
        *(lambda: plot.set_arrangement(Arrangement.BY_UNIT), lambda: plot.set_hidden(keys("v2"))),
        *(lambda: drawing.name(["v1", "v2"]), lambda: plot.resize(700, 500)),
    )
    for number, change in enumerate(changes):
        change()
        drawing.read.clear()
        drawing.draw()
        assert drawing.read, number
    assert shows(drawing.strip, 10, NOW_S + 1)


def test_readings_of_completed_columns_are_not_read_again(drawing: Drawing) -> None:
    times = np.arange(NOW_S - 30, NOW_S + 30, 0.001)
    source = FixedSource(lambda _device, _target: (times, np.sin(times)))
    drawing.plot.set_source(source)
    drawing.name(["v1"])
    drawing.draw()
    column_s = drawing.strip.canvas.frame.column_s
    for _ in range(30):
        source.periods.clear()
        source.version += 1
        drawing.draw(each_s=0.016)
        assert all(from_s >= drawing.now_s - 0.1 - 2 * column_s for from_s, _ in source.periods)


def test_a_curve_has_a_column_for_each_pixel(drawing: Drawing) -> None:
    drawing.put("v1", *((9.999 - n / 2000, (-1) ** n) for n in range(19_900)))
    drawing.name(["v1"])
    drawing.settle()
    frame, canvas = drawing.strip.canvas.frame, drawing.strip.canvas
    assert frame.last - frame.first + 1 == canvas.width()
    seen = [at_s for at_s, _ in points(drawing.strip) if at_s + NOW_S >= frame.from_s]
    assert 1.9 * canvas.width() < len(seen) <= 2 * canvas.width()


def test_a_plot_without_room_for_a_curve_can_be_drawn(drawing: Drawing) -> None:
    drawing.put("v1", *((9.975 - n / 20, (-1) ** n) for n in range(200)))
    drawing.name(["v1"])
    drawing.plot.resize(60, 200)
    drawing.settle()
    frame = drawing.strip.canvas.frame
    assert frame.last - frame.first + 1 == 50  # the least number of columns


def test_an_axis_is_as_wide_as_its_labels_also_if_nothing_moves(drawing: Drawing) -> None:
    drawing.plot.resize(800, 100)
    drawing.put("v1", (1, 20_001.694), (2, 20_001.506))
    drawing.name(["v1"])
    drawing.settle()
    drawing.plot.set_scheme(DARK)  # so that the axes are made again
    drawing.paint(3)
    (axis,) = drawing.strip.axes
    assert axis.width() >= max(axis.fontMetrics().horizontalAdvance(tick.label) for tick in axis.ticks) + 10


def test_grid_and_labels_agree_after_a_header_became_higher(drawing: Drawing) -> None:
    names = ["v1", "v2", "v3"]
    drawing.plot.set_arrangement(Arrangement.ONE_SCALE)
    drawing.name(names)
    drawing.settle()
    drawing.plot.resize(round(drawing.strip.header._placed[-1].area.right()) + 40, 600)
    drawing.settle()
    before = drawing.strip.canvas.height()
    for name in names:
        drawing.put(name, (9, 0), (0.1, 600.12345))
    drawing.plot.touch()
    drawing.paint(3)
    canvas, (axis,) = drawing.strip.canvas, drawing.strip.axes
    assert canvas.height() < before
    share = [(axis._high - tick.at) / (axis._high - axis._low) for tick in axis.ticks]
    assert list(canvas.content.levels) == [round(each * (canvas.height() - 1)) for each in share]


def test_labels_are_renewed_with_all_texts(drawing: Drawing) -> None:
    drawing.name(["v1"])
    said = []
    for number in range(1, 12):
        drawing.put("v1", (0.01 - (number - 1) * 0.1, number + 10))
        drawing.draw(each_s=0.0 if number == 1 else 0.1, texts=number % 4 == 1)
        said.append(texts(drawing.strip)[0].split()[-1])
    assert said == ["11", "11", "11", "11", "15", "15", "15", "15", "19", "19", "19"]
    drawing.plot.set_scheme(DARK)
    drawing.put("v1", (-1.01, 77))
    drawing.draw(each_s=0.02, texts=False)
    assert texts(drawing.strip)[0].split()[-1] == "77"


def test_labels_are_renewed_each_frame_while_the_user_points(drawing: Drawing) -> None:
    def renewed() -> bool:
        said = []
        for _ in range(3):
            drawing.draw(each_s=0.05, texts=False)
            said.append(texts(drawing.strip))
        return said[0] != said[1] != said[2]

    drawing.set("v1", NOW_S - 10 + np.arange(500) * 0.05, np.arange(500.0))
    drawing.name(["v1"])
    drawing.draw()
    assert not renewed()
    drawing.plot._steering.pointer_x = 200.0
    assert renewed()
    drawing.plot._steering.pointer_x = None
    drawing.draw()
    assert not renewed()


def test_values_at_the_cursors_are_renewed_with_their_statistics(drawing: Drawing) -> None:
    drawing.set("v1", NOW_S - 10 + np.arange(500) * 0.05, np.arange(500.0))
    drawing.name(["v1"])
    drawing.plot.set_cursors(True)
    drawing.draw()
    said, shown = texts(drawing.strip), lines(drawing.strip)
    drawing.draw(each_s=0.1, texts=False)
    assert texts(drawing.strip) == said
    assert lines(drawing.strip) != shown
    drawing.draw(each_s=0.1)
    assert texts(drawing.strip) != said


@pytest.mark.parametrize(("window_pt", "label_pt"), [(20.0, 18.0), (5.0, 7.0)])
def test_labels_are_smaller_than_the_window_s_text_but_not_too_small(
    drawing: Drawing, window_pt: float, label_pt: float
) -> None:
    font = drawing.plot.font()
    font.setPointSizeF(window_pt)
    drawing.plot.setFont(font)
    drawing.name(["v1"])
    drawing.settle()
    strip = drawing.strip
    for part in (strip.header, strip.canvas, *strip.axes, drawing.plot.time_axis):
        assert part.font().pointSizeF() == label_pt


def test_the_plot_takes_the_colours_of_the_scheme(drawing: Drawing) -> None:
    put_three(drawing)
    for scheme in (DARK, LIGHT):
        drawing.plot.set_scheme(scheme)
        drawing.settle()
        picture = on_screen(drawing.plot)
        for x, y in ((797, 300), (1, 1), (797, 597)):
            assert picture.pixelColor(x, y) == QColor(scheme.card)


@pytest.mark.parametrize(
    ("thick", "bold", "scheme", "thick_px"),
    [
        *((False, False, LIGHT, 1), (True, False, LIGHT, 2), (False, True, LIGHT, 3), (True, True, LIGHT, 3)),
        *((False, False, HIGH_CONTRAST, 2), (True, False, HIGH_CONTRAST, 2)),
    ],
)
def test_curves_are_thicker_if_chosen_and_in_high_contrast_and_thickest_for_an_audience(
    drawing: Drawing, thick: bool, bold: bool, scheme: Scheme, thick_px: int
) -> None:
    drawing.set("v1", NOW_S - np.arange(10, 0, -0.01), np.full(1000, 5.0))
    drawing.name(["v1"])
    drawing.plot.set_thick(thick)
    drawing.plot.set_bold(bold)
    drawing.plot.set_scheme(scheme)
    drawing.settle()
    picture = on_screen(drawing.strip.canvas)
    column = [picture.pixelColor(300, y) for y in range(picture.height())]
    assert column.count(QColor(drawing.strip.styles[0].color)) == thick_px


def test_a_new_plot_has_a_name_and_runs(qtbot: QtBot) -> None:
    plot = Plot(TimeView())
    qtbot.addWidget(plot)
    assert plot.accessibleName() == "Live plot"
    for word in ("wheel", "Left", "Shift", "Ctrl"):
        assert word in plot.accessibleDescription()
    plot.refresh(NOW_S)
    assert plot.strips == []
    assert plot.hovered_s() is None
    assert not plot.cursors.shown
    plot.set_styles([Style("v1", "one", "", "#0072B2")])
    plot.refresh(NOW_S)
    assert len(plot.strips[0].canvas.curves[0].points[0]) == 0  # without a source


def test_a_new_plot_fits_each_strip(drawing: Drawing) -> None:
    put_three(drawing)
    assert [values(strip) for strip in drawing.plot.strips] == [
        pytest.approx((number - 0.8, number + 10.8)) for number in range(3)
    ]
    drawing.put("v1", (8, 0), (1, 10), (0.5, 100))
    drawing.draw(each_s=1)
    assert values(drawing.strip) == pytest.approx((-8, 108))


def test_view_that_is_paused_before_its_first_frame_is_drawn(drawing: Drawing) -> None:
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


def test_cursors_keep_their_times_while_the_view_is_dragged(drawing: Drawing) -> None:
    put_three(drawing)
    drawing.plot.set_cursors(True)
    drawing.draw()
    assert lines(drawing.strip) == [("A", -6.5), ("B", -3.5)]
    QTest.keyClick(drawing.plot, Qt.Key.Key_Left)
    drawing.draw()
    assert lines(drawing.strip) == [("A", -6.5), ("B", -3.5)]
    assert shows(drawing.strip, 10, NOW_S - 1)


def test_a_minute_at_sixty_readings_a_second_has_sixty_frames_a_second(drawing: Drawing) -> None:
    drawing.set("v1", np.arange(NOW_S - 20, NOW_S + 20, 1 / 60), np.arange(2400.0))
    drawing.name(["v1"])
    drawing.settle()
    before = drawing.strip.canvas.paints
    drawing.paint(120, each_s=1 / 60)
    assert drawing.strip.canvas.paints - before == 120


def test_while_only_time_goes_on_there_are_few_frames(drawing: Drawing) -> None:
    drawing.set("v1", np.arange(NOW_S - 8, NOW_S, 1 / 60), np.arange(480.0))
    drawing.name(["v1"])
    drawing.view.set_span(1.0)
    drawing.view.set_span(10.0)
    drawing.settle()
    before = drawing.strip.canvas.paints
    drawing.paint(120, each_s=1 / 60)
    assert 10 <= drawing.strip.canvas.paints - before <= 66
