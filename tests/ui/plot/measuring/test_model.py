"""The rows of the table of statistics: what they show, and what is copied of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtTest import QSignalSpy

from app.wire.datastreams import LineStyle
from ui.plot.curves import Style
from ui.plot.measuring.model import Row, StatisticsModel

DOWN, ACROSS = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
DISPLAY, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
ALIGNMENT, MARK = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.DecorationRole
WARM = Style("v1", "<b>warm</b>", "°C", "#0072B2", device="oven", shows_device=True)
COLD = Style("v2", "cold", "", "#D55E00", LineStyle.DASHED)
FIGURES = ("−1", "1,234", "−2.5", "3", "0.25", "1", "−0.5", "–")
TITLES = ("Curve", "Δy", "Count", "Min", "Max", "Mean", "σ", "Slope/s", "f (Hz)")


@pytest.fixture
def model(qapp: object) -> StatisticsModel:
    assert qapp
    made = StatisticsModel()
    made.show([Row(WARM, FIGURES), Row(COLD, ("…",) * 8, tip="tip_newest_readings")])
    return made


def row(model: StatisticsModel, number: int, role: int = DISPLAY) -> list[object]:
    return [model.index(number, column).data(role) for column in range(model.columnCount())]


def test_each_curve_has_a_row_below_the_titles(model: StatisticsModel) -> None:
    titles = [model.headerData(column, ACROSS, DISPLAY) for column in range(model.columnCount())]
    assert tuple(titles) == TITLES
    assert model.headerData(0, DOWN, DISPLAY) is None
    assert row(model, 0) == ["oven: <b>warm</b> (°C)", *FIGURES]
    assert row(model, 1) == ["cold", *["…"] * 8]
    assert model.rowCount() == 2
    assert (model.rowCount(model.index(0, 0)), model.columnCount(model.index(0, 0))) == (0, 0)


def test_the_first_column_has_the_marks_of_the_curves(model: StatisticsModel) -> None:
    marks = [row(model, number, MARK) for number in range(2)]
    for mark, *others in marks:
        assert isinstance(mark, QIcon)
        assert others == [None] * 8
    drawn = [mark.pixmap(46, 28).toImage() for mark, *_ in marks if isinstance(mark, QIcon)]
    middle = drawn[0].height() // 2
    assert drawn[0].pixelColor(2, middle) == QColor(WARM.color)
    # The dashed line has a gap where the other has none.
    gap = drawn[0].width() // 2 - 3
    assert (drawn[0].pixelColor(gap, middle).alpha(), drawn[1].pixelColor(gap, middle).alpha()) == (255, 0)


def test_numbers_are_at_the_right_and_names_at_the_left(model: StatisticsModel) -> None:
    middle, left, right = (
        Qt.AlignmentFlag.AlignVCenter,
        Qt.AlignmentFlag.AlignLeft,
        Qt.AlignmentFlag.AlignRight,
    )
    expected = [left | middle, *[right | middle] * 8]
    assert row(model, 0, ALIGNMENT) == expected
    assert [model.headerData(column, ACROSS, ALIGNMENT) for column in range(9)] == expected
    assert model.headerData(0, ACROSS, MARK) is None


def test_tips_explain_the_figures_and_show_names_that_are_cut_off(model: StatisticsModel) -> None:
    tips = [model.headerData(column, ACROSS, TIP) for column in range(9)]
    assert [tip is not None for tip in tips] == [False, True, False, False, False, True, True, True, True]
    assert tips[1] == "The value at B minus that at A"
    assert row(model, 0, TIP) == ["<span>oven: &lt;b&gt;warm&lt;/b&gt; (°C)</span>", *[None] * 8]
    assert row(model, 1, TIP)[2] == (
        "There are more readings between the cursors; only the newest count here."
    )


def test_a_name_from_right_to_left_does_not_reorder_its_unit(model: StatisticsModel) -> None:
    model.show([Row(Style("v1", "חם", "°C", "#0072B2"), FIGURES)])
    assert row(model, 0)[0] == "\u2068חם\u2069 (°C)"
    assert model.text_of([0]).startswith("חם (°C)\t")


def test_copied_rows_have_numbers_that_a_spreadsheet_understands(model: StatisticsModel) -> None:
    warm = "oven: <b>warm</b> (°C)\t-1\t1,234\t-2.5\t3\t0.25\t1\t-0.5\t–"
    cold = "cold" + "\t…" * 8
    assert model.text_of([0]) == warm
    assert model.text_of([0, 1]) == f"{warm}\n{cold}"
    assert model.text_of([]) == ""
    assert model.whole_text() == "\n".join(("\t".join(TITLES), warm, cold))


def test_figures_change_in_place_and_other_curves_replace_all_rows(model: StatisticsModel) -> None:
    reset, changed = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)
    model.show([Row(WARM, FIGURES), Row(COLD, FIGURES)])
    assert (reset.count(), changed.count()) == (0, 1)
    first, last, *_ = changed.at(0)
    assert isinstance(first, QModelIndex)
    assert isinstance(last, QModelIndex)
    assert [(cell.row(), cell.column()) for cell in (first, last)] == [(1, 1), (1, 8)]
    assert row(model, 1) == ["cold", *FIGURES]
    model.show([Row(COLD, FIGURES)])
    assert (reset.count(), changed.count()) == (1, 1)
    assert row(model, 0)[0] == "cold"
    model.show([Row(COLD._replace(color="#009E73"), FIGURES)])
    assert reset.count() == 2
