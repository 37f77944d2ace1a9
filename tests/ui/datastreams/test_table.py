"""The datastream table: what its cells paint, where and in which colour, and how wide its columns are."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.wire.datastreams import LineStyle
from tests.ui.datastreams.test_model import BLUE, LOOKS, ORANGE, hide, row, update
from ui.datastreams.cell import TwoLineCell
from ui.datastreams.model import FATES, NAME, VALUE, Section
from ui.datastreams.table import DatastreamTable
from ui.plot.curves import NO_LOOK, Key, TextLook
from ui.theme.colors import DARK, LIGHT, Scheme

FONT_PT = 10.0
THREE = [BLUE, NO_LOOK, ORANGE]
AREA = QRect(100, 46, 200, 46)
SELECTED, FOCUSED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus


class Brush:
    """A stand-in for `QPainter` that records each call as text, and each colour by its name in the scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.lines: list[str] = []
        self._names = {QColor(color).name(): name for name, color in list(scheme._asdict().items())[1:]}
        self._font = self._pen = self._brush = ""

    def _color(self, color: QColor) -> str:
        return self._names.get(color.name(), color.name().upper())

    def save(self) -> None:
        self.lines.append("save")

    def restore(self) -> None:
        self.lines.append("restore")

    def setRenderHint(self, hint: QPainter.RenderHint) -> None:
        self.lines.append(str(hint.name))

    def setFont(self, font: QFont) -> None:
        self._font = f"{font.pointSizeF() / FONT_PT:g} {font.weight().name}"

    def setPen(self, pen: QPen | QColor) -> None:
        self._pen = (
            self._color(pen) if isinstance(pen, QColor) else f"{self._color(pen.color())} {pen.width()}"
        )

    def setBrush(self, brush: QColor | Qt.BrushStyle) -> None:
        self._brush = f"filled {self._color(brush)}" if isinstance(brush, QColor) else "hollow"

    def fillRect(self, *what: Any) -> None:
        *places, color = what
        place = places[0] if len(places) == 1 else QRect(*places)
        self.lines.append(f"ground {_told(place)} {self._color(color)}")

    def drawRect(self, place: QRect) -> None:
        self.lines.append(f"frame {_told(place)} {self._pen} {self._brush}")

    def drawEllipse(self, *place: int) -> None:
        self.lines.append(f"spot {_told(QRect(*place))} {self._pen} {self._brush}")

    def fillPath(self, path: QPainterPath, color: QColor) -> None:
        spots = [polygon.boundingRect().toRect() for polygon in path.toSubpathPolygons()]
        self.lines.append(f"line {' '.join(map(_told, spots))} {self._color(color)}")

    def drawText(self, place: QRect, flags: Qt.AlignmentFlag, text: str) -> None:
        wanted = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        assert int(flags) & wanted == wanted
        side = "right" if flags & Qt.AlignmentFlag.AlignRight else "left"
        self.lines.append(f"{text!r} {side} {_told(place)} {self._font} {self._pen}")


def _told(place: QRect) -> str:
    return f"{place.x()},{place.y()} {place.width()}x{place.height()}"


@pytest.fixture
def table(qtbot: QtBot) -> DatastreamTable:
    table = DatastreamTable()
    qtbot.addWidget(table)
    rows = [row("v1", 21.5, "Air", forwarded=5, refused=1), row("v2", "calm"), row("v3")]
    update(table.rows, rows, THREE, 0, has_cloud=True)
    return table


def cells(table: DatastreamTable) -> TwoLineCell:
    found = table.itemDelegate()
    assert isinstance(found, TwoLineCell)
    return found


def an_option(state: QStyle.StateFlag = QStyle.StateFlag.State_None) -> QStyleOptionViewItem:
    option = QStyleOptionViewItem()
    font = QFont()
    font.setPointSizeF(FONT_PT)
    fields = cast(Any, option)  # because PySide6's stubs lack these fields
    fields.font, fields.rect, fields.state = font, AREA, state
    return option


def check(table: DatastreamTable, number: int, column: int, text: str, **looks: Any) -> None:
    scheme, state = looks.get("scheme", LIGHT), looks.get("state", QStyle.StateFlag.State_None)
    table.set_scheme(scheme)
    brush = Brush(scheme)
    cells(table).paint(cast(QPainter, brush), an_option(state), table.rows.index(number, column))
    first, second, *lines, last = brush.lines
    assert (first, second, last) == ("save", "Antialiasing", "restore")
    assert lines == [line.strip() for line in text.strip().splitlines()]


def test_a_cell_is_a_large_line_above_a_small_one(table: DatastreamTable) -> None:
    check(
        table,
        *(0, VALUE),
        """
        ground 100,91 200x1 border
        '21.5 °C' right 110,51 180x19 1.15 DemiBold text
        '0 lines/s' right 110,70 180x17 0.86 Normal faint
        """,
    )
    check(
        table,
        *(1, FATES),
        """
        ground 100,91 200x1 border
        '0' right 110,51 180x19 1 Normal text
        'none waiting' right 110,70 180x17 0.86 Normal faint
        """,
    )


def test_refused_readings_are_marked_by_sign_and_colour(table: DatastreamTable) -> None:
    check(
        table,
        *(0, FATES),
        """
        ground 100,91 200x1 border
        '5' right 110,51 180x19 1 Normal text
        '◐ 1 refused' right 110,70 180x17 0.86 Normal warn
        """,
    )


def test_beside_a_name_is_a_dot_filled_while_its_curve_is_shown(table: DatastreamTable) -> None:
    text = """
        ground 100,91 200x1 border
        spot 111,62 10x10 #0072B2 2 SPOT
        'Air' left 130,51 160x19 1 DemiBold text
        'v1' left 130,70 160x17 0.86 Normal faint
        """
    check(table, *(0, NAME), text.replace("SPOT", "filled #0072B2"))
    hide(table.rows, "v1")
    check(table, *(0, NAME), text.replace("SPOT", "hollow").replace("DemiBold text", "DemiBold faint"))


def test_below_the_dot_is_a_sample_of_a_line_that_is_not_solid(table: DatastreamTable) -> None:
    update(table.rows, [row("v1"), row("v2")], LOOKS, 0, has_cloud=True)
    text = """
        ground 100,91 200x1 border
        spot 111,56 10x10 #D55E00 2 SPOT
        line 108,71 6x3 117,71 6x3 #D55E00
        'v2' left 130,51 160x36 1 DemiBold text
        """
    check(table, *(1, NAME), text.replace("SPOT", "filled #D55E00"))
    hide(table.rows, "v2")
    check(table, *(1, NAME), text.replace("SPOT", "hollow").replace("DemiBold text", "DemiBold faint"))


def test_beside_a_name_of_texts_is_a_square_and_they_have_no_look_to_choose(table: DatastreamTable) -> None:
    looks = [THREE[0], TextLook(LIGHT.faint, LineStyle.SOLID)]
    update(table.rows, [row("v1"), row("v2", "calm")], looks, 0, has_cloud=True)
    text = """
        ground 100,91 200x1 border
        frame 111,62 10x10 faint 2 SPOT
        'v2' left 130,51 160x36 1 DemiBold text
        """
    check(table, *(1, NAME), text.replace("SPOT", "filled faint"))
    hide(table.rows, "v2")
    check(table, *(1, NAME), text.replace("SPOT", "hollow").replace("DemiBold text", "DemiBold faint"))
    assert [table.rows.has_curve(number) for number in range(2)] == [True, False]
    assert [table.rows.is_plotted(number) for number in range(2)] == [True, True]


def test_what_is_not_in_the_plot_has_no_dot_and_a_single_line_takes_the_whole_height(
    table: DatastreamTable,
) -> None:
    check(
        table,
        *(1, NAME),
        """
        ground 100,91 200x1 border
        'v2' left 130,51 160x36 1 DemiBold text
        """,
    )


def test_selected_and_focused_cells_are_marked_in_every_scheme(table: DatastreamTable) -> None:
    line = "ground 100,91 200x1 border\n'21.5 °C' right 110,51 180x19 1.15 DemiBold text"
    line += "\n'0 lines/s' right 110,70 180x17 0.86 Normal faint"
    chosen, framed = "ground 100,46 200x46 selection\n", "\nframe 101,47 197x43 accent 1 hollow"
    for scheme in (LIGHT, DARK):
        check(table, *(0, VALUE), chosen + line, scheme=scheme, state=SELECTED)
        check(table, *(0, VALUE), line + framed, scheme=scheme, state=FOCUSED)


def test_text_that_does_not_fit_is_elided(table: DatastreamTable) -> None:
    update(table.rows, [row("v1", name="Air of the greenhouse" * 9)], [BLUE], 0, has_cloud=True)
    brush = Brush(LIGHT)
    cells(table).paint(cast(QPainter, brush), an_option(), table.rows.index(0, NAME))
    (name,) = [line for line in brush.lines if line.startswith("'Air")]
    assert "…' left" in name


def test_a_cell_is_as_wide_as_its_longer_line(table: DatastreamTable) -> None:
    def width(text: str, by: float, weight: QFont.Weight = QFont.Weight.Normal) -> int:
        font = QFont()
        font.setPointSizeF(FONT_PT * by)
        font.setWeight(weight)
        return QFontMetrics(font).horizontalAdvance(text)

    wanted = {
        (0, NAME): width("Air", 1, QFont.Weight.DemiBold) + 20 + 20,
        (0, VALUE): width("21.5 °C", 1.15, QFont.Weight.DemiBold) + 20,
        (1, NAME): width("v2", 1, QFont.Weight.DemiBold) + 20 + 20,
        (0, FATES): width("◐ 1 refused", 0.86) + 20,
        (1, FATES): width("none waiting", 0.86) + 20,
    }
    option = an_option()
    height = 2 * QFontMetrics(option.font).height() + 18  # type: ignore[attr-defined]
    for place, letters in wanted.items():
        size = cells(table).sizeHint(an_option(), table.rows.index(*place))
        assert (size.width(), size.height()) == (letters, height)


def least_widths(table: DatastreamTable) -> list[int]:
    letter, header = table.fontMetrics().averageCharWidth(), table.horizontalHeader()
    return [
        max(header.sectionSizeHint(column), letters * letter)
        for column, letters in ((NAME, 0), (VALUE, 17), (FATES, 13))
    ]


def test_values_and_fates_have_a_share_of_the_width_and_the_name_the_rest(table: DatastreamTable) -> None:
    letter, least = table.fontMetrics().averageCharWidth(), least_widths(table)
    for width, value, fates in (
        (20 * letter, least[VALUE], least[FATES]),
        (65 * letter, 65 * letter * 28 // 100, 65 * letter * 36 // 100),
        (100 * letter, 20 * letter, 24 * letter),
    ):
        table.resize(width, 300)
        table.grab()
        assert [table.columnWidth(column) for column in (VALUE, FATES)] == [value, fates]
    assert table.columnWidth(NAME) == (100 - 20 - 24) * letter


def test_names_and_fates_get_the_room_they_need_before_it_is_shared(table: DatastreamTable) -> None:
    rows = [row("v1", name="Temperature of air", forwarded=5, refused=6100), row("v2", "calm"), row("v3")]
    update(table.rows, rows, THREE, 0, has_cloud=True)
    option, least = QStyleOptionViewItem(), least_widths(table)
    table.initViewItemOption(option)
    needed = {n: cells(table).sizeHint(option, table.rows.index(0, n)).width() for n in (NAME, FATES)}
    wanted = {column: max(width, least[column]) for column, width in needed.items()}
    table.resize(least[VALUE] + sum(wanted.values()), 300)
    table.grab()
    after = {column: table.columnWidth(column) for column in wanted}
    assert after == wanted
    rows[0] = row("v1", name="Air", forwarded=5)
    update(table.rows, rows, THREE, 0, has_cloud=True)
    assert {column: table.columnWidth(column) for column in wanted} == wanted
    table.rows.clear()
    update(table.rows, [row("v1", name="Air")], [BLUE], 0, has_cloud=True)
    assert table._wanted[NAME] < needed[NAME]


def test_a_long_header_of_the_names_keeps_its_width(table: DatastreamTable) -> None:
    table.rows._headers[NAME] = "datastreams with a long name"
    letter, least = table.fontMetrics().averageCharWidth(), least_widths(table)
    table.resize(sum(least) + 5 * letter, 300)
    table.grab()
    assert [table.columnWidth(column) for column in (NAME, VALUE)] == [
        least[NAME],
        min(20 * letter, (sum(least) + 5 * letter) * 28 // 100),
    ]


def test_the_table_is_at_least_as_wide_as_its_headers_and_short_values(table: DatastreamTable) -> None:
    bar = table.verticalScrollBar().sizeHint().width()
    assert table.minimumSizeHint().width() == sum(least_widths(table)) + bar


def click(table: DatastreamTable, row: int, across: int, column: int = NAME) -> None:
    area = table.visualRect(table.rows.index(row, column))
    place = QPoint(area.left() + across, area.center().y())
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def with_another_device(table: DatastreamTable) -> None:
    first, other = (
        Section("a", [row("v1"), row("v2", "calm")], [BLUE, NO_LOOK]),
        Section("b", [row("v7")], [ORANGE]),
    )
    table.rows.update([first, other], 0)
    table.resize(600, 300)
    table.grab()


def toggled(table: DatastreamTable) -> list[Key]:
    found: list[Key] = []
    table.curve_toggled.connect(found.append)
    return found


def test_a_click_on_a_mark_toggles_the_curve(table: DatastreamTable) -> None:
    with_another_device(table)
    found = toggled(table)
    for place in ((0, 26), (0, 27), (0, 5, VALUE), (1, 5), (2, 5), (3, 0)):
        click(table, *place)
    area = table.visualRect(table.rows.index(0, NAME))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 290))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=QPoint(5, area.center().y()))
    assert found == [("a", "v1"), ("b", "v7")]


def test_space_toggles_the_curve_of_the_chosen_row(table: DatastreamTable) -> None:
    with_another_device(table)
    found = toggled(table)
    QTest.keyClick(table, Qt.Key.Key_Space)
    table.setCurrentIndex(table.rows.index(0, VALUE))
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(table, key)
    assert found == [("a", "v1"), ("b", "v7")]  # a text has no curve, and the heading is passed over


def test_a_heading_has_the_whole_width(table: DatastreamTable) -> None:
    with_another_device(table)
    assert [table.columnSpan(n, NAME) for n in range(4)] == [1, 1, 3, 1]
    assert [table.rowHeight(n) for n in range(4)] == [46, 46, table.fontMetrics().height() + 14, 46]
    check(table, *(2, NAME), "ground 100,91 200x1 border\n'b' left 110,51 180x36 1 DemiBold faint")
    wanted = dict(table._wanted)
    table.rows.update([Section("a", [row("v1")], [BLUE]), Section("b" * 99, [row("v7")], [ORANGE])], 0)
    assert table._wanted[NAME] <= wanted[NAME]
    table.rows.update([Section("a", [row("v1"), row("v2"), row("v3")], THREE)], 0)
    assert [table.columnSpan(n, NAME) for n in range(3)] == [1, 1, 1]
    assert [table.rowHeight(n) for n in range(3)] == [46, 46, 46]


def test_the_chosen_row_stays_while_rows_come_before_it(table: DatastreamTable) -> None:
    with_another_device(table)
    table.setCurrentIndex(table.rows.index(3, NAME))
    first, other = Section("a", [row("v1"), row("v2"), row("v3")], THREE), Section("b", [row("v7")], [ORANGE])
    table.rows.update([first, other], 0)
    assert table.currentIndex().row() == 4
    table.rows.update([first], 0)
    assert not table.currentIndex().isValid()
    table.rows.update([first, other], 0)
    assert table.currentIndex().row() == 4


def test_rows_are_selected_one_at_a_time_and_have_no_grid(table: DatastreamTable) -> None:
    assert table.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
    assert table.selectionMode() is QAbstractItemView.SelectionMode.SingleSelection
    assert table.horizontalScrollMode() is QAbstractItemView.ScrollMode.ScrollPerPixel
    assert table.frameShape() is QFrame.Shape.NoFrame
    assert (table.showGrid(), table.wordWrap(), table.tabKeyNavigation()) == (False, False, False)
    assert table.verticalHeader().isHidden()
    assert table.rowHeight(0) == 46
    header = table.horizontalHeader()
    assert (header.highlightSections(), header.sectionsClickable()) == (False, False)
    assert header.minimumSectionSize() == 70
    resizing = [header.sectionResizeMode(column) for column in (NAME, VALUE, FATES)]
    mode = QHeaderView.ResizeMode
    assert resizing == [mode.Stretch, mode.Fixed, mode.Fixed]
    assert table.accessibleName() == "Datastreams"
