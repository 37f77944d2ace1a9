"""The page of rejected lines: a count for each reason, lines with hints, a filter by reason, and copying."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.bench.status import RejectedLine
from app.wire.datastreams import Reason
from tests.ui.stage import PATIENCE_MS
from ui.console.rejected_lines import RejectedLines
from ui.wording import moment

LINES = [
    RejectedLine(1_790_000_000_000_000, "v1=3,14", Reason.NOT_A_NUMBER),
    RejectedLine(1_790_000_001_000_000, "hello\x07", Reason.NO_ASSIGNMENT),
]
REASONS = ((Reason.NOT_A_NUMBER, 1200), (Reason.NO_ASSIGNMENT, 3))


@pytest.fixture
def pane(qtbot: QtBot) -> RejectedLines:
    pane = RejectedLines()
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.show_lines(REASONS, LINES)
    return pane


def texts(pane: RejectedLines, column: int = 2) -> list[str]:
    return [pane.model.index(row, column).data() for row in range(pane.model.rowCount())]


def test_counts_and_lines(pane: RejectedLines) -> None:
    items = [pane.reasons.item(row).text() for row in range(pane.reasons.count())]
    assert items == ["1,203  all reasons", "1,200  not a number", "3  no assignment"]
    assert texts(pane) == ["v1=3,14", "hello\ufffd"]
    assert texts(pane, 3)[0] == "a number takes a point, not a comma: write v1=3.14"
    assert texts(pane, 1) == ["not a number", "no assignment"]
    assert texts(pane, 0) == [moment(1_790_000_000), moment(1_790_000_001)]


def test_reason_filters_and_stays_chosen(pane: RejectedLines) -> None:
    pane.reasons.setCurrentRow(2)
    assert texts(pane) == ["hello\ufffd"]
    assert not pane.is_stale(REASONS)
    later = ((Reason.NOT_A_NUMBER, 1200), (Reason.WRONG_PIN, 9), (Reason.NO_ASSIGNMENT, 4))
    assert pane.is_stale(later)
    pane.show_lines(later, [*LINES, LINES[1]])
    assert pane.reasons.currentRow() == 3
    assert texts(pane) == ["hello\ufffd", "hello\ufffd"]


def test_counts_and_lines_can_be_copied(pane: RejectedLines) -> None:
    pane.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("1200\tnot_a_number\n3\tno_assignment\n\n")
    assert "v1=3,14\ta number takes a point, not a comma: write v1=3.14" in copied


def test_another_device_begins_empty(pane: RejectedLines) -> None:
    pane.restart()
    assert pane.model.rowCount() == 0
    assert not pane.copy_button.isEnabled()
    assert pane.is_stale(REASONS)


def test_the_summary_says_how_many_lines_are_shown(pane: RejectedLines) -> None:
    said = [label.text() for label in pane.tools.findChildren(QLabel)]
    assert said == ["The last 2 of 1,203 rejected lines, of all runs"]
    assert pane.copy_button.isEnabled()
    pane.restart()
    assert [label.text() for label in pane.tools.findChildren(QLabel)] == ["No line was rejected"]
    assert pane.reasons.item(0).text() == "0  all reasons"


def test_all_reasons_are_chosen_at_first_and_when_the_chosen_one_is_gone(pane: RejectedLines) -> None:
    assert pane.reasons.currentRow() == 0
    pane.reasons.setCurrentRow(2)
    pane.show_lines(REASONS[:1], LINES[:1])
    assert pane.reasons.currentRow() == 0
    assert texts(pane) == ["v1=3,14"]


def test_the_list_stays_where_the_user_has_scrolled_and_follows_at_its_end(
    pane: RejectedLines, qtbot: QtBot
) -> None:
    pane.resize(700, 200)
    with qtbot.waitExposed(pane, timeout=PATIENCE_MS):
        pane.show()
    bar = pane.view.verticalScrollBar()
    for number in (1, 2):
        pane.show_lines(((Reason.NOT_A_NUMBER, 40 * number),), LINES[:1] * (40 * number))
        assert bar.value() == bar.maximum() > 0
    bar.setValue(5)
    pane.show_lines(((Reason.NOT_A_NUMBER, 120),), LINES[:1] * 120)
    assert bar.value() == 5
