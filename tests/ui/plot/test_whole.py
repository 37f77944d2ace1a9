"""The strip with all readings: the window in it shows the view, and moves it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.messages.message import Message
from tests.ui.gestures import proves
from tests.ui.stage import Stage
from ui.plot.curves import Style
from ui.plot.feed.gaps import Band
from ui.plot.feed.whole import WholeCurve
from ui.plot.time_view import Frame, Period
from ui.plot.whole import WholeStrip
from ui.theme.colors import LIGHT

BEGIN_S, NOW_S = 1_790_000_000.0, 1_790_001_000.0
STYLE = Style("v1", "one", "", "#0072B2")
NONE = np.empty(0), np.empty(0)


class Scene:
    """A strip of 1,000 pixels for 1,000 seconds, of which the last 100 are in view."""

    def __init__(self, qtbot: QtBot) -> None:
        self.moved: list[float] = []
        self.zoomed: list[float] = []
        self.strip = WholeStrip(self.moved.append, self.zoomed.append)
        qtbot.addWidget(self.strip)
        self.strip.resize(1000, 40)
        self.strip.show()
        times = np.arange(BEGIN_S, NOW_S, 10)
        self.strip.show_whole(Period(BEGIN_S, NOW_S), [WholeCurve(STYLE, (times, np.sin(times)))])
        self.strip.show_seen(Frame(1.0, round(NOW_S) - 100, round(NOW_S) - 1))

    def press(self, x: int) -> None:
        QTest.mousePress(self.strip, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))

    def move(self, x: int) -> None:
        QTest.mouseMove(self.strip, QPoint(x, 20))

    def release(self) -> None:
        QTest.mouseRelease(self.strip, Qt.MouseButton.LeftButton, pos=QPoint(0, 20))


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    return Scene(qtbot)


def test_the_window_is_where_the_view_is(scene: Scene) -> None:
    assert scene.strip._window() == QRectF(900, 0, 100, 40)


def test_a_short_view_can_still_be_seen(scene: Scene) -> None:
    scene.strip.show_seen(Frame(0.001, round(NOW_S * 1000) - 10, round(NOW_S * 1000) - 1))
    window = scene.strip._window()
    assert window.width() >= 6
    assert window.right() == 1000


@proves("WholeStrip.mousePressEvent", "WholeStrip.mouseMoveEvent", "WholeStrip.mouseReleaseEvent")
def test_dragging_moves_the_view_with_the_pointer(scene: Scene) -> None:
    scene.press(950)
    scene.move(450)
    scene.release()
    scene.move(300)  # the window has been let go
    assert scene.moved == [pytest.approx(NOW_S - 500)]


def test_a_click_beside_the_window_brings_it_there(scene: Scene) -> None:
    scene.press(200)
    assert scene.moved == [pytest.approx(BEGIN_S + 250)]


def test_dragged_to_the_end_the_view_runs_on(scene: Scene) -> None:
    scene.press(905)
    scene.move(999)
    assert scene.moved == [math.inf]


def test_only_the_left_button_takes_the_window(scene: Scene) -> None:
    QTest.mousePress(scene.strip, Qt.MouseButton.RightButton, pos=QPoint(950, 20))
    scene.move(450)
    assert scene.moved == []


@proves("WholeStrip.keyPressEvent", "Key_PageUp", "Key_PageDown", "Key_Home", "Key_End")
@pytest.mark.parametrize(
    ("key", "right_s"),
    [
        (Qt.Key.Key_Left, NOW_S - 10),
        (Qt.Key.Key_Right, NOW_S + 10),
        (Qt.Key.Key_PageUp, NOW_S - 90),
        (Qt.Key.Key_PageDown, NOW_S + 90),
        (Qt.Key.Key_Home, BEGIN_S + 100),
        (Qt.Key.Key_End, math.inf),
    ],
)
def test_keys_move_it_too(scene: Scene, key: Qt.Key, right_s: float) -> None:
    QTest.keyClick(scene.strip, key)
    assert scene.moved == [pytest.approx(right_s)]


def test_other_keys_are_left_to_the_window(scene: Scene) -> None:
    QTest.keyClick(scene.strip, Qt.Key.Key_A)
    assert scene.moved == []


def test_curves_are_drawn_in_their_colours_over_the_whole_width(scene: Scene) -> None:
    picture = scene.strip.grab().toImage()
    seen = [x for x in range(1000) for y in range(40) if picture.pixelColor(x, y) == QColor(STYLE.color)]
    assert min(seen) >= 0
    assert max(seen) > 950
    assert picture.pixelColor(901, 20) == QColor(LIGHT.text)  # the frame of the window, with the focus


def test_curves_without_height_or_points_are_drawn(scene: Scene) -> None:
    flat = np.array([BEGIN_S, NOW_S]), np.array([3.0, 3.0])
    scene.strip.show_whole(Period(BEGIN_S, NOW_S), [WholeCurve(STYLE, flat), WholeCurve(STYLE, NONE)])
    picture = scene.strip.grab().toImage()
    assert any(picture.pixelColor(950, y) == QColor(STYLE.color) for y in range(15, 25))


@pytest.mark.parametrize(("is_stepped", "middle_px"), [(False, 20), (True, 37)])
def test_curves_break_at_gaps_and_are_drawn_in_steps_if_they_say_changes(
    scene: Scene, is_stepped: bool, middle_px: int
) -> None:
    at_s = BEGIN_S + np.array([0.0, 200.0, 400.0, 600.0, 800.0])
    gaps = [Band(BEGIN_S + x, BEGIN_S + x + 150, Message("gap_silent", period=""), None) for x in (410, 620)]
    style = STYLE._replace(is_stepped=is_stepped)
    scene.strip.show_whole(
        Period(BEGIN_S, NOW_S), [WholeCurve(style, (at_s, np.array([0.0, 0, 1, 0, 1])), gaps)]
    )
    scene.strip.show_seen(Frame(1.0, round(BEGIN_S), round(NOW_S)))
    picture = scene.strip.grab().toImage()
    drawn = {x for x in range(5, 995) for y in range(40) if picture.pixelColor(x, y) == QColor(STYLE.color)}
    assert drawn == {*range(5, 401), 600, 800}
    assert any(picture.pixelColor(300, y) == QColor(STYLE.color) for y in (middle_px - 1, middle_px))


@proves("WholeStrip.wheelEvent")
def test_in_the_window_it_moves_the_plot_and_lets_it_run_on(stage: Stage) -> None:
    pane = stage.window.pane
    whole = pane.whole
    assert whole is not None
    stage.frames()
    assert whole.seen.to_s == pytest.approx(stage.clock.now_s, abs=0.1)
    QTest.keyClick(whole, Qt.Key.Key_Left)
    stage.frames()
    assert pane.is_paused
    assert pane.plot.frame.to_s == pytest.approx(stage.clock.now_s - 1, abs=0.1)
    assert whole.seen.to_s == pytest.approx(pane.plot.frame.to_s)
    QTest.keyClick(whole, Qt.Key.Key_End)
    assert not pane.is_paused
    stage.wheel(whole, QPoint(10, 10), -1)
    stage.frames()
    assert pane.view.span_s == pytest.approx(12.5)


def test_a_window_that_runs_on_is_painted_with_the_curves_and_any_other_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[str] = []
    monkeypatch.setattr(scene.strip, "update", lambda: painted.append("!"))

    def shows(from_s: float, to_s: float) -> int:
        painted.clear()
        scene.strip.show_seen(Frame(1.0, round(from_s), round(to_s) - 1))
        return len(painted)

    assert shows(NOW_S - 100, NOW_S) == 0
    assert shows(NOW_S - 95, NOW_S + 5) == 0
    assert shows(NOW_S - 195, NOW_S + 5) == 1
    assert shows(NOW_S - 200, NOW_S) == 1
    assert shows(NOW_S - 500, NOW_S - 400) == 1
    assert shows(NOW_S - 495, NOW_S - 395) == 1


def test_the_view_is_told_also_if_nothing_in_it_is_drawn(stage: Stage) -> None:
    stage.connect()
    pane = stage.window.pane
    stage.frames()
    stage.clock.now_s += 120
    stage.frames()
    assert not any(strip.canvas.has_content for strip in pane.plot.strips)
    now_s = stage.window.connection.now_s
    for shown_s in (pane.plot.marked_s, pane.plot.frame.to_s, pane.whole.seen.to_s if pane.whole else 0.0):
        assert shown_s == pytest.approx(now_s, abs=0.1)


def test_a_mark_moves_on_although_no_curve_is_in_view(stage: Stage) -> None:
    stage.connect()
    plot = stage.window.pane.plot
    stage.clock.now_s += 120
    stage.frames()
    stage.bench.timelines.mark("greenhouse", stage.clock.now_s, "here")
    stage.frames()
    seen = []
    for _ in range(40):
        stage.clock.now_s += 0.5
        stage.frames(1)
        seen.append([left for left, *_ in plot.time_axis._marks])
    assert len(seen[0]) == 1
    assert seen[0] > seen[5] > seen[10] > seen[15]
    assert seen[-1] == []
    assert not plot.time_axis.has_content
