"""The table model of the console: the rows of its log that pass the filter.

Invariants: what a cell shows is made only when it is painted; cleared lines do not come back; while rows are
added at the end and leave at the top, selected rows stay selected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase

from app.messages.languages import text
from ui import wording
from ui.console.filtering import Filter, Listing
from ui.console.log import Log, News, Row, RowKind
from ui.console.row_text import RowText
from ui.console.search import Search
from ui.theme.colors import LIGHT, Scheme

TIME, DEVICE, VERDICT, TEXT, HINT = range(5)
_HEADERS = ("column_time", "column_board", "column_verdict", "column_line", "column_hint")
ROW = Qt.ItemDataRole.UserRole
"""The role that gives the `Row` of a cell."""

Index = QModelIndex | QPersistentModelIndex
_PLAIN = (RowKind.ACCEPTED, RowKind.COMMENT, RowKind.SENT)
_BAD = (RowKind.REJECTED, RowKind.NOT_TAKEN)
_OF_QT = Qt.ItemDataRole
_ROLES = {
    *(int(_OF_QT.DisplayRole), int(_OF_QT.ForegroundRole), int(_OF_QT.FontRole)),
    *(int(_OF_QT.BackgroundRole), int(_OF_QT.ToolTipRole), int(ROW)),
}
"""Views ask for many more roles, hundreds of times for each frame."""


class ConsoleModel(QAbstractTableModel):
    """A table model with the columns time, board, verdict, line as received, and hint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = Log()
        self._listing = Listing(self.log)
        self.search = Search(self.log, self._listing)
        self.texts = RowText()
        self.copies_details = False
        """Whether copied rows have their time, verdict and hint."""
        self._count = 0
        self.scheme = LIGHT
        self._colors: dict[str, QColor] = {}
        self._headers = [text(code) for code in _HEADERS]
        self.font: QFont = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)

    @property
    def filter(self) -> Filter:
        """Which rows are shown."""
        return self._listing.filter

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the rows that are shown, from top to bottom."""
        return self._listing.numbers

    @property
    def rows(self) -> list[Row]:
        """The rows that are shown, from top to bottom."""
        return [self.log[number] for number in self._listing.numbers]

    @property
    def missing(self) -> int:
        """How many lines of the shown devices are left out."""
        return self._listing.missing()

    def row(self, place: int) -> Row:
        """The row at a place in the table, from 0."""
        return self.log[self._listing.numbers[place]]

    def place(self, number: int) -> int:
        """The place of a row in the table, from its number."""
        return self._listing.place(number)

    def add(self, news: Sequence[News]) -> int:
        """Append what is new. Returns how many rows have left at the top."""
        self.log.add(news)
        added = self._listing.extend()
        if added:
            self.beginInsertRows(QModelIndex(), self._count, self._count + added - 1)
            self._count += added
            self.endInsertRows()
        self.log.shrink()
        gone = self._listing.leaving()
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            self._listing.drop()
            self._count -= gone
            self.endRemoveRows()
            self.search.drop()
        self.search.extend()
        return gone

    def set_filter(self, wanted: Filter) -> None:
        """Show the rows that pass `wanted`."""
        self.beginResetModel()
        self._listing.set_filter(wanted)
        self._count = len(self._listing)
        self.endResetModel()
        self.search.begin_again()

    def clear(self) -> None:
        """Remove all rows; from now on, only new ones are shown."""
        self.beginResetModel()
        self.log.clear()
        self._listing.drop()
        self._count = 0
        self.endResetModel()
        self.search.drop()

    def restart(self) -> None:
        """Remove all rows, before lines with lower numbers are added."""
        self.clear()
        self.log.restart()
        self._listing.set_filter(self.filter)

    def set_text_size(self, size_pt: float) -> None:
        """Show the lines in letters of this size; the view paints itself again."""
        self.font.setPointSizeF(size_pt)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.scheme = scheme
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, DEVICE))

    def text_of(self, places: Sequence[int]) -> str:
        """The given rows as text for the clipboard; see `copies_details`."""
        rows = map(self.row, places)
        several = not self.filter.device
        return "\n".join(self.texts.lines(rows, details=self.copies_details, devices=several))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of columns; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """The title of a column, or the alignment of the title, depending on `role`; None for other roles."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, colours, font or tool tip of a cell, depending on `role`; None for other roles."""
        if role not in _ROLES:
            return None
        try:
            row, column = self.row(index.row()), index.column()
        except KeyError:  # It is just leaving.
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._brush(self._color(row.tag.kind, column))
        if role == Qt.ItemDataRole.FontRole:
            return self.font if column in (TIME, TEXT) else None
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._brush(self.scheme.bad_ground) if row.tag.kind in _BAD else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.tooltip(self._text(row, column)) if column in (TEXT, HINT, DEVICE) else None
        return row

    def _brush(self, color: str) -> QColor:
        found = self._colors.get(color)
        if found is None:
            found = self._colors[color] = QColor(color)
        return found

    def _text(self, row: Row, column: int) -> str:
        texts = self.texts
        return (texts.time, texts.device, texts.verdict, texts.line, texts.hint)[column](row)

    def _color(self, kind: RowKind, column: int) -> str:
        scheme = self.scheme
        if kind in _BAD:
            return scheme.bad if column == VERDICT else scheme.text
        if column == VERDICT and kind is RowKind.ACCEPTED:
            return scheme.good
        if column == VERDICT and kind is RowKind.SENT:
            return scheme.accent
        return scheme.text if column == TEXT and kind in _PLAIN else scheme.faint
