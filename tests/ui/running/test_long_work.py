"""Decisions about many readings in a real window and journal: seen, cancelled by hand, and ended in order."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QToolButton

from app.journal import decisions, deleting, steps
from app.journal.journal import Journal
from app.journal.status import JournalCounts
from app.wire.streams import Fate
from tests.benchmarks.large_journal import make
from tests.ui.running.desk import UNO, Desk, journal_of
from tests.ui.stage import PATIENCE_MS
from ui.dialogs import decision_job
from ui.dialogs.job import Job

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
READINGS = 800
HALF_DELETED = JournalCounts(READINGS, refused=400, expired=200, pending=200, held=200)
"""Half of the readings are refused. Of the pending half, a half is deleted."""


@pytest.fixture
def half_done(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a decision has told that it is half done. It then waits in its own thread to be cancelled."""
    is_there = threading.Event()
    usual = Job._progress

    def progress(job: Job[object], seen: int, total: int) -> None:
        usual(job, seen, total)
        if 2 * seen >= total:
            is_there.set()
            assert job._cancelled.wait(60)
            usual(job, seen, total)

    monkeypatch.setattr(Job, "_progress", progress)
    monkeypatch.setattr(decision_job, "AT_ONCE_S", 0.0)
    monkeypatch.setattr(steps, "_STEP_S", 0.0)
    monkeypatch.setattr(decisions, "_RUNS_IN_PART", 5)
    monkeypatch.setattr(deleting, "_SEGMENTS_IN_PART", 5)
    return is_there


@pytest.fixture
def busy(desk: Desk, half_done: threading.Event) -> Desk:
    """A window whose board has 800 readings, which are half deleted."""
    make(journal_of(UNO.port), READINGS, 1, 1, (Fate.REFUSED, Fate.PENDING))
    desk.plug(UNO)
    desk.connect()
    delete_data(desk)
    assert desk.question.text().startswith("Delete all 800 readings of board from the journal?")
    desk.answer("Delete")
    assert half_done.wait(60)
    return desk


def delete_data(desk: Desk) -> None:
    """Choose the entry of the menu."""
    entries = desk.window.findChildren(QAction)
    (entry,) = [entry for entry in entries if entry.text().replace("&", "") == "Delete its data…"]
    entry.trigger()


def test_data_are_not_deleted_while_nothing_is_connected(desk: Desk) -> None:
    make(journal_of(UNO.port), 10, 1, 1, (Fate.PENDING,))
    desk.plug(UNO)
    desk.connect()
    desk.disconnect()
    delete_data(desk)
    assert not desk.asks
    assert "Readings can be changed only while the bench is connected. Connect it first." in texts(desk)


def texts(desk: Desk) -> list[str]:
    desk.window._show_text()
    return desk.window.notices.texts


def told(desk: Desk, beginning: str) -> str:
    """The notice that begins like this, as soon as it is shown."""
    desk.qtbot.waitUntil(lambda: any(text.startswith(beginning) for text in texts(desk)), timeout=PATIENCE_MS)
    (text,) = [text for text in texts(desk) if text.startswith(beginning)]
    return text


def cancel_button(desk: Desk, *, by_key: bool) -> QToolButton:
    """The button Cancel in the list of notices, which is opened for it."""
    line = desk.window.notices
    if by_key:
        line.more.setFocus()
        QTest.keyClick(line.more, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(line.more, Qt.MouseButton.LeftButton)
    (row,) = [row for row in line.popup.rows if row.label.text().startswith("Deleting data")]
    (button,) = [button for button in row.buttons if button.text() == "Cancel"]
    return button


def in_journal() -> tuple[JournalCounts, int]:
    """The ledger of the journal after the window has closed it, and how many readings the journal has."""
    with closing(Journal(journal_of(UNO.port))) as journal:
        streams = journal.streams("board")
        numbers = ", ".join(str(stream.stream) for stream in streams)
        (there,) = journal.execute(f"SELECT sum(count) FROM segment WHERE stream IN ({numbers})")
        assert sum(stream.kept for stream in streams) == there[0]
        return sum((stream.counts() for stream in streams), JournalCounts()), there[0]


@pytest.mark.parametrize("by_key", [False, True])
def test_deleting_is_cancelled_by_hand_and_says_what_is_kept(busy: Desk, by_key: bool) -> None:
    assert told(busy, "Deleting data") == "Deleting data: 50 %"
    button = cancel_button(busy, by_key=by_key)
    if by_key:
        popup = busy.window.notices.popup
        for _ in popup.findChildren(QToolButton):
            if QApplication.focusWidget() is not button:
                QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Down)
        QTest.keyClick(button, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (busy.benches[-1].status().devices[0].kept, busy.is_connected) == (READINGS // 2, True)
    assert told(busy, "Cancelled") == (
        "Cancelled. 400 of 800 readings were deleted, the oldest first; the others are kept."
    )
    # The question then names what is left.
    delete_data(busy)
    assert busy.question.text().startswith("Delete all 400 readings of board")
    busy.answer_by_key(Qt.Key.Key_Escape)
    busy.disconnect()
    assert in_journal() == (HALF_DELETED, READINGS // 2)


def test_deleting_ends_with_its_bench_and_says_so(busy: Desk) -> None:
    busy.disconnect()
    assert not busy.is_connected
    assert told(busy, "Cancelled") == (
        "Cancelled. 400 of 800 readings were deleted, the oldest first; the others are kept."
    )
    assert in_journal() == (HALF_DELETED, READINGS // 2)


def test_closing_the_window_asks_and_ends_what_runs(busy: Desk) -> None:
    busy.window.ask_to_close()
    assert "Readings of board are still being changed: what is not done yet is cancelled." in (
        busy.question.text()
    )
    box = busy.question
    agree = next(b for b in box.buttons() if box.buttonRole(b) is QMessageBox.ButtonRole.DestructiveRole)
    QTest.mouseClick(agree, Qt.MouseButton.LeftButton)
    busy.qtbot.waitUntil(lambda: not busy.window.isVisible(), timeout=PATIENCE_MS)
    assert in_journal() == (HALF_DELETED, READINGS // 2)
