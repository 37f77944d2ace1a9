"""The rows of the console: what their cells show, and what views are told about changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtTest import QAbstractItemModelTester

from tests.ui.console.rows import BOARD, lines, news, sent
from ui.console import log as log_module
from ui.console.filtering import Filter
from ui.console.log import News, RowKind
from ui.console.model import DEVICE, HINT, ROW, TEXT, TIME, VERDICT, ConsoleModel
from ui.theme.colors import DARK

pytestmark = pytest.mark.usefixtures("qtbot")
ROLE = Qt.ItemDataRole
SHOWN = (TIME, VERDICT, TEXT, HINT)
REJECTED = Filter(kinds=frozenset({RowKind.REJECTED}))


def watched(model: ConsoleModel) -> ConsoleModel:
    """Have `model` checked by Qt's model tester, whose warnings fail the test, and return it."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def texts(model: ConsoleModel) -> list[str]:
    return [model.index(row, TEXT).data() for row in range(model.rowCount())]


def test_columns() -> None:
    model = watched(ConsoleModel())
    model.add([news(1, "v1=100", "v1=\t5", "hello\x07", "\x1b[31mred")])
    assert model.index(0, VERDICT).data() == "✓ accepted"
    assert texts(model) == ["v1=100", "v1= 5", "hello\ufffd", "red"]
    assert "U+0007" in model.index(2, HINT).data()
    assert model.index(0, HINT).data() == ""
    assert model.index(0, DEVICE).data() == BOARD
    assert len(model.index(0, TIME).data()) == len("14:05:09.123")
    assert model.index(0, TEXT).data(ROW) == model.row(0) == model.rows[0]
    assert model.index(0, TEXT).data(ROLE.DecorationRole) is None


def test_sent_lines_and_gaps_have_rows() -> None:
    model = watched(ConsoleModel())
    model.add([News(BOARD, lines(3, "v1=1"), [sent(1, 2, "led=1"), sent(2, 3, "x", was_taken=False)])])
    assert texts(model) == ["led=1", "2 lines are not shown", "v1=1", "x"]
    assert [model.index(row, VERDICT).data() for row in range(4)] == [
        *("→ sent", "… left out", "✓ accepted", "✗ not taken")
    ]
    assert "Serial.read()" in model.index(3, HINT).data()
    assert model.index(1, HINT).data() == ""
    assert model.index(0, VERDICT).data(ROLE.ForegroundRole) == QColor(model.scheme.accent)
    assert model.index(3, VERDICT).data(ROLE.BackgroundRole) == QColor(model.scheme.bad_ground)
    assert model.missing == 2


def test_rows_leave_at_the_top_and_rejected_ones_stay_in_their_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "MAX_ROWS", 4)
    monkeypatch.setattr(log_module, "_SPARE_ROWS", 0)
    model = watched(ConsoleModel())
    assert model.add([news(1, "oops", "v1=1", "v1=2")]) == 0
    assert model.add([news(4, "v1=3", "v1=4", "v1=5")]) == 2
    assert texts(model) == ["v1=2", "v1=3", "v1=4", "v1=5"]
    model.set_filter(REJECTED)
    assert model.filter == REJECTED
    assert texts(model) == ["oops"]
    assert model.add([news(7, "v1=6", "v256=1")]) == 0
    assert texts(model) == ["oops", "v256=1"]
    assert model.index(0, TEXT).data() == "oops"
    model.set_filter(Filter())
    assert texts(model)[-2:] == ["v1=6", "v256=1"]


def test_views_are_told_what_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "MAX_ROWS", 3)
    monkeypatch.setattr(log_module, "_SPARE_ROWS", 0)
    model = watched(ConsoleModel())
    heard: list[tuple[object, ...]] = []
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(("out", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset",)))
    model.dataChanged.connect(lambda first, last: heard.append(("changed", first.row(), last.row())))
    model.set_scheme(DARK)
    model.add([News(BOARD, ())])
    model.add([news(1, "v1=1", "v1=2")])
    model.add([news(3, "v1=3", "v1=4")])
    model.set_scheme(DARK)
    model.set_filter(REJECTED)
    model.add([news(5, "v1=5")])
    model.clear()
    model.restart()
    assert heard == [
        *(("in", 0, 1), ("in", 2, 3), ("out", 0, 0), ("changed", 0, 2)),
        *(("reset",), ("reset",), ("reset",)),
    ]


def test_cleared_lines_do_not_come_back() -> None:
    model = watched(ConsoleModel())
    model.search.look_for("v")
    model.add([news(1, "v1=1", "v1=2")])
    assert list(model.search.hits) == [0, 1]
    model.clear()
    assert (model.rowCount(), model.log.newest(BOARD), list(model.search.hits)) == (0, 2, [])
    model.restart()
    assert model.log.newest(BOARD) == 0
    model.add([news(1, "v1=1")])
    assert texts(model) == ["v1=1"]
    assert (list(model.numbers), model.place(2), list(model.search.hits)) == ([2], 0, [2])


def test_copied_rows_are_their_lines_or_have_time_verdict_and_hint_too() -> None:
    model = watched(ConsoleModel())
    model.set_filter(Filter(BOARD))
    model.add([news(1, "v1=1", "v1=3,14")])
    assert model.text_of([0, 1]) == "v1=1\nv1=3,14"
    model.copies_details = True
    first, second = model.text_of([0, 1]).splitlines()
    assert first.split("\t")[1:] == ["✓ accepted", "v1=1", ""]
    assert second.split("\t")[2] == "v1=3,14"
    model.set_filter(Filter())
    assert model.text_of([0]).split("\t")[1] == BOARD


def test_each_kind_of_line_has_its_sign_and_colours() -> None:
    model = watched(ConsoleModel())
    model.add([news(1, "v1=1", "oops", "# hi", "")])
    model.set_scheme(DARK)
    assert [model.index(row, VERDICT).data() for row in range(4)] == [
        *("✓ accepted", "✗ rejected", "# comment", "· blank")
    ]
    faint, text = QColor(DARK.faint), QColor(DARK.text)
    wanted = [
        [faint, QColor(DARK.good), text, faint],
        [text, QColor(DARK.bad), text, text],
        [faint, faint, text, faint],
        [faint, faint, faint, faint],
    ]
    for row, colors in enumerate(wanted):
        assert [model.index(row, column).data(ROLE.ForegroundRole) for column in SHOWN] == colors
    grounds = [model.index(row, TEXT).data(ROLE.BackgroundRole) for row in range(4)]
    assert grounds == [None, QColor(DARK.bad_ground), None, None]


def test_times_and_lines_have_a_fixed_font_and_a_tool_tip() -> None:
    model = watched(ConsoleModel())
    model.add([news(1, "v1=<b>")])
    fonts = [model.index(0, column).data(ROLE.FontRole) for column in range(5)]
    assert [font is not None and QFontInfo(font).fixedPitch() for font in fonts] == [
        *(True, False, False, True, False)
    ]
    tips = [model.index(0, column).data(ROLE.ToolTipRole) for column in range(5)]
    assert tips == [None, f"<span>{BOARD}</span>", None, "<span>v1=&lt;b&gt;</span>", ""]


def test_columns_have_headers() -> None:
    model = watched(ConsoleModel())
    model.add([news(1, "v1=1")])
    across = Qt.Orientation.Horizontal
    titles = [model.headerData(column, across) for column in range(5)]
    assert titles == ["Time", "Board", "Verdict", "Line", "Hint"]
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert model.headerData(0, across, ROLE.TextAlignmentRole) == left
    assert model.headerData(0, across, ROLE.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    cell = model.index(0, 0)
    assert (model.rowCount(), model.columnCount()) == (1, 5)
    assert (model.rowCount(cell), model.columnCount(cell)) == (0, 0)
