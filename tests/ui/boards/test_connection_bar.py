"""The bar at the top: the form or the bench file, the button that connects, and the tools for the device."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.bench.status import LinkState, LinkStatus, RecordingStatus
from app.config.bench_file import BenchConfig
from app.messages.message import verbatim
from tests.ui.stage import PATIENCE_MS
from tests.ui.test_situation import DEVICE
from tests.ui.widgets.test_swatch import pixel
from ui.boards.connection_bar import ConnectionBar
from ui.settings import Settings
from ui.theme import theme
from ui.theme.colors import LIGHT, RECORDING
from ui.widgets.elided_label import ElidedLabel


@pytest.fixture
def bar(qtbot: QtBot, config: BenchConfig) -> ConnectionBar:
    bar = ConnectionBar(Settings())
    qtbot.addWidget(bar)
    bar.resize(1200, 90)
    with qtbot.waitExposed(bar, timeout=PATIENCE_MS):
        bar.show()
    bar.show_bench(config)
    return bar


def connection(bar: ConnectionBar) -> str:
    return next(label.text() for label in bar.findChildren(ElidedLabel))


def test_a_bench_file_is_shown_with_port_and_server_and_without_one_the_form(bar: ConnectionBar) -> None:
    assert not bar.form.isVisible()
    assert "Bench 1" in [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]
    assert connection(bar) == ""
    bar.show_settings("greenhouse")
    assert (
        connection(bar)
        == "greenhouse  ·  usb:2341:0043:85734323  ·  115200 baud  ·  https://fra1.blynk.cloud"
    )
    bar.show_settings("cellar")
    assert connection(bar) == "cellar  ·  COM7  ·  115200 baud  ·  no server: plot and journal only"
    bar.show_settings("attic")
    assert connection(bar) == ""  # the file has no such device
    bar.show_form()
    assert bar.form.isVisible()


@pytest.mark.parametrize(
    ("connected", "busy", "text", "enabled", "form"),
    [
        (False, "", "Connect", True, True),
        (True, "", "Disconnect", True, True),
        (False, "Connecting…", "Connecting…", False, False),
        (True, "Disconnecting…", "Disconnecting…", False, False),
    ],
)
def test_the_button_says_what_it_does(
    bar: ConnectionBar, connected: bool, busy: str, text: str, enabled: bool, form: bool
) -> None:
    bar.show_state(connected=connected, busy=busy)
    assert (bar.button.text(), bar.button.isEnabled(), bar.form.isEnabled()) == (text, enabled, form)
    assert bar.form.port_box.isEnabled() is (not connected and form)
    assert bar.button.property("primary") is not connected
    assert bar.record_button.isVisible() is connected
    assert bar.release_button.isVisible() is connected


def test_button_and_return_connect_or_disconnect(bar: ConnectionBar) -> None:
    asked: list[str] = []
    bar.connect_asked.connect(lambda: asked.append("connect"))
    bar.disconnect_asked.connect(lambda: asked.append("disconnect"))
    bar.button.click()
    bar.form.submitted.emit()
    bar.show_state(connected=True)
    bar.button.click()
    bar.form.submitted.emit()
    assert asked == ["connect", "connect", "disconnect"]


def test_tools_show_the_state_of_the_device(bar: ConnectionBar) -> None:
    asked: list[object] = []
    bar.record_asked.connect(asked.append)
    bar.release_asked.connect(asked.append)
    bar.show_state(connected=True)
    record, release = bar.record_button, bar.release_button
    release.click()
    assert asked.pop() is False
    bar.show_device(DEVICE)
    assert (record.text(), record.isChecked(), release.text()) == (" Record", False, "Release port")
    assert "Ctrl+R" in record.toolTip()
    assert "Ctrl+U" in release.toolTip()
    assert (record.accessibleName(), release.accessibleName()) == ("Record", "Release port")
    record.click()
    release.click()
    busy = msgspec.structs.replace(
        DEVICE, recording=RecordingStatus("x.pbr", 1), link=LinkStatus(LinkState.RELEASED, verbatim(""))
    )
    bar.show_device(busy)
    assert (record.text(), record.isChecked(), release.text()) == (" Recording", True, "Take port back")
    assert release.accessibleName() == "Take port back"
    assert release.toolTip() == "Open the port again now"
    record.click()
    release.click()
    assert asked == [True, False, False, True]
    assert record.isEnabled()
    assert release.isEnabled()
    bar.show_device(msgspec.structs.replace(DEVICE, orphan=True))
    assert not record.isEnabled()
    assert not release.isEnabled()


def test_the_record_button_shows_the_state_and_not_the_click(bar: ConnectionBar) -> None:
    recorded = msgspec.structs.replace(DEVICE, recording=RecordingStatus("x.pbrec", 1))
    bar.show_state(connected=True)
    bar.show_device(recorded)
    assert bar.record_button.isChecked()
    bar.show_device(DEVICE)
    assert not bar.record_button.isChecked()
    bar.record_button.click()  # but no recording starts: the disk may be full
    bar.show_device(DEVICE)
    assert not bar.record_button.isChecked()


def test_bar_and_buttons_have_their_properties_for_the_style_sheet(bar: ConnectionBar) -> None:
    assert bar.property("card")
    assert bar.button.property("primary")
    assert bar.record_button.property("record")
    buttons = (bar.button, bar.record_button, bar.release_button)
    assert min(button.minimumHeight() for button in buttons) >= 30  # large enough to click


def test_connect_is_a_primary_button_and_disconnect_is_not(bar: ConnectionBar) -> None:
    theme.apply(LIGHT)
    for connected, ground in ((False, LIGHT.accent), (True, LIGHT.card), (False, LIGHT.accent)):
        bar.show_state(connected=connected)
        picture = bar.button.grab().toImage()
        assert picture.pixelColor(10, picture.height() // 2).name().upper() == ground


def test_a_tool_shows_its_label_beside_its_icon(bar: ConnectionBar) -> None:
    for button in (bar.record_button, bar.release_button):
        assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        assert button.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert pixel(bar.record_button.icon(), 0.5, 0.5).name().upper() == RECORDING


def test_a_device_of_the_same_name_in_another_file_has_its_own_port(
    bar: ConnectionBar, config: BenchConfig
) -> None:
    bar.show_settings("greenhouse")
    moved = msgspec.structs.replace(config.device[0], port="COM9")
    bar.show_bench(msgspec.structs.replace(config, device=(moved, *config.device[1:])))
    assert connection(bar) == ""
    bar.show_settings("greenhouse")
    assert connection(bar).startswith("greenhouse  ·  COM9  ·")


def test_without_a_bench_file_no_port_of_the_last_one_is_shown(bar: ConnectionBar) -> None:
    bar.show_form()
    bar.show_settings("greenhouse")
    assert connection(bar) == ""


def test_a_lower_bar_keeps_its_heading_from_the_edge(bar: ConnectionBar, config: BenchConfig) -> None:
    high = bar.sizeHint().height()
    bar.show_bench(config, {"greenhouse": verbatim("a recording")})
    bar.show_settings("greenhouse")
    low = bar.sizeHint().height()
    assert low < high
    bar.resize(1200, low)
    bar.grab()  # lays it out
    (title,) = [label for label in bar.findChildren(QLabel) if label.text() == config.bench.name]
    (what,) = [label for label in bar.findChildren(ElidedLabel) if label.text()]
    above, below = title.mapTo(bar, QPoint()).y(), low - what.mapTo(bar, what.rect().bottomLeft()).y()
    assert 2 * above >= below
    assert above >= title.fontMetrics().height() / 2
