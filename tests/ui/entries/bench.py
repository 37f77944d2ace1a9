"""Test rows for the entries of the Bench menu."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import BENCH
from tests.ui.entries import Entries
from tests.ui.recordings.runs import every_second, opened
from tests.ui.stage import Stage
from ui.dialogs.data_dialog import SaveDataDialog
from ui.dialogs.picture import PictureDialog
from ui.dialogs.token_dialog import TokenDialog

ENTRIES = Entries()
entry = ENTRIES.row


@entry("Bench / Connect or disconnect", "Ctrl+Return", "Ctrl+Enter")
def connects_and_disconnects(stage: Stage) -> Iterator[None]:
    assert stage.window.connection.connected
    yield
    assert stage.window.connection.connected
    stage.agree()
    assert not stage.window.connection.connected
    assert stage.bench.stopped == 1
    yield
    assert stage.window.connection.connected
    assert [bench.started for bench in stage.made] == [1, 1]


@entry("Bench / Keep the computer awake while connected")
def keeps_the_computer_awake(stage: Stage) -> Iterator[None]:
    assert not stage.awake.is_on
    yield
    assert stage.awake.is_on
    yield
    assert not stage.awake.is_on


@entry("Bench / Minimise to the tray")
def hides_in_the_tray(stage: Stage) -> Iterator[None]:
    yield
    stage.window.showMinimized()
    stage.wait_until(lambda: not stage.window.isVisible())
    stage.window.background.show_window()
    yield
    stage.window.showMinimized()
    QApplication.processEvents()
    assert stage.window.isVisible()
    stage.window.showNormal()


@entry("Bench / Open bench file…", "Ctrl+O")
def opens_the_file_that_is_chosen(stage: Stage) -> Iterator[None]:
    path = stage.folder / "other.pinbridge"
    path.write_bytes(BENCH.replace(b"Bench 1", b"Another bench"))
    asked = stage.answers_with(path)
    yield
    stage.agree()
    assert asked == ["Open a bench file |  | Bench files (*.pinbridge *.toml)"]
    assert stage.window.windowTitle() == "Another bench – Pinbridge"
    assert stage.bench.stopped == 1


@entry("Bench / New without a file", "Ctrl+N")
def goes_back_to_the_form(stage: Stage) -> Iterator[None]:
    assert not stage.window.bar.form.isVisible()
    yield
    assert stage.window.connection.connected
    stage.agree()
    assert stage.window.bar.form.isVisible()
    assert stage.bench.stopped == 1


@entry("Bench / Open recording…", "Ctrl+Shift+O")
def replays_the_recording_that_is_chosen(stage: Stage) -> Iterator[None]:
    asked = stage.answers_with(every_second(stage.folder / "a run.pbrec", range(3)))
    yield
    stage.agree()
    assert asked == ["Open a recording |  | Recordings (*.pbrec)"]
    assert stage.window.windowTitle() == "a run – Pinbridge"
    assert stage.bench.stopped == 1


@entry("Bench / Compare with another recording…")
def compares_two_recordings(stage: Stage) -> Iterator[None]:
    player, _ = opened(stage)
    stage.answers_with(every_second(stage.folder / "other.pbrec", range(3)))
    yield
    assert [device.name for device in player.config.device] == ["run 1", "other"]


@entry("Bench / Start the demo")
def starts_the_demo_and_starts_it_again(stage: Stage) -> Iterator[None]:
    yield
    assert stage.demos == []
    stage.agree()
    (first,) = stage.demos
    assert stage.window.connection.demo is first
    assert [(bench.started, bench.stopped) for bench in stage.made] == [(1, 1), (1, 0)]
    assert not first.is_closed
    yield
    assert first.is_closed
    assert [(bench.started, bench.stopped) for bench in stage.made] == [(1, 1), (1, 1), (1, 0)]


@entry("Bench / Reset the board on connect")
def connects_without_a_reset(stage: Stage) -> Iterator[None]:
    stage.window.connection.close_bench_file()
    yield
    stage.window.connection.connect_bench()
    assert not stage.bench.config.device[0].reset_on_connect


@entry("Bench / Edit bench…", "Ctrl+E")
def opens_the_editor(stage: Stage) -> Iterator[None]:
    path = stage.folder / "lab.toml"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    yield
    editor = stage.window.editing.editor
    assert editor
    assert editor.isVisible()
    assert editor.windowTitle() == "Edit lab.toml"
    editor.close()


@entry("Bench / Save as bench file…")
def saves_the_form_as_a_bench_file(stage: Stage) -> Iterator[None]:
    stage.window.connection.close_bench_file()
    path = stage.folder / "mine.pinbridge"
    stage.answers_with(path)
    yield
    assert "[[device]]" in path.read_text(encoding="utf-8")
    assert stage.window.connection.source == str(path)


@entry("Bench / Export bench…")
def exports_a_bench(stage: Stage) -> Iterator[None]:
    path = stage.folder / "lab.toml"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    moved = stage.folder / "moved.pinbridge"
    stage.answers_with(moved)
    yield
    assert "[[device]]" in moved.read_text(encoding="utf-8")


@entry("Bench / Auth tokens…")
def takes_a_token(stage: Stage) -> Iterator[None]:
    yield
    dialog = stage.dialog(TokenDialog)
    dialog.fields["greenhouse"].setText("another token")
    stage.click(dialog.agree)
    assert stage.keyring.held == {"greenhouse": "another token"}


@entry("Bench / Save data…", "Ctrl+S")
def saves_a_table(stage: Stage) -> Iterator[None]:
    path = stage.folder / "data.csv"
    asked = stage.answers_with(path)
    yield
    stage.click(stage.dialog(SaveDataDialog).agree)
    assert len(asked) == 1
    assert "*.csv" in asked[0]
    stage.wait_for_notice(f"2 readings are in {path}.")
    assert path.read_text(encoding="utf-8").splitlines()[0] == "id"


@entry("Bench / Save picture of the plot…", "Ctrl+Shift+S")
def saves_a_picture(stage: Stage) -> Iterator[None]:
    path = stage.folder / "plot.png"
    asked = stage.answers_with(path)
    yield
    assert asked == []
    stage.click(stage.dialog(PictureDialog).agree)
    assert len(asked) == 1
    assert "*.png" in asked[0]
    assert QImage(str(path)).width() > stage.window.pane.plot.width()


@entry("Bench / Quit", "Ctrl+Q")
def quits(stage: Stage) -> Iterator[None]:
    yield
    assert not stage.window.isVisible()
    assert stage.bench.stopped == 1
