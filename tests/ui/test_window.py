"""The window while a bench runs: boards, cloud, notices, pausing, and themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.bench.status import (
    CloudState,
    CloudStatus,
    Form,
    LinkState,
    LinkStatus,
    Selection,
)
from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.bad_cloud import wait_for_cloud
from tests.ui.conftest import Bench, connect
from tests.ui.fake_bench import FakeClock, play
from tests.ui.plot.drawing import place, shows
from tests.ui.stage import PATIENCE_MS
from ui.datastreams.model import FATES, SMALL_ROLE, VALUE
from ui.plot import picture as plot_picture
from ui.theme.colors import Theme
from ui.window import MainWindow

Frames = Callable[..., None]


def test_a_live_board_fills_table_plot_and_status_bar(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    frames()
    rows = window.left.rows
    assert [rows.key(n)[1] for n in range(rows.rowCount())] == ["v0", "v1", "v2", "v3"]
    assert rows.index(1, VALUE).data().endswith("°C")
    assert rows.index(2, VALUE).data() == "239"
    assert window.pane.shows_plot
    assert len(window.pane.plot.strips) == 4
    assert window.pane.plot.strips[3].header.texts[0].startswith("Wind   calm   since")
    assert "rejected" in window.status_line.rejected.text()
    assert "Connected" in window.status_line.port.text()


def test_every_curve_is_painted_where_its_values_are(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    frames()
    plot = window.pane.plot
    picture = plot.grab().toImage()
    for strip in plot.strips[:3]:
        area = place(strip.canvas, plot)
        wanted = QColor(strip.styles[0].color)
        columns = {
            x
            for x in range(area.left(), area.right(), 4)
            for y in range(area.top(), area.bottom())
            if abs(picture.pixelColor(x, y).hue() - wanted.hue()) < 12
            and picture.pixelColor(x, y).saturation() > 60
        }
        assert len(columns) > 0.7 * area.width() / 4


def test_a_waiting_cloud_is_a_notice_with_a_button(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    wait_for_cloud(device, 60)
    frames()
    assert window.notices.texts[:1] == [str(device.cloud.message)]
    assert "waiting" in window.status_line.cloud.text()
    assert "1 refused" in window.left.rows.index(1, FATES).data(SMALL_ROLE)
    window.device_actions.try_now()
    assert maker.last.calls == [("try_now", "greenhouse")]
    device.cloud = CloudStatus(CloudState.IDLE, verbatim("All readings have been sent."))
    frames()
    # The refused reading is still there, so the light is not green.
    assert [text[:21] for text in window.notices.texts] == ["V1 has no datastream "]
    assert window.status_line.cloud.text() == "◐ Cloud: 1 refused"


def test_text_is_renewed_in_some_frames(window: MainWindow, maker: Bench, config: BenchConfig) -> None:
    connect(window, config)
    window.frames.stop()
    said = []
    for number, texts in enumerate((True, False, False, True, False)):
        maker.last.warnings = (verbatim(f"warning {number}"),)
        window.draw(texts)
        said += window.notices.texts
    assert said == [f"warning {number}" for number in (0, 0, 0, 3, 3)]


def test_while_nothing_but_ages_changes_texts_are_renewed_once_a_second(
    window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(window, config)
    window.frames.stop()
    rests: list[None] = []
    board = maker.last.devices["greenhouse"]
    board.say("v1=1", clock.now_s)
    window.draw()
    monkeypatch.setattr(window.frames, "rest", lambda: rests.append(None))
    board.link = LinkStatus(LinkState.SILENT, Message("board_stopped", port="COM5", seconds=15))
    window.draw()
    assert not rests
    board.link = LinkStatus(LinkState.SILENT, Message("board_stopped", port="COM5", seconds=16))
    window.draw()
    assert len(rests) == 1
    assert "16" in window.notices.texts[0]
    board.say("v1=1", clock.now_s)
    window.draw()
    assert len(rests) == 1


def test_a_paused_view_hears_no_news(
    window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(window, config)
    window.frames.stop()
    heard: list[bool] = []
    monkeypatch.setattr(window.frames, "rest", lambda *, hears_news=True: heard.append(hears_news))
    maker.last.devices["greenhouse"].say("v1=1", clock.now_s)
    window.draw()
    assert False not in heard
    window.pane.toggle_pause()
    window.draw()
    assert heard[-1] is False


def test_warnings_of_the_bench_are_shown(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames
) -> None:
    connect(window, config)
    maker.last.warnings = (verbatim("http://10.0.0.5 gets the token unencrypted."),)
    frames()
    assert window.notices.texts == ["http://10.0.0.5 gets the token unencrypted."]


def test_an_unplugged_board_keeps_its_plot_and_is_a_notice(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    device = maker.last.devices["greenhouse"]
    play(device, clock.now_s - 12, clock.now_s)
    device.link = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("COM5 went away: plug the board in again."))
    frames()
    assert window.pane.shows_plot
    assert window.notices.texts == ["COM5 went away: plug the board in again."]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, pytest.param(Qt.Key.Key_P, marks=pytest.mark.long)])
def test_pausing_stops_only_the_view(
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
    (*_, strip) = plot.strips
    frame, lines = strip.canvas.frame, len(window.console.model.rows)
    clock.now_s += 5
    device.say("v2=999", clock.now_s)
    frames(6)
    assert strip.canvas.frame == frame
    assert len(window.console.model.rows) == lines
    assert window.left.rows.index(2, VALUE).data() == "999"
    assert maker.last.stopped == 0
    QTest.keyClick(plot, key)
    frames(6)
    assert shows(strip, 10, clock.now_s)
    assert window.console.model.rows[-1].text == "v2=999"


def test_another_device_is_shown_while_both_run(
    window: MainWindow, maker: Bench, config: BenchConfig, frames: Frames, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    maker.last.devices["cellar"].say("v9=4.5", clock.now_s)
    frames()
    window.rail.step(1)
    assert window.rail.chosen == "cellar"
    frames()
    assert window.left.rows.rowCount() == 1
    assert [line.text for line in window.console.model.rows] == ["v9=4.5"]
    window.rail.step(1)
    frames()
    assert window.left.rows.rowCount() == 4


def test_the_timer_draws_by_itself(
    qtbot: QtBot, window: MainWindow, maker: Bench, config: BenchConfig, clock: FakeClock
) -> None:
    connect(window, config)
    play(maker.last.devices["greenhouse"], clock.now_s - 12, clock.now_s)
    qtbot.waitUntil(lambda: len(window.pane.plot.strips) == 4, timeout=PATIENCE_MS)


def test_data_can_be_saved_after_the_bench_was_stopped(
    qtbot: QtBot, window: MainWindow, maker: Bench, config: BenchConfig, tmp_path: Path
) -> None:
    connect(window, config)
    window.connection.disconnect_bench()
    window.saving.save_data(maker.last, Selection({"greenhouse"}), Form(), tmp_path / "data.csv")
    qtbot.waitUntil(
        lambda: window.notices.texts == [f"2 readings are in {tmp_path / 'data.csv'}."], timeout=PATIENCE_MS
    )


@pytest.mark.parametrize(
    "theme", [pytest.param(theme, marks=() if theme is Theme.DARK else pytest.mark.long) for theme in Theme]
)
def test_every_theme_changes_the_whole_window(
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
    assert plot_picture.save(window.pane.plot, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000
