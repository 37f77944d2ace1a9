"""The questions before a bench is disconnected or its window is closed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from app.bench.status import CloudState, CloudStatus, Form, Selection
from app.messages.message import Message
from app.wire.streams import UnwrittenReadings
from tests.ui.recordings.runs import every_second
from tests.ui.stage import Stage
from ui.dialogs.job import Progress

QUESTION = "Bench 1 runs, and its boards are read. Disconnect it?"
KEPT = "1,200 readings wait to be sent. They are kept in the journal, and sent when the bench runs again."


def waiting(stage: Stage, count: int) -> None:
    stage.device.cloud = CloudStatus(CloudState.WAITING, sendable=count)


def close_by_hand(stage: Stage) -> bool:
    """Close the window as the window manager does. Returns whether it has closed."""

    class Spontaneous(QCloseEvent):
        def spontaneous(self) -> bool:
            return True

    event = Spontaneous()
    stage.window.closeEvent(event)
    return event.isAccepted()


def questions(stage: Stage) -> list[str]:
    return [box.text() for box in stage.window.findChildren(QMessageBox) if box.isVisible()]


def test_a_key_that_disconnects_asks_and_return_keeps_the_bench(stage: Stage) -> None:
    stage.connect()
    stage.press("Ctrl+Return")
    assert questions(stage) == [QUESTION]
    stage.press("Return", stage.question())
    assert stage.window.connection.connected
    stage.press("Ctrl+Return")
    stage.agree()
    assert not stage.window.connection.connected
    stage.press("Ctrl+Return")
    assert stage.window.connection.connected


def test_a_key_that_leaves_a_running_bench_asks_and_return_keeps_it(stage: Stage) -> None:
    stage.connect()
    stage.press("Ctrl+N")
    assert questions(stage) == [QUESTION]
    stage.press("Return", stage.question())
    assert stage.window.connection.connected
    stage.press("Ctrl+N")
    stage.agree()
    assert stage.bench.stopped == 1
    assert stage.window.bar.form.isVisible()
    stage.window.connection.open_bench(stage.config, "bench.toml")
    stage.press("Ctrl+N")
    assert questions(stage) == []
    assert stage.window.bar.form.isVisible()


def drop(stage: Stage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, left, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(stage.window, QDragEnterEvent(QPoint(9, 9), action, data, left, key))
    QApplication.sendEvent(stage.window, QDropEvent(QPointF(9, 9), action, data, left, key))


def recent(stage: Stage, path: Path) -> None:
    """Choose a recording in the menu of recent ones."""
    stage.window.settings.runs = [str(path)]
    (menu,) = [m for m in stage.window.menuBar().findChildren(QMenu) if m.title() == "Recent recording&s"]
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()


@pytest.mark.parametrize(
    "way",
    [
        *("Ctrl+O", "drop", "recent", "Start the demo", "Ctrl+N", "Ctrl+Return"),
        pytest.param("Ctrl+Shift+O", marks=pytest.mark.long),
    ],
)
def test_every_way_to_leave_a_running_bench_asks_the_same(stage: Stage, way: str) -> None:
    path = every_second(stage.folder / "run 1.pbrec", range(5))
    if way == "Ctrl+O":
        path = stage.folder / "other.toml"
        path.write_text('[[device]]\nname = "other"\nport = "simulated:"\n', encoding="utf-8")
    stage.answers_with(path)

    def leave() -> None:
        if way == "drop":
            drop(stage, path)
        elif way == "recent":
            recent(stage, path)
        elif way == "Start the demo":
            stage.window.leaving.start_demo()
        else:
            stage.press(way)

    stage.connect()
    bench = stage.bench
    leave()
    assert questions(stage) == [QUESTION]
    stage.press("Return", stage.question())
    assert stage.window.connection.connected
    assert bench.stopped == 0
    leave()
    stage.agree()
    assert bench.stopped == 1
    if way in ("drop", "recent", "Ctrl+Shift+O", "Start the demo"):
        assert stage.window.connection.connected
        leave()  # a demo or a recording, without a question
        assert questions(stage) == []


@pytest.mark.parametrize("key", ["Ctrl+O", pytest.param("Ctrl+Shift+O", marks=pytest.mark.long)])
def test_nothing_is_asked_for_a_file_that_cannot_be_opened(stage: Stage, key: str) -> None:
    stage.connect()
    path = stage.folder / "a.toml"
    path.write_bytes(b"something else")
    stage.answers_with(path)
    stage.press(key)
    assert questions(stage) == []
    assert str(path) in stage.window.notices.texts[0]
    assert stage.window.connection.connected


def test_a_demo_is_disconnected_by_its_key_at_once(stage: Stage) -> None:
    stage.window.connection.start_demo()
    stage.press("Ctrl+Return")
    assert questions(stage) == []
    assert not stage.window.connection.connected


def test_the_button_disconnects_at_once(stage: Stage) -> None:
    stage.connect()
    stage.click(stage.window.bar.button)
    assert questions(stage) == []
    assert not stage.window.connection.connected


@pytest.mark.parametrize("by", ["the window manager", pytest.param("Ctrl+Q", marks=pytest.mark.long)])
def test_closing_says_once_how_many_readings_wait_and_that_they_are_kept(stage: Stage, by: str) -> None:
    stage.connect()
    waiting(stage, 1200)
    if by == "Ctrl+Q":
        stage.press("Ctrl+Q")
    else:
        assert not close_by_hand(stage)
    assert questions(stage) == [KEPT]
    assert stage.bench.stopped == 0
    assert stage.window.isVisible()
    stage.agree()
    assert stage.bench.stopped == 1
    assert not stage.window.isVisible()


def test_a_window_stays_open_if_the_user_cancels(stage: Stage) -> None:
    stage.connect()
    waiting(stage, 1)
    stage.press("Ctrl+Q")
    (text,) = questions(stage)
    assert text.startswith("1 reading waits to be sent. It is kept in the journal")
    stage.press("Esc", stage.question())
    assert stage.window.isVisible()
    assert stage.window.connection.connected


@pytest.mark.parametrize("case", ["nothing waits", "disconnected", "no bench", "the session ends"])
def test_nothing_is_asked_if_nothing_waits_or_the_system_ends(stage: Stage, case: str) -> None:
    if case != "no bench":
        stage.connect()
        waiting(stage, 0 if case == "nothing waits" else 7)
    if case == "disconnected":
        stage.window.connection.disconnect_bench()
    if case == "the session ends":
        stage.monkeypatch.setattr(QGuiApplication, "isSavingSession", lambda _self: True)
    assert close_by_hand(stage)
    assert questions(stage) == []


def test_nothing_is_asked_about_what_waits_in_a_demo_whose_journal_ends_with_it(stage: Stage) -> None:
    stage.window.connection.close_bench_file()
    stage.window.connection.start_demo()
    waiting(stage, 7)
    assert close_by_hand(stage)
    assert questions(stage) == []


def test_a_program_that_is_ended_by_a_signal_asks_nothing(stage: Stage) -> None:
    stage.connect()
    waiting(stage, 7)
    assert stage.window.close()
    assert stage.bench.stopped == 1


LOST = (
    "62 readings are not in the journal yet and would be lost. b.db: nothing could be written to the journal "
    "for more than 10 s: does the disk still answer?"
)
DISCONNECT = "Bench 1 runs, and its boards are read. Disconnect it?"


def fill_the_disk(stage: Stage) -> None:
    stage.device.unwritten = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))


def test_closing_says_how_many_readings_would_be_lost(stage: Stage) -> None:
    stage.connect()
    fill_the_disk(stage)
    stage.press("Ctrl+Q")
    assert questions(stage) == [LOST]
    stage.press("Esc", stage.question())
    assert stage.window.connection.connected
    waiting(stage, 1200)
    assert not close_by_hand(stage)
    assert questions(stage) == [f"{LOST} {KEPT}"]


@pytest.mark.parametrize("way", ["the button", "Ctrl+Return", pytest.param("Ctrl+N", marks=pytest.mark.long)])
def test_no_way_to_disconnect_loses_readings_without_a_question(stage: Stage, way: str) -> None:
    stage.connect()
    fill_the_disk(stage)
    stage.click(stage.window.bar.button) if way == "the button" else stage.press(way)
    assert questions(stage) == [f"{LOST} {DISCONNECT}"]
    assert stage.window.connection.connected
    stage.agree()
    assert not stage.window.connection.connected


def test_readings_that_are_being_written_cause_no_question(stage: Stage) -> None:
    stage.connect()
    stage.device.unwritten = UnwrittenReadings(2)
    stage.click(stage.window.bar.button)
    assert not stage.window.connection.connected
    stage.connect()
    assert close_by_hand(stage)
    assert questions(stage) == []


@pytest.mark.parametrize("connected", [True, False])
def test_closing_while_data_are_saved_asks_and_cancels(stage: Stage, connected: bool) -> None:
    stage.connect()
    begun = threading.Event()

    def export(_selection: Selection, _form: Form, _path: Path, progress: Progress) -> None:
        while True:
            progress(1, 2)
            begun.set()

    stage.bench.export = export  # type: ignore[method-assign, assignment]
    path = stage.folder / "data.csv"
    stage.window.saving.save_data(stage.bench, Selection({"greenhouse"}), Form(), path)
    assert begun.wait(60)
    if not connected:
        stage.window.connection.disconnect_bench()
    assert not close_by_hand(stage)
    assert questions(stage) == [f"Data are still being saved to {path}: that is cancelled."]
    stage.agree()
    assert not stage.window.isVisible()
    assert stage.window.saving.cut_off() == []


def test_an_export_that_something_else_cuts_off_is_reported(stage: Stage) -> None:
    stage.connect()

    def export(_selection: Selection, _form: Form, _path: Path, progress: Progress) -> None:
        while True:
            progress(1, 2)

    stage.bench.export = export  # type: ignore[method-assign, assignment]
    path = stage.folder / "data.csv"
    stage.window.saving.save_data(stage.bench, Selection({"greenhouse"}), Form(), path)
    stage.window.connection.close_bench_file()
    assert stage.window.notices.texts == [f"Saving was cancelled: {path} was not written."]


def test_the_question_before_disconnecting_names_what_it_cancels(stage: Stage) -> None:
    stage.connect()
    stage.monkeypatch.setattr(
        type(stage.window.device_actions),
        "cut_off",
        lambda _actions: [Message("ask_close_decision", device="greenhouse")],
    )
    stage.window.leaving.toggle_connection()
    assert questions(stage) == [
        f"{Message('ask_disconnect', bench=stage.bench.config.bench.name)} "
        "Readings of greenhouse are still being changed: what is not done yet is cancelled."
    ]
