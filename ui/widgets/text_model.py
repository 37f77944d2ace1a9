"""A table model of plain text with the newest row last; `show` replaces all rows at once.

Invariant: selected rows stay selected if the new list only drops rows at the top and adds rows at the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui import wording

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, ...]


class TextModel(QAbstractTableModel):
    """A table model of texts, with a header for each column."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._rows: list[Row] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Replace all rows by `rows`. The oldest row must be the first."""
        old, new = self._rows, list(rows)
        gone = old.index(new[0]) if new and new[0] in old else len(old)
        kept = len(old) - gone
        if old[gone:] != new[:kept]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del old[:gone]
            self.endRemoveRows()
        if len(new) > kept:
            self.beginInsertRows(QModelIndex(), kept, len(new) - 1)
            old.extend(new[kept:])
            self.endInsertRows()

    def text_of(self, rows: Sequence[int]) -> str:
        """The given rows as text for the clipboard: one line per row, with tabs between the columns."""
        return "\n".join("\t".join(self._rows[row]) for row in rows)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of columns; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """The title of a column, or the alignment of the title, depending on `role`; None for other roles."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text or the tool tip of a cell, depending on `role`; None for other roles."""
        text = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return wording.tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else None
