"""A table whose rows can be selected and copied, for the console and the lists beside it.

Invariant: rows are copied as a whole, as text whose columns are separated by tabs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

_PAD_PX = 5
_EDGE_PX = 10
"""The room beside a text, with the padding of the cells and some for the next column."""


class _Rows(Protocol):
    def text_of(self, rows: Sequence[int]) -> str:
        """The given rows as text for the clipboard."""


class RowsView(QTableView):
    """A table as wide as its pane, with one line of text per row; the last column takes the spare width."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(8)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + _PAD_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        self.widths: tuple[int | str, ...] = ()
        """The widths of all columns except the last, as they were set."""
        self.copying: Callable[[Sequence[int]], object] = self.copy
        """What copies the given rows on Ctrl+C."""

    def set_widths(self, widths: Sequence[int | str]) -> None:
        """Set the widths of all columns except the last: a number of letters, or the widest text."""
        self.widths = tuple(widths)
        metrics = self.fontMetrics()
        for column, width in enumerate(widths):
            if isinstance(width, str):
                self.setColumnWidth(column, metrics.horizontalAdvance(width) + 2 * _EDGE_PX)
            else:
                self.setColumnWidth(column, width * metrics.averageCharWidth())

    def set_fixed_widths(self, font: QFont, widths: Sequence[int]) -> None:
        """Set the widths of all columns except the last, in letters of a fixed font."""
        letter = QFontMetrics(font).averageCharWidth()
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width * letter + 2 * _EDGE_PX)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit rows and columns to a new font, for example after the user has changed the size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _PAD_PX)
            self.set_widths(self.widths)
            self._widen()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for one row."""
        return QSize(super().minimumSizeHint().width(), self.verticalHeader().defaultSectionSize())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """In a very low view, use the room of the header for rows."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        least = header.sizeHint().height() + self.verticalHeader().defaultSectionSize()
        header.setVisible(self.height() >= least)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Widen columns that are narrower than their titles, whose widths depend on language and font."""
        super().showEvent(event)
        self._widen()

    def _widen(self) -> None:
        header = self.horizontalHeader()
        for column in range(header.count()):
            header.resizeSection(column, max(header.sectionSize(column), header.sectionSizeHint(column)))

    @property
    def chosen(self) -> list[int]:
        """The numbers of the selected rows, from top to bottom."""
        # By ranges, because there may be a hundred thousand rows.
        ranges = {(part.top(), part.bottom()) for part in self.selectionModel().selection().toList()}
        return sorted({row for top, bottom in ranges for row in range(top, bottom + 1)})

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy the selected rows on Ctrl+C; scroll to the newest row on End."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copying(self.chosen)
        elif event.matches(QKeySequence.StandardKey.MoveToEndOfLine):
            self.scrollToBottom()
        else:
            super().keyPressEvent(event)

    def copy(self, rows: Sequence[int]) -> None:
        """Copy the given rows to the clipboard."""
        QGuiApplication.clipboard().setText(cast(_Rows, self.model()).text_of(rows))
