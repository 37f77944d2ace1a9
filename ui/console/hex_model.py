"""The hex view: the last bytes of a board as they came, sixteen to a row, with what of them can be printed.

Invariants: no byte is changed or left out, those between two lines neither; a row begins at a multiple of
sixteen bytes since the start, so that it never moves to another row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QFontDatabase

from app.bench.status import RawBytes
from app.messages.languages import text
from ui import wording

WIDTH = 16
TIME, OFFSET, BYTES, PRINTED = range(4)
_HEADERS = ("column_time", "column_offset", "column_bytes", "column_printed")
_PRINTED = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in range(256))

Index = QModelIndex | QPersistentModelIndex


class HexModel(QAbstractTableModel):
    """A table model with the columns time, place of the first byte, bytes, and printable letters."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._raw = RawBytes()
        self._first = self._count = 0
        """The number of the first row, counted since the start, and how many rows there are."""
        self._places: list[int] = []
        self._headers = [text(code) for code in _HEADERS]
        self.font: QFont = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)

    def show(self, raw: RawBytes) -> int:
        """Show these bytes in place of the earlier ones. Returns how many rows have left at the top."""
        if raw == self._raw:
            return 0
        first = -(-raw.first // WIDTH)
        end = -(-(raw.first + len(raw.data)) // WIDTH)
        before = self._first + self._count
        if not self._first <= first <= before <= end or not self._count:
            self.beginResetModel()
            gone = self._count
            self._take(raw, first, max(0, end - first))
            self.endResetModel()
            return gone
        gone = first - self._first
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            self._first, self._count = first, self._count - gone
            self.endRemoveRows()
        if end > before:
            self.beginInsertRows(QModelIndex(), self._count, self._count + end - before - 1)
            self._take(raw, first, end - first)
            self.endInsertRows()
        else:
            self._take(raw, first, end - first)
        last = before - 1 - first
        if last >= 0:
            self.dataChanged.emit(self.index(last, 0), self.index(last, PRINTED))
        return gone

    def _take(self, raw: RawBytes, first: int, count: int) -> None:
        self._raw, self._first, self._count = raw, first, count
        self._places = [place for place, _ in raw.chunks]

    def row_at(self, at_us: int) -> int:
        """The row with the first byte of the chunk that came at a time; the last row if none came later."""
        chunk = next((place for place, came_us in self._raw.chunks if came_us >= at_us), None)
        row = self._count - 1 if chunk is None else chunk // WIDTH - self._first
        return max(0, min(row, self._count - 1))

    def text_of(self, rows: Sequence[int]) -> str:
        """The given rows as text for the clipboard, as `hexdump -C` would write them."""
        columns = (OFFSET, BYTES, PRINTED)
        return "\n".join("  ".join(self._text(row, column) for column in columns) for row in rows)

    def set_text_size(self, size_pt: float) -> None:
        """Show the bytes in letters of this size; the view paints itself again."""
        self.font.setPointSizeF(size_pt)

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
        """The text or the font of a cell, depending on `role`; None for other roles."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        return self.font if role == Qt.ItemDataRole.FontRole else None

    def _text(self, row: int, column: int) -> str:
        place = (self._first + row) * WIDTH
        if column == OFFSET:
            return f"{place:08x}"
        if column == TIME:
            chunk = bisect_right(self._places, place) - 1
            return wording.clock(self._raw.chunks[chunk][1] / 1e6, fraction=True)
        found = self._raw.data[place - self._raw.first : place - self._raw.first + WIDTH]
        if column == PRINTED:
            return "".join(_PRINTED[byte] for byte in found)
        half = WIDTH // 2
        return f"{found[:half].hex(' ')}  {found[half:].hex(' ')}".ljust(3 * WIDTH)
