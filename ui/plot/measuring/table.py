"""The table of the statistics between the cursors. Its rows can be copied.

Invariants: columns only grow while the same curves are shown, because columns that follow their numbers would
tremble; the name takes the spare width; the table is as high as its rows, up to a number of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.messages.languages import text
from ui.plot.line_sample import SAMPLE
from ui.plot.measuring.model import CURVE, StatisticsModel
from ui.widgets.rows_view import RowsView

MOST_ROWS = 5
_LEAST_LETTERS, _MOST_LETTERS = 12, 36
"""The name, with its mark, has room for at least and at most so many letters, unless there is spare width."""


class StatisticsTable(RowsView):
    """The view of a `StatisticsModel`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("label_statistics"), parent)
        self.rows = StatisticsModel(self)
        self.setModel(self.rows)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setIconSize(SAMPLE)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.copying = self._copy_chosen
        self._most_rows = MOST_ROWS
        self._wanted = [0] * self.rows.columnCount()
        """The widths that the columns need."""
        self.rows.modelReset.connect(self._begin_again)
        self.rows.dataChanged.connect(lambda *_: self._measure())

    def set_most_rows(self, most: int) -> None:
        """Show at most so many rows at a time; the others are reached by scrolling."""
        if most != self._most_rows:
            self._most_rows = most
            self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the header and the rows."""
        count = self.rows.rowCount()
        height = self.horizontalHeader().sizeHint().height()
        height += min(max(1, count), self._most_rows) * self.verticalHeader().defaultSectionSize()
        beside = self.verticalScrollBar().sizeHint().width() if count > self._most_rows else 0
        if sum(self._widths()) + beside > self.width():
            height += self.horizontalScrollBar().sizeHint().height()
        return QSize(super().sizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Give the spare width to the name."""
        super().resizeEvent(event)
        self._distribute()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Measure all columns again in a new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._begin_again()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Open a menu that copies the selected rows, or all of them."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = menu.addAction(text("menu_copy_rows"))
        rows.setEnabled(bool(self.chosen))
        rows.triggered.connect(lambda: self.copy(self.chosen))
        menu.addAction(text("menu_copy_statistics")).triggered.connect(self._copy_all)
        menu.popup(event.globalPos())

    def _copy_chosen(self, rows: Sequence[int]) -> None:
        if rows:
            self.copy(rows)
        else:
            self._copy_all()

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.rows.whole_text())

    def _begin_again(self) -> None:
        self._wanted = [0] * self.rows.columnCount()
        self._measure()

    def _measure(self) -> None:
        """Find out which widths the columns need."""
        header, metrics, needed = self.horizontalHeader(), self.fontMetrics(), list[int]()
        for column in range(self.rows.columnCount()):
            cells = [self.rows.index(row, column) for row in range(self.rows.rowCount())]
            lengths = [metrics.horizontalAdvance(cell.data()) for cell in cells]
            # Qt's own hints take too long to be asked for each cell.
            beside = self.sizeHintForIndex(cells[0]).width() + 1 - lengths[0] if cells else 0
            needed.append(max(max(lengths, default=0) + beside, header.sectionSizeHint(column)))
        wanted = list(map(max, self._wanted, needed))
        if wanted != self._wanted:
            self._wanted = wanted
            self._distribute()
            self.updateGeometry()

    def _widths(self) -> list[int]:
        """The widths of all columns before the name gets the spare width."""
        letter = self.fontMetrics().averageCharWidth()
        name = min(max(self._wanted[CURVE], _LEAST_LETTERS * letter), _MOST_LETTERS * letter)
        return [name, *self._wanted[CURVE + 1 :]]

    def _distribute(self) -> None:
        name, *others = self._widths()
        spare = self.viewport().width() - sum(others)
        for column, width in enumerate((max(name, spare), *others)):
            self.setColumnWidth(column, width)
