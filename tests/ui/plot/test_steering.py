"""Mouse and keys in the plot: what they change, and what they leave alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from ui.plot.cursors import Cursors
from ui.plot.steering import Steering
from ui.plot.strips.scale import Scale
from ui.plot.time_view import TimeView

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Steered:
    """A view with cursors and two axes, and how often the steering has reported something."""

    def __init__(self) -> None:
        self.view = TimeView(10)
        self.cursors = Cursors(self.view)
        self.scales = [Scale(), Scale()]
        for scale in self.scales:
            scale.fit(0, 10)
        self.told: list[str] = []
        self.steering = Steering(
            self.view, self.cursors, lambda: self.told.append("touched"), lambda: self.told.append("moved")
        )
        self.steering.now_s = 100.0

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> bool:
        return self.steering.takes_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers), self.scales)

    @property
    def ranges(self) -> list[tuple[float, float]]:
        return [(round(scale.low, 6), round(scale.high, 6)) for scale in self.scales]


@pytest.fixture
def steered() -> Steered:
    return Steered()


def test_other_keys_are_not_taken(steered: Steered) -> None:
    assert not steered.press(Qt.Key.Key_A)
    assert not steered.press(Qt.Key.Key_Return, CONTROL)
    assert steered.told == []


def test_left_and_right_move_the_view_and_pause_it(steered: Steered) -> None:
    assert steered.press(Qt.Key.Key_Left)
    assert (steered.view.is_paused, steered.view.right_s(130)) == (True, 99)
    assert steered.press(Qt.Key.Key_Right)
    assert steered.press(Qt.Key.Key_Right)
    assert steered.view.right_s(130) == 100
    assert steered.told == 3 * ["touched", "moved"]
    assert steered.ranges == 2 * [(-0.8, 10.8)]


@pytest.mark.parametrize(
    ("key", "modifiers", "ends"),
    [
        (Qt.Key.Key_Up, NONE, (0.36, 11.96)),
        (Qt.Key.Key_Down, NONE, (-1.96, 9.64)),
        (Qt.Key.Key_Up, SHIFT, (0.36, 9.64)),
        (Qt.Key.Key_Down, SHIFT, (-2.25, 12.25)),
    ],
)
def test_up_and_down_move_or_zoom_all_axes_and_lock_them(
    steered: Steered, key: Qt.Key, modifiers: Qt.KeyboardModifier, ends: tuple[float, float]
) -> None:
    assert steered.press(key, modifiers)
    assert steered.ranges == 2 * [ends]
    assert all(scale.is_locked for scale in steered.scales)
    assert steered.told == ["touched"]
    assert not steered.view.is_paused


def test_control_moves_a_cursor_that_is_shown(steered: Steered) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        assert steered.press(key, CONTROL)
    assert steered.cursors.times_s(100) == (93.5, 96.5)
    assert steered.told == []
    steered.cursors.show(True)
    assert steered.press(Qt.Key.Key_Left, CONTROL)
    assert steered.press(Qt.Key.Key_Right, CONTROL | SHIFT)
    assert steered.cursors.times_s(100) == pytest.approx((93.45, 96.55))
    assert steered.press(Qt.Key.Key_Up, CONTROL)
    assert steered.told == 2 * ["touched"]
    assert steered.ranges == 2 * [(-0.8, 10.8)]


def test_the_wheel_zooms_the_view(steered: Steered) -> None:
    steered.steering.gestures().zoom_time(2.0, 0.25)
    assert (steered.view.span_s, steered.view.is_paused) == (20, False)
    steered.view.pause(100)
    steered.steering.gestures().zoom_time(0.5, 0.5)
    assert (steered.view.span_s, steered.view.right_s(100)) == (10, 95)
    assert steered.told == 2 * ["touched", "moved"]


def test_cursors_keep_their_times_while_the_view_is_dragged(steered: Steered) -> None:
    steered.cursors.show(True)
    before = steered.cursors.times_s(100)
    steered.steering.gestures().pan_time(-0.3)
    assert steered.view.right_s(100) == 97
    assert steered.cursors.times_s(100) == before


def test_a_box_is_zoomed_into_and_out_of_again(steered: Steered) -> None:
    gestures = steered.steering.gestures()
    gestures.zoom_into(92, 96)
    assert (steered.view.span_s, steered.view.right_s(100), steered.view.is_paused) == (4, 96, True)
    gestures.zoom_out()
    assert (steered.view.span_s, steered.view.is_paused) == (10, False)
    assert steered.told == 2 * ["touched", "moved"]


def test_the_pointer_is_known_until_it_leaves(steered: Steered) -> None:
    gestures = steered.steering.gestures()
    gestures.point(12.5)
    assert steered.steering.pointer_x == 12.5
    gestures.point(None)
    assert steered.steering.pointer_x is None
    gestures.values_changed()
    assert steered.told == 3 * ["touched"]


def test_a_dragged_cursor_moves(steered: Steered) -> None:
    steered.steering.gestures().move_cursor(1, 99.0)
    assert steered.cursors.times_s(100)[1] == 99
    assert steered.told == ["touched"]
