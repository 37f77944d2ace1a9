"""The datastream table at the left: each row has a mark that looks as its curve.

The table is the legend of the plot, too: the mark of a row hides and shows its curve.

Invariant: the chosen row stays the same while rows come and go.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.messages.languages import text
from ui.datastreams.cell import PAD_PX, SPOT_PX, TwoLineCell, heading_px, row_px
from ui.datastreams.model import (
    FATES,
    NAME,
    VALUE,
    DatastreamModel,
)
from ui.datastreams.staleness import Staleness
from ui.plot.curves import Key
from ui.theme.colors import Scheme

_MOST_LETTERS = 30
"""Longer names and fates may be cut off; tool tips show them whole."""


class DatastreamTable(QTableView):
    """The table view of the datastreams; its model is `rows`."""

    curve_toggled = Signal(object)
    """Emitted when the user hides or shows a curve. Argument: its `Key`."""
    edit_asked = Signal(str, str)
    """Emitted when the user wants to edit a datastream. Arguments: target and device."""
    look_asked = Signal(str, str)
    """Emitted when the user wants another colour or line for a curve. Arguments: target and device."""

    def __init__(self, parent: QWidget | None = None, staleness: Staleness | None = None) -> None:
        super().__init__(parent)
        self.rows = DatastreamModel(self, staleness)
        self.setModel(self.rows)
        self._cells = TwoLineCell(self)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(text("label_datastreams"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setDefaultSectionSize(row_px(self.fontMetrics()))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(70)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(FATES, QHeaderView.ResizeMode.Fixed)
        self.activated.connect(self._activated)
        self._wanted: dict[int, int] = {}
        """The widths that the columns need; they only grow, or the columns would tremble."""
        self._current: Key | None = None
        """The row to choose again after a reset of the model."""
        self.rows.modelAboutToBeReset.connect(self._note_current)
        self.rows.modelReset.connect(self._measure_again)
        self.rows.modelReset.connect(self._arrange_rows)
        self.rows.rowsInserted.connect(self._arrange_rows)
        self.rows.rowsInserted.connect(lambda _, first, last: self._measure(first, last))
        self.rows.dataChanged.connect(self._measure_changed)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._cells.scheme = scheme
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Show only names and live values, or all columns again."""
        if compact != self.isColumnHidden(FATES):
            self.setColumnHidden(FATES, compact)
            self._distribute()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Distribute the width among the columns; tool tips show the text that a narrow column cuts off."""
        super().resizeEvent(event)
        self._distribute()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit rows and columns to a new font, for example after the user has changed the size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(row_px(self.fontMetrics()))
            self._arrange_rows()
            self._measure_again()

    def _measure_again(self) -> None:
        self._wanted = {}
        self._measure(0, self.rows.rowCount() - 1)
        self._distribute()

    def _measure_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._measure(first.row(), last.row(), range(first.column(), last.column() + 1))

    def _measure(self, first: int, last: int, columns: Sequence[int] = (NAME, VALUE, FATES)) -> None:
        """Give the cells of these rows and `columns` the room that they need, if there is any."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        grown = False
        rows = (row for row in range(first, last + 1) if not self.rows.is_heading(row))
        for row, column in itertools.product(rows, columns):
            width = self._cells.sizeHint(option, self.rows.index(row, column)).width()
            if width > self._wanted.get(column, 0):
                self._wanted[column], grown = width, True
        if grown:
            self._distribute()

    def _distribute(self) -> None:
        """Share the width: first what names, fates and values need, then shares of what is left."""
        width, letter = self.viewport().width(), self.fontMetrics().averageCharWidth()
        widths = self._least_widths()
        spare = max(0, width - sum(widths))

        def widen(column: int, wanted: int) -> None:
            nonlocal spare
            more = min(max(0, wanted - widths[column]), spare)
            widths[column] += more
            spare -= more

        for column in (NAME, FATES, VALUE):
            if not self.isColumnHidden(column):
                widen(column, min(self._wanted.get(column, 0), _MOST_LETTERS * letter))
        for column, share, most in ((VALUE, 28, 20), (FATES, 36, 24)):
            if not self.isColumnHidden(column):
                widen(column, min(width * share // 100, most * letter))
            self.setColumnWidth(column, widths[column])

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size wide enough for short values and for the headers in any language."""
        width = sum(self._least_widths()) + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())

    def _least_widths(self) -> list[int]:
        widths = [self.horizontalHeader().sectionSizeHint(column) for column in (NAME, VALUE, FATES)]
        for column, letters in ((VALUE, 17), (FATES, 13)):
            widths[column] = max(widths[column], letters * self.fontMetrics().averageCharWidth())
        return [0 if self.isColumnHidden(column) else width for column, width in enumerate(widths)]

    def _note_current(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self._current = self.rows.key(current.row())

    def _arrange_rows(self) -> None:
        """Let each heading have the whole width and one line, and choose the row again that was chosen."""
        self.clearSpans()
        metrics = self.fontMetrics()
        for row in range(self.rows.rowCount()):
            is_heading = self.rows.is_heading(row)
            if is_heading:
                self.setSpan(row, NAME, 1, self.rows.columnCount())
            self.setRowHeight(row, heading_px(metrics) if is_heading else row_px(metrics))
        before = self.rows.row_of(self._current) if self._current else None
        if before is not None and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(before, NAME))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hide or show the curve whose mark is clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and self._is_mark(event, index):
            self._toggle(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Edit the datastream on which the user clicks twice, unless the clicks are for its mark."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._is_mark(event, index):
            self._activated(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hide or show the curve of the chosen row on Space."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Open the menu of the row that is clicked, or of the chosen row if the key is pressed."""
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if not index.isValid() or self.rows.is_heading(index.row()):
            return
        place = self.visualRect(index).center() if is_key else event.pos()
        self._menu(index).popup(self.viewport().mapToGlobal(place))

    def _menu(self, index: QModelIndex) -> QMenu:
        device, target = key = self.rows.key(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.rows.is_plotted(index.row()):
            code = "menu_show_curve" if self.rows.is_hidden(index.row()) else "menu_hide_curve"
            menu.addAction(text(code)).triggered.connect(lambda: self.curve_toggled.emit(key))
        if self.rows.has_curve(index.row()):
            menu.addAction(text("menu_look")).triggered.connect(lambda: self.look_asked.emit(target, device))
        edit = menu.addAction(text("menu_edit_datastream"))
        edit.triggered.connect(lambda: self.edit_asked.emit(target, device))
        return menu

    def _is_mark(self, event: QMouseEvent, index: QModelIndex) -> bool:
        """Whether the mouse is at the mark of the row `index`."""
        if not index.isValid() or index.column() != NAME or not self.rows.is_plotted(index.row()):
            return False
        return event.position().x() - self.visualRect(index).left() <= PAD_PX + SPOT_PX + 4

    def _toggle(self, index: QModelIndex) -> None:
        if self.rows.is_plotted(index.row()):
            self.curve_toggled.emit(self.rows.key(index.row()))

    def _activated(self, index: QModelIndex) -> None:
        if not self.rows.is_heading(index.row()):
            device, target = self.rows.key(index.row())
            self.edit_asked.emit(target, device)
