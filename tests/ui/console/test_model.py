"""The rows of the console, which are the last lines of a board: bounded, filtered, cleared."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtTest import QAbstractItemModelTester

from app.bench.status import ConsoleLine
from app.wire.readings import Grammar
from ui.console.model import HINT, MAX_LINES, TEXT, TIME, VERDICT, ConsoleModel
from ui.theme.colors import DARK

pytestmark = pytest.mark.usefixtures("qtbot")


def watched(model: ConsoleModel) -> ConsoleModel:
    """Have `model` checked by Qt's model tester, whose warnings fail the test, and return it."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def lines(first: int, *texts: str) -> list[ConsoleLine]:
    grammar = Grammar()
    return [
        ConsoleLine(number, 1_790_000_000_000_000, grammar.judge(text.encode()))
        for number, text in enumerate(texts, first)
    ]


def test_columns() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=100", "v1=\t5", "hello\x07"))
    assert model.index(0, VERDICT).data() == "✓ accepted"
    assert model.index(0, TEXT).data() == "v1=100"
    assert model.index(1, TEXT).data() == "v1= 5"
    assert model.index(2, TEXT).data() == "hello\ufffd"
    assert "U+0007" in model.index(2, HINT).data()
    assert model.index(0, HINT).data() == ""
    assert len(model.index(0, TIME).data()) == len("14:05:09.123")
    assert model.index(2, 0).data(Qt.ItemDataRole.BackgroundRole) is not None
    assert model.index(0, 0).data(Qt.ItemDataRole.BackgroundRole) is None


def test_memory_is_bounded_and_dropped_rows_are_reported() -> None:
    model = watched(ConsoleModel())
    assert model.add(lines(1, *["v1=1"] * (MAX_LINES - 1))) == 0
    assert model.add(lines(MAX_LINES, "v1=2", "v1=3", "v1=4")) == 2
    assert model.rowCount() == MAX_LINES
    assert model.lines[-1].verdict.text == "v1=4"
    assert model.add(lines(2000, *["v1=9"] * (MAX_LINES + 5))) == MAX_LINES
    assert model.rowCount() == MAX_LINES
    assert model.newest == 2000 + MAX_LINES + 4


def test_a_rejected_line_is_not_pushed_out_by_valid_ones() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "oops"))
    model.add(lines(2, *["v1=1"] * MAX_LINES))
    assert "oops" not in [line.verdict.text for line in model.lines]
    model.set_only_rejected(True)
    assert [line.verdict.text for line in model.lines] == ["oops"]
    model.add(lines(2000, "v1=1", "v256=1"))
    assert [line.verdict.text for line in model.lines] == ["oops", "v256=1"]
    model.set_only_rejected(False)
    assert [line.verdict.text for line in model.lines[-2:]] == ["v1=1", "v256=1"]


def test_cleared_lines_do_not_come_back() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=1", "v1=2"))
    model.clear()
    assert (model.rowCount(), model.newest) == (0, 2)
    model.restart()
    assert model.newest == 0
    assert model.add([]) == 0


def test_copied_rows_have_their_columns_separated_by_tabs() -> None:
    model = watched(ConsoleModel())
    model.set_scheme(DARK)
    model.add(lines(1, "v1=1", "v1=3,14"))
    first, second = model.text_of([0, 1]).splitlines()
    assert first.split("\t")[1:] == ["✓ accepted", "v1=1", ""]
    assert second.split("\t")[2] == "v1=3,14"


ROLE = Qt.ItemDataRole


def test_each_kind_of_line_has_its_sign_and_colours() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=1", "oops", "# hi", ""))
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
        assert [model.index(row, column).data(ROLE.ForegroundRole) for column in range(4)] == colors
    grounds = [model.index(row, TEXT).data(ROLE.BackgroundRole) for row in range(4)]
    assert grounds == [None, QColor(DARK.bad_ground), None, None]


def test_times_and_lines_have_a_fixed_font_and_a_tool_tip() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=<b>"))
    fonts = [model.index(0, column).data(ROLE.FontRole) for column in range(4)]
    assert [font is not None and QFontInfo(font).fixedPitch() for font in fonts] == [True, False, True, False]
    assert fonts[TIME] == fonts[TEXT]
    tips = [model.index(0, column).data(ROLE.ToolTipRole) for column in range(4)]
    assert tips == [None, None, "<span>v1=&lt;b&gt;</span>", ""]
    assert model.index(0, TEXT).data(ROLE.DecorationRole) is None


def test_columns_have_headers() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=1"))
    across = Qt.Orientation.Horizontal
    assert [model.headerData(column, across) for column in range(4)] == ["Time", "Verdict", "Line", "Hint"]
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert model.headerData(0, across, ROLE.TextAlignmentRole) == left
    assert model.headerData(0, across, ROLE.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    cell = model.index(0, 0)
    assert (model.rowCount(), model.columnCount(), model.rowCount(cell), model.columnCount(cell)) == (
        1,
        4,
        0,
        0,
    )


def heard_by(model: ConsoleModel) -> list[tuple[object, ...]]:
    heard: list[tuple[object, ...]] = []
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(("out", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset",)))
    model.dataChanged.connect(
        lambda first, last: heard.append(("changed", first.row(), first.column(), last.row(), last.column()))
    )
    return heard


def test_only_what_changes_is_reported_to_views() -> None:
    model = watched(ConsoleModel())
    heard = heard_by(model)
    model.set_scheme(DARK)
    assert heard == []
    model.add(lines(1, *["v1=1"] * (MAX_LINES - 1)))
    model.add(lines(MAX_LINES, "v1=2"))
    model.add(lines(MAX_LINES + 1, "v1=3", "v1=4"))
    assert heard == [
        ("in", 0, MAX_LINES - 2),
        ("in", MAX_LINES - 1, MAX_LINES - 1),
        ("out", 0, 1),
        ("in", MAX_LINES - 2, MAX_LINES - 1),
    ]
    heard.clear()
    model.set_scheme(DARK)
    assert heard == [("changed", 0, 0, MAX_LINES - 1, 3)]
    heard.clear()
    assert model.add(lines(2000, *["v1=9"] * MAX_LINES)) == MAX_LINES
    model.set_only_rejected(True)
    model.clear()
    assert heard == [("reset",)] * 3
    heard.clear()
    assert model.add(lines(4000, "v1=1")) == 0
    assert heard == []


def test_both_lists_are_bounded_whichever_is_shown() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "first", *["oops"] * MAX_LINES))
    model.set_only_rejected(True)
    assert [line.number for line in model.lines] == list(range(2, MAX_LINES + 2))
    model.add(lines(3000, "v1=1", "v1=2"))
    model.set_only_rejected(False)
    assert [line.number for line in model.lines][-3:] == [MAX_LINES + 1, 3000, 3001]
    assert len(model.lines) == MAX_LINES


def test_a_new_model_is_empty_and_times_have_thousandths() -> None:
    model = watched(ConsoleModel())
    assert (model.rowCount(), model.newest, model.add([])) == (0, 0, 0)
    model.add([ConsoleLine(7, 1_790_000_000_123_456, Grammar().judge(b"v1=1"))])
    assert model.newest == 7
    assert model.index(0, TIME).data().endswith(".123")
