"""The last lines of a board as rows: bounded, filtered, cleared."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.status import ConsoleLine
from app.wire.readings import Grammar
from ui.colors import DARK
from ui.console_model import HINT, MAX_LINES, TEXT, TIME, VERDICT, ConsoleModel

pytestmark = pytest.mark.usefixtures("qtbot")


def watched(model: ConsoleModel) -> ConsoleModel:
    """A model that Qt's own tester looks at; what it finds is a warning of Qt's, which fails the test."""
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
    assert "=" in model.index(2, HINT).data()
    assert model.index(0, HINT).data() == ""
    assert len(model.index(0, TIME).data()) == len("14:05:09.123")
    assert model.index(2, 0).data(Qt.ItemDataRole.BackgroundRole) is not None
    assert model.index(0, 0).data(Qt.ItemDataRole.BackgroundRole) is None


def test_memory_is_bounded_and_dropped_rows_are_told() -> None:
    model = watched(ConsoleModel())
    assert model.add(lines(1, *["v1=1"] * (MAX_LINES - 1))) == 0
    assert model.add(lines(MAX_LINES, "v1=2", "v1=3", "v1=4")) == 2
    assert model.rowCount() == MAX_LINES
    assert model.lines[-1].verdict.text == "v1=4"
    assert model.add(lines(2000, *["v1=9"] * (MAX_LINES + 5))) == MAX_LINES
    assert model.rowCount() == MAX_LINES
    assert model.newest == 2000 + MAX_LINES + 4


def test_wrong_line_outlives_the_good_ones_that_came_after_it() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "oops"))
    model.add(lines(2, *["v1=1"] * MAX_LINES))
    assert "oops" not in [line.verdict.text for line in model.lines]
    model.set_only_wrong(True)
    assert [line.verdict.text for line in model.lines] == ["oops"]
    model.add(lines(2000, "v1=1", "v256=1"))
    assert [line.verdict.text for line in model.lines] == ["oops", "v256=1"]
    model.set_only_wrong(False)
    assert [line.verdict.text for line in model.lines[-2:]] == ["v1=1", "v256=1"]


def test_cleared_lines_stay_away() -> None:
    model = watched(ConsoleModel())
    model.add(lines(1, "v1=1", "v1=2"))
    model.clear()
    assert (model.rowCount(), model.newest) == (0, 2)
    model.restart()
    assert model.newest == 0
    assert model.add([]) == 0


def test_copied_rows_are_columns_apart_by_tabs() -> None:
    model = watched(ConsoleModel())
    model.set_scheme(DARK)
    model.add(lines(1, "v1=1", "v1=3,14"))
    first, second = model.text_of([0, 1]).splitlines()
    assert first.split("\t")[1:] == ["✓ accepted", "v1=1", ""]
    assert second.split("\t")[2] == "v1=3,14"
