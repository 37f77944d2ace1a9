"""How rows of the console are written."""

from __future__ import annotations

import pytest

from tests.ui.console.rows import AT_US
from ui.console import row_text
from ui.console.log import Row, RowKind, Tag
from ui.console.row_text import RowText
from ui.wording import clock


def row(at_us: int, kind: RowKind = RowKind.SENT) -> Row:
    return Row(at_us, Tag("green\x07house", kind), "x")


def test_times_have_thousandths_and_few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_text, "_MOST_SECONDS", 2)
    texts = RowText()
    for second in range(5):
        for us, shown in ((0, "000"), (123_456, "123"), (999_999, "999")):
            at_us = AT_US + second * 1_000_000 + us
            assert texts.time(row(at_us)) == f"{clock(at_us // 1_000_000)}.{shown}"


def test_names_of_boards_are_made_safe() -> None:
    assert RowText().device(row(0)) == "green\ufffdhouse"


def test_one_line_that_is_left_out() -> None:
    assert RowText().line(row(0, RowKind.GAP)._replace(judged=1)) == "1 line is not shown"
