"""Using the window by keyboard: the order of the Tab key, and letters typed into fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.config.bench_file import BenchConfig
from tests.ui.bad_cloud import wait_for_cloud
from tests.ui.conftest import Bench, connect
from tests.ui.fake_bench import FakeClock, play
from ui.window import MainWindow

Frames = Callable[..., None]


def test_tab_reaches_every_control_in_the_order_on_the_screen_and_each_has_a_name(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    wait_for_cloud(device, 60)
    frames()
    first = window.rail
    names, widget = [], first.nextInFocusChain()
    while widget is not None and widget is not first:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            names.append(interface.text(QAccessible.Text.Name))
        widget = widget.nextInFocusChain()
    assert all(names)
    wanted = [
        "Datastreams",
        "Live plot",
        "Clear",
        "Record",
        "Disconnect",
        "Try now",
    ]
    at = [next(n for n, name in enumerate(names) if name.startswith(word)) for word in wanted]
    assert at == sorted(at)


def test_letters_typed_into_a_field_stay_there(window: MainWindow) -> None:
    field = window.bar.form.token_field
    field.setFocus()
    QTest.keyClicks(field, "PLTCRW p+-")
    assert field.text() == "PLTCRW p+-"
