"""Connecting with a bench file or the form, disconnecting, and closing the window in each state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.bench.bench import BenchError
from app.config.bench_file import BenchConfig
from app.messages.message import verbatim
from tests.ui.conftest import BENCH, Bench, connect
from tests.ui.fake_bench import FakeBench, FakeClock, play
from tests.ui.stage import PATIENCE_MS
from ui.datastreams.model import FATES
from ui.situation import Notice
from ui.window import MainWindow

TOKEN = "Zq7-known-token-3Xw9"
Frames = Callable[..., None]


def everything_shown(window: MainWindow) -> str:
    """All texts of the window: labels, fields (shown and typed), choices, tips, names for screen readers."""
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


def test_a_bench_file_is_shown_and_waits_for_connect(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    window.connection.open_bench(config, "/somewhere/bench.toml")
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
    assert not window.connection.connected
    assert window.bar.button.text() == "Connect"
    assert window.bar.button.isEnabled()


def test_a_board_can_be_connected_by_keyboard_without_a_bench_file(window: MainWindow, maker: Bench) -> None:
    form = window.bar.form
    assert window.first_page.isVisible()
    assert form.port == "usb:2341:0043:85734323"
    server = form.server_box.lineEdit()
    assert server is not None
    server.selectAll()
    QTest.keyClicks(server, "https://lon1.blynk.cloud")
    QTest.keyClicks(form.token_field, TOKEN)
    QTest.keyClick(form.token_field, Qt.Key.Key_Return)
    assert window.connection.connected
    device = maker.last.config.device[0]
    assert (device.port, device.baud_rate, device.server) == (
        "usb:2341:0043:85734323",
        115200,
        "https://lon1.blynk.cloud",
    )
    assert maker.last.tokens == {device.name: TOKEN}
    assert form.token_field.text() == ""
    assert not form.port_box.isEnabled()


def test_token_is_shown_nowhere(window: MainWindow, maker: Bench, frames: Frames, clock: FakeClock) -> None:
    form = window.bar.form
    form.server_box.setCurrentText("https://lon1.blynk.cloud")
    form.token_field.setText(TOKEN)
    masked = everything_shown(window).replace(form.token_field.text(), "", 1)
    assert TOKEN not in masked
    window.connection.connect_bench()
    play(maker.last.devices["board"], clock.now_s - 3, clock.now_s)
    frames()
    assert TOKEN not in everything_shown(window)
    window.connection.disconnect_bench()
    assert TOKEN not in everything_shown(window)
    assert TOKEN not in repr(window.settings)
    # The token is kept until the program ends, but only for the server for which it was typed.
    window.connection.connect_bench()
    assert maker.last.tokens == {"board": TOKEN}
    window.connection.disconnect_bench()
    form.server_box.setCurrentText("https://ny3.blynk.cloud")
    window.connection.connect_bench()
    assert not window.connection.connected
    assert "auth token" in window.notices.texts[0]


def test_without_a_server_the_board_is_plotted_and_the_window_says_so(
    window: MainWindow, maker: Bench, frames: Frames, clock: FakeClock
) -> None:
    QTest.mouseClick(window.bar.button, Qt.MouseButton.LeftButton)
    assert window.connection.connected
    assert maker.last.config.device[0].server == ""
    play(maker.last.devices["board"], clock.now_s - 3, clock.now_s)
    frames()
    assert window.pane.shows_plot
    assert "no server" in window.status_line.cloud.text()
    assert window.left.rows.index(0, FATES).data() == "no server"


def test_a_bench_that_cannot_start_is_one_notice(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    maker.refusal = 'device "greenhouse": keyring:greenhouse holds no token'
    connect(window, config)
    assert window.notices.texts == [maker.refusal]
    assert not window.connection.connected
    assert window.bar.button.text() == "Connect"
    maker.refusal = ""
    maker.failure = BenchError("verbatim", text="The journal is in use by another program.")
    window.connection.connect_bench()
    assert window.notices.texts == [str(maker.failure)]
    maker.failure = OSError("No space is left on the disk.")
    window.connection.connect_bench()
    assert window.notices.texts == [str(maker.failure)]
    maker.failure = None
    window.connection.connect_bench()
    assert window.connection.connected
    assert window.notices.texts == []


def test_no_event_is_handled_while_a_bench_is_made_at_once(
    window: MainWindow, config: BenchConfig, maker: Bench
) -> None:
    window.connection.open_bench(config, "bench.toml")
    QTimer.singleShot(0, window.close)
    window.connection.connect_bench()
    assert window.isVisible()
    assert window.connection.connected
    assert len(maker.made) == 1


class Paints(QObject):
    """An event filter that counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_while_the_bench_connects_the_button_says_so_and_the_last_message_is_gone(
    window: MainWindow, config: BenchConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    paints, real = Paints(), FakeBench.start
    seen: list[tuple[str, int, list[str]]] = []

    def start(bench: FakeBench) -> None:
        seen.append((window.bar.button.text(), paints.count, window.notices.texts))
        real(bench)

    monkeypatch.setattr(FakeBench, "start", start)
    window.connection.open_bench(config, "bench.toml")
    window.show_message(verbatim("an earlier message"))
    window.bar.button.installEventFilter(paints)
    window.connection.connect_bench()
    assert seen == [("Connecting…", 1, [])]


def test_warnings_of_the_last_bench_are_removed(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames
) -> None:
    def end_with_a_warning() -> None:
        window.connection.connect_bench()
        maker.last.warnings = (verbatim("a warning"),)
        frames()
        window.connection.disconnect_bench()
        assert window.notices.texts == ["a warning"]

    window.connection.open_bench(config, "bench.toml")
    end_with_a_warning()
    window.connection.open_bench(config, "other.toml")
    assert window.notices.texts == []
    end_with_a_warning()
    maker.refusal = "The journal is in use by another program."
    window.connection.connect_bench()
    assert window.notices.texts == [maker.refusal]


def test_after_a_bench_file_was_closed_the_board_of_the_form_is_shown(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    connect(window, config)
    window.connection.close_bench_file()
    assert maker.last.stopped == 1
    window.connection.connect_bench()
    window.device_actions.try_now()
    assert maker.last.calls == [("try_now", "board")]


def test_another_bench_file_is_not_connected_whatever_was_shown_last(
    window: MainWindow, config: BenchConfig
) -> None:
    connect(window, config)
    window.connection.disconnect_bench()
    window.rail.step(1)
    window.connection.open_bench(config, "other.toml")
    assert window.status_line.port.text() == "○ Not connected"
    assert window.status_line.lines.text() == ""


def test_a_message_is_shown_above_a_running_export(
    window: MainWindow, config: BenchConfig, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(window, config)
    monkeypatch.setattr(window.saving, "look", lambda: Notice("good", verbatim("it is being saved")))
    window.show_message(verbatim("something went wrong"))
    frames()
    assert window.notices.texts == ["something went wrong", "it is being saved"]


def test_a_bench_without_devices_can_be_connected(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames
) -> None:
    connect(window, msgspec.structs.replace(config, device=()))
    frames()
    assert window.pane.empty.words[0] == "No device"
    window.device_actions.try_now()
    assert maker.last.calls == []
    window.ask_for_data()
    assert "no device yet" in window.notices.texts[0]


def test_a_silent_board_is_explained(window: MainWindow, config: BenchConfig, frames: Frames) -> None:
    connect(window, config)
    frames()
    title, sentence = window.pane.empty.words
    assert title == "Connected, but no line has come yet"
    assert "said nothing for 3 s" in sentence
    assert not window.pane.shows_plot


def test_disconnecting_is_shown_and_keeps_the_plot(
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


def test_closing_the_window_stops_a_running_bench(
    window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock, qtbot: QtBot
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    qtbot.waitUntil(lambda: window.pane.shows_plot, timeout=PATIENCE_MS)
    window.close()
    assert maker.last.stopped == 1
    assert not window.frames.is_on
    assert not window.isVisible()


def test_closing_the_window_stops_only_what_runs(
    window: MainWindow, maker: Bench, config: BenchConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(window, config)
    window.connection.close_bench_file()
    pictured: list[str] = []
    monkeypatch.setattr(window, "grab", lambda: pictured.append("window"))
    window.connection.connect_bench()
    looks = maker.looks_at_ports
    window.refresh_ports()
    assert maker.looks_at_ports == looks
    window.connection.disconnect_bench()
    assert window.frames.is_on
    assert window._ports_timer.isActive()
    window.close()
    assert [bench.stopped for bench in maker.made] == [1, 1]
    assert not window.frames.is_on
    assert not window._ports_timer.isActive()
    assert pictured == []


def test_other_keys_are_left_to_qt(window: MainWindow) -> None:
    for key, is_taken in ((Qt.Key.Key_F9, False), (Qt.Key.Key_Space, True)):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        window.keyPressEvent(event)
        assert event.isAccepted() is is_taken


def test_the_list_of_ports_is_kept_up_to_date(window: MainWindow, maker: Bench) -> None:
    form = window.bar.form
    window.setFocus()
    chosen = form.port
    del maker.ports[1]
    window.refresh_ports()
    texts = [form.port_box.itemText(n) for n in range(form.port_box.count())]
    assert texts == ["Arduino Uno on /dev/ttyACM0", "Simulated board (no hardware)"]
    assert form.port == chosen


def test_a_wrong_bench_file_is_explained_in_one_line(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text('[[device]]\nport = "COM5"\nbaud = 9600\n', encoding="utf-8")
    window.connection.open_file(path)
    (text,) = window.notices.texts
    assert "baud" in text
    path.write_bytes(BENCH)
    window.connection.open_file(path)
    assert window.notices.texts == []
    assert window.windowTitle() == "Bench 1 – Pinbridge"
