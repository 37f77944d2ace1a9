"""The window by keyboard: its keys, the order of the Tab key, and fields that keep what is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.config import BenchConfig
from tests.ui.conftest import Bench, connect
from tests.ui.drawing import texts
from tests.ui.fake_bench import FakeClock, play, wait_for_cloud
from ui.window import MainWindow

Frames = Callable[..., None]


def test_arrows_and_cursors_measure_by_keyboard(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    frames()
    pane, plot = window.pane, window.pane.plot
    plot.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(plot, Qt.Key.Key_X)
    before = plot.cursors.times_s(clock.now_s)
    QTest.keyClick(plot, Qt.Key.Key_Left, control)
    QTest.keyClick(plot, Qt.Key.Key_Right, control | shift)
    frames()
    first_s, second_s = plot.cursors.times_s(clock.now_s)
    assert first_s == pytest.approx(before[0] - 0.05)
    assert second_s == pytest.approx(before[1] + 0.05)
    assert "Δt 3.1 s" in pane.measured
    headers = [text for lane in plot.lanes for text in texts(lane)]
    assert all("Δy" in header for header in headers)
    assert "Δy 62" in headers[2]
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert pane.is_paused
    assert plot.cursors.times_s(clock.now_s) == pytest.approx((first_s, second_s))
    QTest.keyClick(plot, Qt.Key.Key_X)
    assert not plot.cursors.shown
    assert pane.view.right_s(clock.now_s) == clock.now_s - 1
    low, high = plot.lanes[0].box.viewRange()[1]
    QTest.keyClick(plot, Qt.Key.Key_Up, shift)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    new_low, new_high = plot.lanes[0].box.viewRange()[1]
    assert new_high - new_low == pytest.approx(0.8 * (high - low))
    assert new_low + new_high > low + high
    assert pane.lock_button.isChecked()
    pane.lock_button.setChecked(False)
    frames()
    assert plot.lanes[0].box.viewRange()[1] == pytest.approx([low, high], rel=0.1)


def test_keyboard_reaches_everything_in_the_order_on_the_screen_and_each_has_a_name(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    wait_for_cloud(device, 60)
    frames()
    first = window.bar.device_box
    names, widget = [], first.nextInFocusChain()
    while widget is not None and widget is not first:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            names.append(interface.text(QAccessible.Text.Name))
        widget = widget.nextInFocusChain()
    assert all(names)
    wanted = [
        "Record",
        "Disconnect",
        "Try now",
        "Datastreams",
        "Show the curve of Sine",
        "Live plot",
        "Clear",
    ]
    at = [next(n for n, name in enumerate(names) if name.startswith(word)) for word in wanted]
    assert at == sorted(at)


def test_letters_typed_into_a_field_stay_there(window: MainWindow) -> None:
    field = window.bar.form.token_field
    field.setFocus()
    QTest.keyClicks(field, "PLTCRW p+-")
    assert field.text() == "PLTCRW p+-"
