"""Test rows for the first page: the ways to a first value, and the sketch."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QListWidget, QWidget

from tests.ui.conftest import BENCH
from tests.ui.controls import Controls, type_in
from tests.ui.stage import Stage
from ui.help.first_sketch import SKETCH

CONTROLS = Controls()
control = CONTROLS.row


@control("Boards and ports")
def connects_the_board_that_is_clicked(stage: Stage, boards: QWidget) -> None:
    assert isinstance(boards, QListWidget)
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    type_in(form.baud_box, "9600")
    type_in(form.server_box, "fra1.blynk.cloud")
    type_in(form.token_field, "a token")
    stage.click(boards.viewport(), boards.visualItemRect(boards.item(2)).center())
    (device,) = stage.bench.config.device
    assert (device.port, device.baud_rate) == ("/dev/ttyUSB0", 9600)
    assert (device.server, stage.bench.tokens) == ("https://fra1.blynk.cloud", {"board": "a token"})
    assert stage.window.panes.isVisible()
    stage.window.connection.close_bench_file()
    stage.press("Up", boards)
    stage.press("Return", boards)
    assert not stage.window.connection.connected  # the token is that of the other board
    type_in(form.token_field, "its token")
    stage.press("Return", boards)
    assert stage.bench.tokens == {"board": "its token"}
    assert stage.bench.config.device[0].port == "usb:2341:0043:85734323"


@control("Start the demo")
def starts_the_demo(stage: Stage, button: QWidget) -> None:
    stage.window.connection.close_bench_file()
    stage.click(button)
    assert stage.window.connection.demo is stage.demos[0]
    assert stage.window.connection.connected
    assert stage.window.panes.isVisible()


@control("Open bench file…")
def opens_a_bench_file(stage: Stage, button: QWidget) -> None:
    path = stage.folder / "other.pinbridge"
    path.write_bytes(BENCH)
    stage.answers_with(path)
    stage.window.connection.close_bench_file()
    stage.click(button)
    assert stage.window.connection.source == str(path)
    assert not stage.window.connection.connected
    assert stage.window.panes.isVisible()


@control("Recent bench files")
def opens_a_recent_file(stage: Stage, files: QWidget) -> None:
    assert isinstance(files, QListWidget)
    for name in ("one.pinbridge", "two.pinbridge"):
        (stage.folder / name).write_bytes(BENCH)
        stage.window.connection.open_file(stage.folder / name)
    for row in (1, 1, 0):  # each time, the file that is opened becomes the first one
        stage.window.connection.close_bench_file()
        wanted = files.item(row).text().partition("\n")[0]
        stage.click(files.viewport(), files.visualItemRect(files.item(row)).center())
        assert stage.window.connection.source == str(stage.folder / wanted)
    assert stage.settings.recent[0] == str(stage.folder / "two.pinbridge")


@control("Clear the list")
def forgets_the_recent_files(stage: Stage, button: QWidget) -> None:
    assert len(stage.settings.recent) == 1
    stage.window.connection.close_bench_file()
    stage.click(button)
    assert stage.settings.recent == []
    assert button.isHidden()


@control("Copy the sketch")
def copies_the_sketch(stage: Stage, button: QWidget) -> None:
    stage.window.connection.close_bench_file()
    stage.click(button)
    assert QApplication.clipboard().text() == SKETCH
