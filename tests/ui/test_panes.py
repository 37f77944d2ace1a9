"""The panes of one device: the user's actions, and lists that are read only while they are visible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox

from app.bench.status import RefusedReading
from app.config.bench_file import BenchConfig
from app.messages.message import verbatim
from tests.ui.conftest import Bench, connect
from tests.ui.fake_bench import FakeClock, play
from tests.ui.stage import Stage
from ui import wording
from ui.datastreams.model import SMALL_ROLE, VALUE
from ui.lower_pane import CLOUD, REJECTED
from ui.window import MainWindow

Frames = Callable[..., None]


def test_a_port_can_be_released_recorded_and_sent_to(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    assert window.bar.record_button.isHidden()
    connect(window, config)
    bench = maker.last
    play(bench.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    frames()
    plot, control = window.pane.plot, Qt.KeyboardModifier.ControlModifier
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_R, control)
    window.pane.toggle_pause()
    frames()
    assert window.bar.record_button.text() == " Recording"
    assert "greenhouse.pbr 12.3 kB" in window.status_line.recording.text()
    QTest.keyClick(plot, Qt.Key.Key_R, control)
    window.console.send_box.set_line_end("\r\n")
    QTest.keyClick(plot, Qt.Key.Key_L, control)
    field = window.console.send_box.field
    assert window.focusWidget() is field
    QTest.keyClicks(field, "led=1 p")
    QTest.keyClick(field, Qt.Key.Key_Return)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_U, control)
    frames()
    assert window.notices.texts == ["greenhouse: the port is released."]
    assert window.bar.release_button.text() == "Take port back"
    assert not window.console.send_box.isEnabled()
    QTest.keyClick(plot, Qt.Key.Key_U, control)
    frames()
    assert window.notices.texts == []
    assert window.console.send_box.isEnabled()
    assert bench.calls == [
        ("record", "greenhouse", True),
        ("record", "greenhouse", False),
        ("send", "greenhouse", "led=1 p", "\r\n"),
        ("release_port", "greenhouse"),
        ("take_port", "greenhouse"),
    ]


def test_pages_of_the_lower_pane_are_read_only_while_they_are_in_front(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    bench = maker.last
    device = bench.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    device.refused = [RefusedReading(7, "v1", 21.5, 0, verbatim("No datastream setup for that pin."))]
    device.held = 4
    frames(60)
    tabs = window.lower_pane.tabs
    assert [tabs.tabText(n) for n in range(3)] == [
        "Console",
        "Rejected lines (8 in all runs)",
        "◐\N{THIN SPACE}Cloud (5)",
    ]
    assert bench.asked == []
    plot, control = window.pane.plot, Qt.KeyboardModifier.ControlModifier
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_2, control)
    frames(60)
    assert bench.asked == ["rejected"]
    assert window.lower_pane.rejected.model.rowCount() == 8
    QTest.keyClick(window.lower_pane.rejected.view, Qt.Key.Key_3, control)
    frames(60)
    assert bench.asked == ["rejected", "refused"]
    cloud = window.lower_pane.cloud
    assert cloud.model.rowCount() == 1
    assert any("are held" in label.text() for label in cloud.findChildren(QLabel))
    cloud.send_here_button.click()
    (box,) = window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Send here").click()
    frames()
    assert bench.calls == [("send_here", "greenhouse")]
    assert "4 held readings" in window.notices.texts[0]
    assert [text[:40] for text in window.notices.texts[1:]] == ["The cloud does not take readings of V1: "]
    lines = len(device.lines)
    device.say("v1=1", clock.now_s)
    frames()
    assert window.console.model.log.newest("greenhouse") < lines + 1
    QTest.keyClick(cloud.view, Qt.Key.Key_1, control)
    frames()
    assert window.console.model.log.newest("greenhouse") == lines + 1


def test_line_end_is_remembered_for_each_board(window: MainWindow, config: BenchConfig) -> None:
    connect(window, config)
    window.console.send_box.line_end_chosen.emit("\r")
    window.rail.step(1)
    assert window.console.send_box.line_end == "\n"
    window.rail.step(1)
    assert window.console.send_box.line_end == "\r"
    assert window.settings.line_ends == {"usb:2341:0043:85734323": "\r"}


def test_no_line_end_is_remembered_for_a_device_that_is_not_in_the_file(
    window: MainWindow, maker: Bench, config: BenchConfig
) -> None:
    window.console.send_box.line_end_chosen.emit("\r")
    connect(window, config)
    window.panes.look_at(maker.last, "gone", None)
    window.console.send_box.line_end_chosen.emit("\r")
    assert window.settings.line_ends == {}


@pytest.mark.parametrize(("each_s", "looks"), [(1 / 3, [1, 4, 7, 10]), (1.0, [*range(1, 11)])])
def test_lists_are_read_again_once_a_second_if_their_counts_changed(
    window: MainWindow,
    maker: Bench,
    config: BenchConfig,
    frames: Frames,
    clock: FakeClock,
    each_s: float,
    looks: list[int],
) -> None:
    connect(window, config)
    bench = maker.last
    frames()
    renewed: dict[int, list[int]] = {REJECTED: [], CLOUD: []}
    for page, at in renewed.items():
        window.lower_pane.show_page(page)
        for look in range(1, 11):
            bench.devices["greenhouse"].say("no assignment", clock.now_s)
            bench.devices["greenhouse"].refused.append(RefusedReading(look, "v1", 1.0, 0, verbatim("no")))
            before = len(bench.asked)
            clock.now_s += each_s
            frames(1)
            at += [look] * (len(bench.asked) - before)
    assert renewed == {REJECTED: looks, CLOUD: looks}


def test_the_list_of_another_device_is_read_at_once(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    for device in maker.last.devices.values():
        device.say("no assignment", clock.now_s)
    window.lower_pane.show_page(REJECTED)
    frames(9)
    before = len(maker.last.asked)
    window.rail.step(1)
    frames(3)
    assert maker.last.asked[before:] == ["rejected"]


def test_the_rate_of_another_device_begins_anew(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    for number in range(500):
        maker.last.devices["cellar"].say(f"v9={number}", clock.now_s)
    frames()
    clock.now_s += 1
    window.rail.step(1)
    assert window.status_line.lines.text() == "0 lines/s"


def test_after_disconnect_no_value_has_a_rate(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    rows = window.panes.left.rows
    for _ in range(20):
        play(maker.last.devices["greenhouse"], clock.now_s, clock.now_s + 0.25)
        clock.now_s += 0.25
        frames(3)
    assert rows.index(0, VALUE).data(SMALL_ROLE) == "20 lines/s"
    window.connection.disconnect_bench()
    frames(3)
    assert rows.index(0, VALUE).data(SMALL_ROLE) == wording.clock(clock.now_s - 0.05)


def test_only_a_plot_that_runs_ends_now(stage: Stage) -> None:
    stage.connect()
    axis = stage.window.pane.plot.time_axis

    def end() -> str:
        stage.frames()
        return axis.ticks[-1].label

    assert end() == "now"
    stage.window.pane.toggle_pause()
    stage.clock.now_s += 60
    assert end() == "pause"
    stage.window.pane.toggle_pause()
    assert end() == "now"
    stage.window.connection.disconnect_bench()
    ended_s = stage.clock.now_s
    stage.clock.now_s += 60
    assert end() == wording.clock(round(ended_s))
