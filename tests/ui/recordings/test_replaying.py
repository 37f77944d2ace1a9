"""The window replays recordings: it plays, pauses and jumps, and compares two of them in one plot."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.messages.languages import text_of
from tests.ui.conftest import BENCH
from tests.ui.gestures import proves
from tests.ui.recordings.runs import ZERO_US, every_second, opened
from tests.ui.stage import LEFT, Stage
from ui import wording
from ui.datastreams.model import SMALL_ROLE
from ui.dialogs.data_dialog import SaveDataDialog
from ui.lower_pane import CLOUD
from ui.running.frames import FRAME_S
from ui.window import MainWindow


def shown(stage: Stage) -> tuple[str, list[float], list[str]]:
    """The time in the controls, the values in the plot, and the lines in the console."""
    stage.frames()
    curves = [curve for strip in stage.window.pane.plot.strips for curve in strip.canvas.curves]
    values = [value for curve in curves for value in curve.points[1].tolist()]
    lines = [line.text for line in stage.window.console.model.rows]
    return stage.window.replaying.bar.time.text(), values, lines


def test_a_recording_plays_at_its_pace(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 3.5
    assert shown(stage) == ("00:03 / 01:40", [0, 1, 2], ["v1=0", "v1=1", "v1=2"])
    assert stage.window.windowTitle() == "run 1 – Pinbridge"
    assert stage.window.bar._connection.text() == f"A recording of oven  ·  {stage.folder / 'run 1.pbrec'}"
    assert stage.bench.stopped == 1


def test_only_a_recording_that_plays_has_a_frame_due(stage: Stage) -> None:
    player, _ = opened(stage)
    stage.wait_until(lambda: player.is_whole)
    assert stage.window.draw() == FRAME_S
    stage.window.replaying.toggle()
    assert stage.window.draw() == math.inf


def test_space_pauses_and_plays_on(stage: Stage) -> None:
    player, clock = opened(stage)
    clock.now_s += 5
    stage.frames()
    stage.window.pane.plot.setFocus()
    stage.press("Space")
    clock.now_s += 50
    assert shown(stage)[0] == "00:05 / 01:40"
    assert not stage.window.pane.is_paused
    stage.press("Space")
    clock.now_s += 5
    assert shown(stage)[0] == "00:10 / 01:40"
    assert player.transport.is_playing


@proves("SeekSlider.mousePressEvent")
def test_a_click_on_the_slider_jumps_there_and_back(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 20
    stage.frames()
    slider = stage.window.replaying.bar.slider
    stage.click(slider, QPoint(slider.width() * 9 // 10, slider.height() // 2))
    time, values, lines = shown(stage)
    assert "01:28" <= time[:5] <= "01:32"
    assert values[-1] == len(lines) - 1 == int(lines[-1].removeprefix("v1="))
    stage.click(slider, QPoint(slider.width() // 10, slider.height() // 2))
    time, values, lines = shown(stage)
    assert "00:08" <= time[:5] <= "00:12"
    assert values[-1] == len(lines) - 1 == int(lines[-1].removeprefix("v1="))
    assert len(lines) < 13


def test_the_slider_is_moved_by_keys(stage: Stage) -> None:
    opened(stage)
    slider = stage.window.replaying.bar.slider
    slider.setFocus()
    for key, time in (
        ("End", "01:40"),
        ("Home", "00:00"),
        ("Right", "00:01"),
        ("PgUp", "00:11"),
        ("Left", "00:10"),
    ):
        stage.press(key)
        stage.frames()
        assert shown(stage)[0] == f"{time} / 01:40"
        assert QApplication.focusWidget() is slider or stage.window.focusWidget() is slider
        assert slider.accessibleDescription() == f"{time} / 01:40"


def test_a_jump_ends_the_pause_of_the_view(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 90
    stage.frames()
    stage.press("P")
    assert stage.window.pane.is_paused
    stage.window.replaying.bar.slider.setFocus()
    stage.press("Home")
    assert not stage.window.pane.is_paused


def test_at_the_end_it_pauses_and_plays_again_from_the_start(stage: Stage) -> None:
    player, clock = opened(stage, 3)
    clock.now_s += 60
    stage.frames()
    button = stage.window.replaying.bar.play_button
    assert button.text() == "Play"
    stage.click(button)
    assert player.transport.is_playing
    clock.now_s += 1.5
    assert shown(stage) == ("00:01 / 00:03", [0], ["v1=0"])


def test_two_runs_are_compared_in_one_plot(stage: Stage) -> None:
    player, clock = opened(stage)
    stage.answers_with(every_second(stage.folder / "with fan.pbrec", range(100, 250)))
    stage.click(stage.window.replaying.bar.compare_button)
    stage.wait_until(lambda: player.is_whole)
    clock.now_s += 5.2
    stage.frames()
    pane = stage.window.pane
    rows = stage.window.left.rows
    assert [rows.index(n, 0).data() for n in range(rows.rowCount())] == ["v1", "with fan", "v1"]
    assert shown(stage)[:2] == ("00:05 / 02:30", [0, 1, 2, 3, 4, 100, 101, 102, 103, 104])
    looks = {(style.color, style.line_style) for style in pane.plot.styles}
    assert len(looks) == 2
    slider = stage.window.replaying.bar.slider
    slider.setFocus()
    stage.press("Home")
    stage.press("PgUp")
    values = shown(stage)[1]
    one, two = values[: len(values) // 2], values[len(values) // 2 :]
    assert one[-1] == 14
    assert [value - 100 for value in two] == one


def test_a_chip_is_true_while_the_recording_is_paused(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 20.6
    stage.frames(6)
    clock.now_s += 0.6
    stage.press("Space")
    stage.frames(6)
    (chip,) = stage.window.rail.rows.chips
    assert text_of(chip.readings[0].message) == "21 shown"


def test_closing_it_shows_the_bench_file_again(stage: Stage) -> None:
    path = stage.folder / "mine.pinbridge"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    opened(stage)
    assert stage.window.bar.button.text() == "Close recording"
    assert stage.window.bar.record_button.isHidden()
    stage.click(stage.window.bar.button)
    assert stage.window.windowTitle() == "Bench 1 – Pinbridge"
    assert stage.window.connection.player is None
    assert not stage.window.replaying.bar.isVisible()
    assert stage.window.bar.button.text() == "Connect"


def test_a_file_that_is_no_recording_leaves_the_bench_alone(stage: Stage) -> None:
    path = stage.folder / "a.pbrec"
    path.write_bytes(b"something else")
    stage.answers_with(path)
    stage.press("Ctrl+Shift+O")
    (told,) = stage.window.notices.texts[:1]
    assert "is not a recording" in told
    assert stage.bench.stopped == 0


def test_a_damaged_recording_says_so(stage: Stage) -> None:
    path = every_second(stage.folder / "a.pbrec", range(5))
    path.write_bytes(path.read_bytes()[:-40])
    stage.window.replaying.open(path)
    stage.agree()
    player = stage.window.connection.player
    assert player
    stage.wait_until(lambda: player.is_whole)
    stage.wait_for_notice(
        f"{path}: the recording is damaged, and is shown up to there. 15 bytes after it are left out."
    )


def test_nothing_is_recorded_or_sent(stage: Stage) -> None:
    opened(stage)
    assert not stage.window.console.send_box.isVisible()
    stage.press("Ctrl+R")
    assert stage.window.notices.texts == [
        "This is a recording: it is only shown. Open the bench to use its boards."
    ]


@proves("Replaying.eventFilter")
def test_a_recording_is_dropped_onto_the_window(stage: Stage) -> None:
    path = every_second(stage.folder / "dropped.pbrec", range(3))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, key = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enters = QDragEnterEvent(QPoint(9, 9), action, data, LEFT, key)
    QApplication.sendEvent(stage.window, enters)
    assert enters.isAccepted()
    QApplication.sendEvent(stage.window, QDropEvent(QPointF(9, 9), action, data, LEFT, key))
    stage.agree()
    assert stage.window.windowTitle() == "dropped – Pinbridge"
    assert stage.settings.runs == [str(path)]


def test_recent_recordings_are_in_the_menu(stage: Stage, tmp_path: Path) -> None:
    stage.settings.runs = [str(every_second(tmp_path / "an old run.pbrec", range(3)))]
    (menu,) = [menu for menu in stage.window.findChildren(QMenu) if menu.title() == "Recent recording&s"]
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert action.text() == "an old run.pbrec"
    action.trigger()
    stage.agree()
    assert stage.window.windowTitle() == "an old run – Pinbridge"


def test_a_window_in_another_language_goes_on_playing(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    player, clock = opened(stage)
    clock.now_s += 7
    window = follow()
    assert window.connection.player is player
    assert window.replaying.bar.isVisible()
    assert shown(stage)[0] == "00:07 / 01:40"
    assert window.bar.button.text() == "Close recording"


def labels(stage: Stage) -> list[str]:
    """The labels of the time axis, from left to right."""
    stage.frames()
    return [tick.label for tick in stage.window.pane.plot.time_axis.ticks]


def test_the_time_axis_shows_the_time_since_the_start_or_that_of_the_recording(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 13.5
    assert labels(stage) == ["00:04", "00:06", "00:08", "00:10", "00:12"]
    stage.press("C")
    began = wording.clock(ZERO_US / 1e6 + 4)
    assert labels(stage)[0] in (began, wording.clock(ZERO_US / 1e6 + 5))
    stage.press("C")
    stage.window.replaying.bar.slider.setFocus()
    stage.press("Home")
    stage.press("Right")
    assert labels(stage) == ["−00:08", "−00:06", "−00:04", "−00:02", "00:00"]
    stage.window.connection.close_bench_file()
    stage.connect()
    assert labels(stage)[-1] == "now"


def test_status_bar_chips_and_table_say_what_is_true_of_a_recording(stage: Stage) -> None:
    player, clock = opened(stage)
    stage.window.connection.add_recording(every_second(stage.folder / "run 2.pbrec", range(5)))
    stage.wait_until(lambda: player.is_whole)
    clock.now_s += 60.5
    stage.frames()
    line, rail, rows = stage.window.status_line, stage.window.rail.model(), stage.window.left.rows
    fields = (line.port, line.cloud, line.queue, line.success, line.messages)
    assert [field.text() for field in fields] == [
        "○ Replay · 01:00 / 01:40",
        "○ Cloud: nothing is forwarded",
        "60 shown",
        "",
        "",
    ]
    told = [rail.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert [words.split(", ")[:2] for words in told] == [
        ["run 1", "01:00 / 01:40"],
        ["run 2", "00:05 / 00:05"],
    ]
    assert all("nothing is forwarded" in words for words in told)
    header = rows.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
    assert (header, rows.index(0, 2).data(), rows.index(0, 2).data(SMALL_ROLE)) == (
        "Shown",
        "60",
        "up to here",
    )
    stage.window.lower_pane.show_page(CLOUD)
    stage.frames()
    assert "nothing is forwarded" in stage.window.lower_pane.cloud.facts["state"].text()
    texts = [field.text() + field.toolTip() for field in fields] + told
    for word in ("Connected", "kept in the journal and", "no server", "all runs", "waiting", " kept"):
        assert not [text for text in texts if word in text and "nothing of it is kept" not in text], word
    stage.connect()
    assert line.port.text().startswith("● Connected")
    header = rows.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
    assert header == "Forwarded\nall runs"


def test_an_empty_recording_says_that_it_has_nothing_up_to_here(stage: Stage) -> None:
    opened(stage)
    stage.window.replaying.bar.slider.setFocus()
    stage.press("Home")
    stage.frames()
    assert stage.window.pane.empty.words[0] == "Nothing to plot up to this position"


def test_the_readings_of_a_recording_are_saved(stage: Stage) -> None:
    opened(stage, 5)
    path = stage.folder / "saved.csv"
    stage.answers_with(path)
    stage.press("Ctrl+S")
    dialog = stage.dialog(SaveDataDialog)
    assert dialog.period_box.currentText() == "All of the recording"
    dialog.layout_box.setCurrentIndex(1)
    dialog.time_box.setCurrentIndex(1)
    stage.click(dialog.agree)
    stage.wait_for_notice(f"5 readings are in {path}.")
    rows = path.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "id,received_at,device,target,value,fate"
    assert [row.split(",")[2:] for row in rows[1:]] == [["run 1", "v1", str(n), ""] for n in range(5)]


@pytest.mark.parametrize("act", ["Ctrl+E", "save as"])
def test_a_recording_has_no_settings_to_edit(stage: Stage, act: str) -> None:
    opened(stage)
    if act == "save as":
        stage.window.editing.files.save_as()
    else:
        stage.press(act)
    assert stage.window.editing.editor is None
    assert stage.window.connection.player
    assert "it is only shown" in stage.window.notices.texts[0]
