"""The console as a person uses it: following, finding, filters, the hex view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.bench.status import ConsoleLine, RawBytes, SentLine
from app.wire.timeline import Event, EventKind
from tests.ui.console.rows import AT_US, BOARD, lines, news, sent
from tests.ui.fake_timelines import FakeTimelines
from tests.ui.stage import PATIENCE_MS
from ui.console.log import News, RowKind
from ui.console.model import DEVICE, TEXT, VERDICT
from ui.console.pane import LINES_AT_FIRST, LINES_AT_ONCE, ConsolePane

MANY = 1000


class Boards:
    """What the console asks of a bench."""

    def __init__(self) -> None:
        self.lines: dict[str, list[ConsoleLine]] = {BOARD: [], "cellar": []}
        self.sent_lines: list[SentLine] = []
        self.raw = RawBytes()
        self.limits: list[int] = []
        self.timelines = FakeTimelines()

    def console(self, device: str, after: int, limit: int) -> list[ConsoleLine]:
        self.limits.append(limit)
        return [line for line in self.lines[device] if line.number > after][-limit:]

    def sent(self, device: str, after: int) -> list[SentLine]:
        return self.sent_lines[after:] if device == BOARD else []

    def raw_bytes(self, _device: str) -> RawBytes:
        return self.raw


@pytest.fixture
def console(qtbot: QtBot) -> ConsolePane:
    console = ConsolePane()
    qtbot.addWidget(console)
    qtbot.addWidget(console.tools)
    console.resize(700, 300)
    with qtbot.waitExposed(console, timeout=PATIENCE_MS):
        console.show()
    console.tools.resize(700, 40)
    console.tools.show()
    console.show_device(BOARD)
    return console


@pytest.fixture
def boards(console: ConsolePane) -> Boards:
    boards = Boards()
    boards.lines[BOARD] = lines(1, "v1=21.5", "oops", "# Hello", "v2=21", "v1.label=Soil")
    boards.sent_lines = [sent(1, 5, "led=1")]
    boards.lines["cellar"] = lines(1, "v9=4.5")
    look(console, boards)
    return boards


def look(console: ConsolePane, boards: Boards, at_s: float = 0.0, *, at_first: bool = False) -> None:
    console.look(boards, list(boards.lines), at_s, at_first=at_first)  # type: ignore[arg-type]


def texts(console: ConsolePane) -> list[str]:
    return [row.shown for row in console.model.rows]


def many(first: int, count: int) -> list[News]:
    return [news(first, *(f"v1={number}" for number in range(first, first + count)))]


def top(console: ConsolePane) -> str:
    """The first visible line."""
    return console.model.row(console.view.rowAt(0)).text


def is_at_the_end(console: ConsolePane) -> bool:
    bar = console.view.verticalScrollBar()
    last = console.view.visualRect(console.model.index(console.model.rowCount() - 1, 0))
    return bar.value() == bar.maximum() and console.view.viewport().rect().contains(last.center())


def remark(console: ConsolePane) -> str:
    return console._remark.text()


def test_the_console_follows_the_newest_line_until_the_user_scrolls_up(console: ConsolePane) -> None:
    console.add(many(1, MANY))
    assert is_at_the_end(console)
    assert not console.newest_button.isVisible()
    console.view.verticalScrollBar().setValue(100)
    assert top(console) == "v1=101"
    console.add(many(MANY + 1, 50))
    assert (top(console), console.newest_button.isVisible()) == ("v1=101", True)
    console.newest_button.click()
    assert is_at_the_end(console)
    assert not console.newest_button.isVisible()


@pytest.mark.parametrize(
    "act",
    [ConsolePane.clear, ConsolePane.restart, lambda console: console.only_rejected.click()],
    ids=["clear", "restart", "filter"],
)
def test_the_console_follows_again_when_other_lines_are_shown(
    console: ConsolePane, act: Callable[[ConsolePane], None]
) -> None:
    console.add(many(1, MANY))
    console.view.verticalScrollBar().setValue(100)
    act(console)
    assert not console.newest_button.isVisible()
    assert console.model.rowCount() == 0
    console.add(many(MANY + 1, MANY))
    console.only_rejected.setChecked(False)
    assert is_at_the_end(console)


def test_nothing_can_be_sent_before_a_device_is_shown(console: ConsolePane) -> None:
    console.sending.set_enabled(True)
    console.clear()
    assert console.send_box.isEnabled()
    console.show_device("cellar")
    assert not console.send_box.isEnabled()
    console.sending.set_enabled(True)
    console.restart()
    assert not console.send_box.isEnabled()


def test_sent_lines_are_among_the_received_ones(console: ConsolePane, boards: Boards) -> None:
    assert texts(console) == ["v1=21.5", "oops", "# Hello", "v2=21", "v1.label=Soil", "led=1"]
    boards.lines[BOARD] += lines(6, "ok")
    look(console, boards)
    assert texts(console)[-2:] == ["led=1", "ok"]


def test_what_happens_to_the_port_is_among_the_lines_unless_they_are_filtered(
    console: ConsolePane, boards: Boards
) -> None:
    boards.timelines.happened(BOARD, Event(1, EventKind.LOST, AT_US, None, detail="COM5"))
    look(console, boards)
    assert texts(console)[-1] == "unplugged"
    index = console.model.index(console.model.rowCount() - 1, TEXT)
    assert index.siblingAtColumn(VERDICT).data() == "• event"
    assert index.data(Qt.ItemDataRole.ForegroundRole) == QColor(console.model.scheme.faint)
    console.only_rejected.click()
    assert (texts(console), remark(console)) == (["oops"], "filter: 1 line")
    console.only_rejected.click()
    console.restart()
    look(console, boards)
    assert "unplugged" in texts(console)


@pytest.mark.parametrize(
    ("after_s", "limit"), [(0.1, LINES_AT_ONCE), (1.0, 2000), (60.0, LINES_AT_FIRST), (-60.0, LINES_AT_FIRST)]
)
def test_more_lines_are_taken_over_if_the_last_time_was_long_ago(
    console: ConsolePane, boards: Boards, after_s: float, limit: int
) -> None:
    boards.lines[BOARD] += lines(1, "v1=1")
    look(console, boards, 1000.0)
    look(console, boards, 1000.0 + after_s)
    assert boards.limits[-1] == limit


def test_a_fast_board_is_sampled_and_the_list_says_so(console: ConsolePane, boards: Boards) -> None:
    boards.lines[BOARD] += lines(6, *(f"v1={number}" for number in range(2000)))
    look(console, boards)
    assert boards.limits[-1] == LINES_AT_ONCE
    assert console.model.rowCount() == 6 + 1 + LINES_AT_ONCE
    assert console.model.rows[6].missing == 2000 - LINES_AT_ONCE
    assert remark(console) == "1,250 lines are not shown"
    look(console, boards, at_first=True)
    assert boards.limits[-1] == LINES_AT_FIRST
    console.clear()
    assert remark(console) == ""


def test_filters_by_verdict_and_datastream(console: ConsolePane, boards: Boards) -> None:
    menu = console.menu
    for text, shown in (
        ("Only accepted lines", ["v1=21.5", "v2=21", "v1.label=Soil"]),
        ("Only rejected lines", ["oops"]),
        ("Only comments", ["# Hello"]),
        ("Only sent lines", ["led=1"]),
    ):
        next(a for a in menu.verdicts.actions() if a.text().replace("&", "") == text).trigger()
        assert texts(console) == shown
        assert console.only_rejected.isChecked() is (text == "Only rejected lines")
    assert remark(console) == "filter: 1 line"
    console.only_rejected.click()
    assert menu.kinds == {RowKind.REJECTED}
    console.only_rejected.click()
    assert menu.kinds == frozenset()
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.streams.actions()] == ["&All datastreams", "v1", "v2"]
    menu.streams.actions()[1].trigger()
    assert (texts(console), menu.target) == (["v1=21.5", "v1.label=Soil"], "v1")
    boards.lines[BOARD] += lines(6, "v1=22", "v3=1")
    look(console, boards)
    assert texts(console)[-1] == "v1=22"
    menu.aboutToShow.emit()
    assert [a.isChecked() for a in menu.streams.actions()] == [False, True, False, False]


def test_all_boards_are_told_apart_by_name(console: ConsolePane, boards: Boards) -> None:
    assert console.view.isColumnHidden(DEVICE)
    console.menu.all_boards.trigger()
    look(console, boards)
    assert not console.view.isColumnHidden(DEVICE)
    assert boards.limits[-1] == LINES_AT_ONCE // 2
    assert {console.model.index(row, DEVICE).data() for row in range(7)} == {BOARD, "cellar"}
    console.menu.all_boards.trigger()
    console.show_device("cellar")
    assert texts(console) == ["v9=4.5"]
    console.show_device(BOARD)  # Its lines were kept.
    assert len(texts(console)) == 6
    console.look(boards, ["cellar"], 0.0, at_first=False)  # type: ignore[arg-type]  # It has left the bench.
    assert len(texts(console)) == 6
    assert console.model.log.newest(BOARD) == 0


def test_finding_with_the_keys_of_an_editor(console: ConsolePane, boards: Boards) -> None:
    bar, view = console.find_bar, console.view
    asked: list[bool] = []
    console.shown_asked.connect(lambda: asked.append(True))
    console.menu.open_search.trigger()
    assert asked == [True]
    assert bar.isVisible()
    assert not console.find_button.isVisible()
    QTest.keyClicks(bar.field, "21")
    assert (bar.count.text(), view.chosen) == ("2 of 2", [3])  # The newest hit.
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert (bar.count.text(), view.chosen) == ("1 of 2", [0])
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen == [3]
    console.menu.find_next.trigger()
    assert view.chosen == [0]
    console.menu.find_previous.trigger()
    bar.next_button.click()
    bar.previous_button.click()
    assert view.chosen == [3]
    boards.lines[BOARD] += lines(6, "v1=21")
    look(console, boards)
    assert bar.count.text() == "2 of 3"
    bar.field.setText("hello")
    assert (bar.count.text(), view.chosen) == ("1 of 1", [2])
    bar.case_button.click()
    assert bar.count.text() == "not found"
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert console.find_button.isVisible()
    assert console.model.search.needle == ""
    console.menu.find_next.trigger()  # F3 opens the search again.
    assert bar.isVisible()


def test_only_the_hits_are_shown(console: ConsolePane, boards: Boards) -> None:
    console.find_button.click()
    QTest.keyClicks(console.find_bar.field, "v1")
    console.find_bar.only_button.click()
    assert texts(console) == ["v1=21.5", "v1.label=Soil"]
    boards.lines[BOARD] += lines(6, "v1=22", "v3=1")
    look(console, boards)
    assert texts(console)[-1] == "v1=22"
    QTest.keyClick(console.find_bar.field, Qt.Key.Key_Escape)
    assert len(texts(console)) == 8


def test_finding_in_an_empty_list(console: ConsolePane) -> None:
    console.find_button.click()
    QTest.keyClicks(console.find_bar.field, "v1")
    assert console.find_bar.count.text() == "not found"
    console.menu.find_next.trigger()
    assert console.view.chosen == []


def test_the_hex_view_shows_the_bytes_of_the_chosen_line(console: ConsolePane, boards: Boards) -> None:
    data = bytes(range(256)) * 8
    boards.raw = RawBytes(0, data, ((0, AT_US - 5), (512, AT_US), (2000, AT_US + 5)))
    console.view.selectRow(0)
    console.menu.hex_view.trigger()
    look(console, boards)
    view = console.hex_view
    assert view is not None
    assert view.isVisible()
    assert view.chosen == [32]  # The chunk with the line begins with byte 512.
    assert console.newest_button.isVisible()
    console.newest_button.click()
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    boards.raw = RawBytes(0, data + b"more", boards.raw.chunks)
    look(console, boards)
    assert view.bytes.rowCount() == 129
    view.selectRow(128)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("00000800  6d 6f 72 65")
    font = view.font()
    font.setPointSizeF(20)
    view.setFont(font)
    assert view.bytes.font.pointSizeF() == 20
    console.find_button.click()  # The search is in the lines.
    assert console.view.isVisible()
    assert not console.menu.hex_view.isChecked()


def test_without_a_chosen_line_the_newest_bytes_are_shown(console: ConsolePane, boards: Boards) -> None:
    boards.raw = RawBytes(0, bytes(4000), ((0, AT_US),))
    console.menu.hex_view.trigger()
    look(console, boards)
    assert console.hex_view
    bar = console.hex_view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    assert not console.newest_button.isVisible()


def test_copying_the_chosen_lines(console: ConsolePane, boards: Boards) -> None:
    assert boards
    console.view.selectRow(0)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(console.view, Qt.Key.Key_C, control)
    assert QGuiApplication.clipboard().text() == "v1=21.5"
    console.menu.details.trigger()
    QTest.keyClick(console.view, Qt.Key.Key_C, control)
    assert "\t✓ accepted\tv1=21.5" in QGuiApplication.clipboard().text()


def test_saving_what_is_shown(
    console: ConsolePane, boards: Boards, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proposed: list[str] = []
    answer = str(tmp_path / "lines.txt")

    def ask(_parent: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        proposed.append(name)
        return answer, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    heard: list[str] = []
    console.told.connect(lambda message, _tone: heard.append(str(message)))
    assert boards
    console.only_rejected.click()
    console.menu.save.trigger()
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    assert heard == [f"1 line was saved to {answer}."]
    assert "oops" in Path(answer).read_text(encoding="utf-8")
    assert proposed[0].startswith(f"{BOARD} 20")
    answer = ""
    console.menu.save.trigger()
    console.clear()
    console.menu.save.trigger()
    assert len(proposed) == 3


def test_colours_can_be_turned_off(console: ConsolePane) -> None:
    assert console.menu.log_colors.isChecked()
    console.menu.log_colors.trigger()
    console.add([news(1, "\x1b[31mred")])
    assert console._delegate.formats(console.model.row(0), is_selected=False) == []
    assert console.model.index(0, TEXT).data() == "red"


def test_tight_windows_leave_out_what_has_a_key(console: ConsolePane) -> None:
    console.set_tight(True)
    tools = (console.find_button, console.only_rejected, console.more_button, console.clear_button)
    assert [tool.isVisible() for tool in tools] == [False, True, True, False]
    console.set_tight(False)
    assert all(tool.isVisible() for tool in tools)


def test_another_window_shows_the_same(console: ConsolePane, boards: Boards, qtbot: QtBot) -> None:
    console.only_rejected.click()
    console.menu.all_boards.trigger()
    console.menu.details.trigger()
    console.send_box.field.setText("half a line")
    other = ConsolePane()
    qtbot.addWidget(other)
    qtbot.addWidget(other.tools)
    other.take_over(console)
    other.show_device(BOARD)
    look(other, boards)
    assert texts(other) == ["oops"]
    assert other.only_rejected.isChecked()
    assert (other.menu.all_boards.isChecked(), other.menu.details.isChecked()) == (True, True)
    assert other.send_box.field.text() == "half a line"
