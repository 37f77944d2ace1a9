"""The window as people use it: a bench file, a newcomer, trouble, pausing, and closing in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.config import BenchConfig
from app.status import CloudState, CloudStatus, LinkState, LinkStatus
from tests.ui.conftest import BENCH, Bench, connect
from tests.ui.fake_bench import FakeClock, play, wait_for_cloud
from tests.ui.stage import PATIENCE_MS
from ui.colors import Theme
from ui.console_model import HINT
from ui.datastream_model import FATES, SMALL_ROLE, VALUE
from ui.window import MainWindow

TOKEN = "Zq7-known-token-3Xw9"
Frames = Callable[..., None]


def everything_shown(window: MainWindow) -> str:
    """All text that a person could read off the window, tool tips and names for screen readers included."""
    said = [window.windowTitle()]
    for widget in [window, *window.findChildren(QWidget)]:
        said += [
            widget.toolTip(),
            widget.statusTip(),
            widget.accessibleName(),
            widget.accessibleDescription(),
        ]
        if isinstance(widget, QLabel | QLineEdit):
            said.append(widget.text() if isinstance(widget, QLabel) else widget.displayText())
        if isinstance(widget, QLineEdit):
            said.append(widget.placeholderText())
            said.append(widget.text())
        if isinstance(widget, QComboBox):
            said += [widget.itemText(n) for n in range(widget.count())]
    said += [action.text() for action in window.findChildren(QAction)]
    return "\n".join(said)


def test_bench_file_shows_what_it_holds_and_waits(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    window.open_bench(config, "/somewhere/bench.toml")
    shown = everything_shown(window)
    for word in (
        "greenhouse",
        "cellar",
        "https://fra1.blynk.cloud",
        "COM7",
        "bench-1.db",
        "/somewhere/bench.toml",
    ):
        assert word in shown
    assert maker.made == []
    assert not window.connected
    assert window.bar.button.text() == "Connect"
    assert window.bar.button.isEnabled()


def test_newcomer_connects_by_keyboard(window: MainWindow, maker: Bench) -> None:
    form = window.bar.form
    assert window.pane.empty.words[0] == "No board yet"
    assert form.port == "usb:2341:0043:85734323"
    server = form.server_box.lineEdit()
    assert server is not None
    server.selectAll()
    QTest.keyClicks(server, "https://lon1.blynk.cloud")
    QTest.keyClicks(form.token_field, TOKEN)
    QTest.keyClick(form.token_field, Qt.Key.Key_Return)
    assert window.connected
    device = maker.last.config.device[0]
    assert (device.port, device.baud_rate, device.server) == (
        "usb:2341:0043:85734323",
        115200,
        "https://lon1.blynk.cloud",
    )
    assert maker.last.tokens == {device.name: TOKEN}
    assert form.token_field.text() == ""
    assert not form.isEnabled()


def test_token_is_shown_nowhere(window: MainWindow, maker: Bench, frames: Frames, clock: FakeClock) -> None:
    form = window.bar.form
    form.server_box.setCurrentText("https://lon1.blynk.cloud")
    form.token_field.setText(TOKEN)
    masked = everything_shown(window).replace(form.token_field.text(), "", 1)
    assert TOKEN not in masked
    window.connect_bench()
    play(maker.last.devices["board"], clock.now_s - 3, clock.now_s)
    frames()
    assert TOKEN not in everything_shown(window)
    window.disconnect_bench()
    assert TOKEN not in everything_shown(window)
    assert TOKEN not in repr(window.settings)
    # The session goes on with it, for the server that it was typed for alone.
    window.connect_bench()
    assert maker.last.tokens == {"board": TOKEN}
    window.disconnect_bench()
    form.server_box.setCurrentText("https://ny3.blynk.cloud")
    window.connect_bench()
    assert not window.connected
    assert "auth token" in window.notices.texts[0]


def test_newcomer_without_server_plots_and_is_told_so(
    window: MainWindow, maker: Bench, frames: Frames, clock: FakeClock
) -> None:
    QTest.mouseClick(window.bar.button, Qt.MouseButton.LeftButton)
    assert window.connected
    assert maker.last.config.device[0].server == ""
    play(maker.last.devices["board"], clock.now_s - 3, clock.now_s)
    frames()
    assert window.pane.shows_plot
    assert "no server" in window.status_line.cloud.text()
    assert window.left.rows.index(0, FATES).data() == "not sent"


def test_refusal_is_one_notice_and_nothing_runs(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    maker.refusal = 'device "greenhouse": keyring:greenhouse holds no token'
    connect(window, config)
    assert window.notices.texts == [maker.refusal]
    assert not window.connected
    assert window.bar.button.text() == "Connect"
    maker.refusal, maker.failure = "", "The journal is in use by another program."
    window.connect_bench()
    assert window.notices.texts == [maker.failure]
    maker.failure = ""
    window.connect_bench()
    assert window.connected
    assert window.notices.texts == []


def test_connecting_lets_nothing_in_between(window: MainWindow, config: BenchConfig, maker: Bench) -> None:
    window.open_bench(config, "bench.toml")
    QTimer.singleShot(0, window.close)
    window.connect_bench()
    assert window.isVisible()
    assert window.connected
    assert len(maker.made) == 1


def test_connected_but_silent_says_why(window: MainWindow, config: BenchConfig, frames: Frames) -> None:
    connect(window, config)
    frames()
    title, sentence = window.pane.empty.words
    assert title == "Connected, but no line has come yet"
    assert "said nothing for 3 s" in sentence
    assert not window.pane.shows_plot


def test_live_board_fills_table_plot_and_status(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    frames()
    rows = window.left.rows
    assert [rows.target(n) for n in range(rows.rowCount())] == ["v0", "v1", "v2", "v3"]
    assert rows.index(1, VALUE).data().endswith("°C")
    assert rows.index(2, VALUE).data() == "239"
    assert window.pane.shows_plot
    assert len(window.pane.plot.lanes) == 3
    assert "bad lines" in window.status_line.bad.text()
    assert "Connected" in window.status_line.port.text()


def test_every_curve_is_painted_where_its_values_are(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    frames()
    plot = window.pane.plot
    picture = plot.grab().toImage()
    for lane in plot.lanes:
        area = plot.mapFromScene(lane.box.sceneBoundingRect()).boundingRect()
        wanted = QColor(lane.styles[0].color)
        columns = {
            x
            for x in range(area.left(), area.right(), 4)
            for y in range(area.top(), area.bottom())
            if abs(picture.pixelColor(x, y).hue() - wanted.hue()) < 12
            and picture.pixelColor(x, y).saturation() > 60
        }
        assert len(columns) > 0.7 * area.width() / 4


def test_rejected_line_shows_its_hint(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    device.say("v1=3,14", clock.now_s)
    frames()
    model = window.console.model
    assert model.index(0, HINT).data() == "write 3.14 with a point"
    assert "rejected" in model.index(0, 1).data()


def test_cloud_that_waits_is_a_notice_with_a_button(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    wait_for_cloud(device, 60)
    frames()
    assert window.notices.texts == [device.cloud.sentence]
    assert "waiting" in window.status_line.cloud.text()
    assert "1 refused" in window.left.rows.index(1, FATES).data(SMALL_ROLE)
    window.acts.try_now()
    assert maker.last.told == [("try_now", "greenhouse")]
    device.cloud = CloudStatus(CloudState.IDLE, "All readings have been sent.")
    frames()
    assert window.notices.texts == []


def test_warnings_of_the_bench_are_shown(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames
) -> None:
    connect(window, config)
    maker.last.warnings = ("http://10.0.0.5 gets the token unencrypted.",)
    frames()
    assert window.notices.texts == ["http://10.0.0.5 gets the token unencrypted."]


def test_unplugged_board_keeps_its_plot_and_is_told_about(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    device.link = LinkStatus(LinkState.NO_SUCH_PORT, "COM5 went away: plug the board in again.")
    frames()
    assert window.pane.shows_plot
    assert window.notices.texts == ["COM5 went away: plug the board in again."]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_P])
def test_pause_freezes_the_view_alone(
    window: MainWindow,
    maker: Bench,
    config: BenchConfig,
    frames: Frames,
    clock: FakeClock,
    key: Qt.Key,
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    frames()
    plot = window.pane.plot
    plot.setFocus()
    QTest.keyClick(plot, key)
    assert window.pane.is_paused
    axis = plot.lanes[-1].bottom
    edge_s, lines = axis.right_edge_s, len(window.console.model.lines)
    clock.now_s += 5
    device.say("v2=999", clock.now_s)
    frames(6)
    assert axis.right_edge_s == edge_s
    assert len(window.console.model.lines) == lines
    assert window.left.rows.index(2, VALUE).data() == "999"
    assert maker.last.stopped == 0
    QTest.keyClick(plot, key)
    frames(6)
    assert axis.right_edge_s == clock.now_s
    assert window.console.model.lines[-1].verdict.text == "v2=999"


def test_another_device_is_looked_at_while_both_run(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    maker.last.devices["cellar"].say("v9=4.5", clock.now_s)
    frames()
    window.bar.step_device(1)
    assert window.bar.device == "cellar"
    frames()
    assert window.left.rows.rowCount() == 1
    assert [line.verdict.text for line in window.console.model.lines] == ["v9=4.5"]
    window.bar.step_device(1)
    frames()
    assert window.left.rows.rowCount() == 4


def test_disconnect_says_so_and_leaves_the_plot(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    frames()
    said: list[str] = []
    stop = maker.last.stop

    def slow_stop() -> None:
        said.append(window.bar.button.text())
        said.append(str(QApplication.overrideCursor().shape()))
        stop()

    maker.last.stop = slow_stop  # type: ignore[method-assign]
    QTest.mouseClick(window.bar.button, Qt.MouseButton.LeftButton)
    assert said == ["Disconnecting…", str(Qt.CursorShape.WaitCursor)]
    assert QApplication.overrideCursor() is None
    assert maker.last.stopped == 1
    assert window.pane.shows_plot
    assert "Not connected" in window.status_line.port.text()
    assert window.bar.button.text() == "Connect"


def test_closing_in_the_middle_stops_the_bench(
    window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock, qtbot: QtBot
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    qtbot.waitUntil(lambda: window.pane.shows_plot, timeout=PATIENCE_MS)
    window.close()
    assert maker.last.stopped == 1
    assert not window.timer.isActive()
    assert not window.isVisible()


def test_the_timer_draws_by_itself(
    qtbot: QtBot, window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    qtbot.waitUntil(lambda: len(window.pane.plot.lanes) == 3, timeout=PATIENCE_MS)


def test_ports_renew_themselves(window: MainWindow, maker: Bench) -> None:
    form = window.bar.form
    window.setFocus()
    chosen = form.port
    del maker.ports[1]
    window.refresh_ports()
    texts = [form.port_box.itemText(n) for n in range(form.port_box.count())]
    assert texts == ["/dev/ttyACM0  Arduino Uno", "Simulated board (no hardware)"]
    assert form.port == chosen


def test_told_things_can_be_closed_and_data_are_saved(
    qtbot: QtBot, window: MainWindow, maker: Bench, config: BenchConfig, tmp_path: Path
) -> None:
    connect(window, config)
    window.disconnect_bench()
    window.saving.save_data(maker.last, "greenhouse", tmp_path / "data.csv")
    qtbot.waitUntil(
        lambda: window.notices.texts == [f"2 readings are in {tmp_path / 'data.csv'}."], timeout=PATIENCE_MS
    )
    (button,) = [b for b in window.notices.findChildren(QToolButton) if b.text() == "Close"]
    button.click()
    assert window.notices.texts == []


def test_file_that_is_wrong_is_told_in_one_line(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text('[[device]]\nport = "COM5"\nbaud = 9600\n', encoding="utf-8")
    window.open_file(path)
    (text,) = window.notices.texts
    assert "baud" in text
    path.write_bytes(BENCH)
    window.open_file(path)
    assert window.notices.texts == []
    assert window.windowTitle() == "Bench 1 – Pinbridge"


@pytest.mark.parametrize("theme", list(Theme))
def test_every_theme_dresses_the_whole_window(
    window: MainWindow,
    maker: Bench,
    config: BenchConfig,
    frames: Frames,
    clock: FakeClock,
    theme: Theme,
    tmp_path: Path,
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    window.set_theme(theme)
    frames()
    picture = window.grab().toImage()
    corner = picture.pixelColor(2, picture.height() // 2)
    assert corner.name().upper() == window.scheme.window.upper()
    assert window.pane.save_picture(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000
