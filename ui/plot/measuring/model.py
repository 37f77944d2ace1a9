"""The rows of the table of statistics: one for each visible curve, with the mark of its line.

Invariant: a row that stays keeps its place, so that it stays selected while its figures change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from app.messages.languages import text
from ui import wording
from ui.plot.curves import Style
from ui.plot.line_sample import sample_icon
from ui.plot.measuring.figures import READINGS, TIPS, TITLES

Index = QModelIndex | QPersistentModelIndex
CURVE = 0
_COLUMNS = ("column_curve", *TITLES)


class Row(NamedTuple):
    """What the table says of a curve."""

    style: Style
    figures: tuple[str, ...]
    tip: str = ""
    """The code of what is said of the number of readings; empty if these are all."""

    @property
    def name(self) -> str:
        """The name of the curve, and its unit, which belongs to most figures."""
        return self.style.label + self._unit

    @property
    def shown_name(self) -> str:
        """The same for the screen."""
        return wording.isolated(self.style.label) + self._unit

    @property
    def _unit(self) -> str:
        return f" ({self.style.unit})" if self.style.unit else ""


class StatisticsModel(QAbstractTableModel):
    """A table model of the figures of curves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = [text(column) for column in _COLUMNS]
        self._rows: list[Row] = []
        self._icons: list[QIcon] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        if [row.style for row in rows] != [row.style for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self._icons = [sample_icon(QColor(row.style.color), row.style.line_style) for row in rows]
            self.endResetModel()
            return
        changed = [number for number, row in enumerate(rows) if row != self._rows[number]]
        self._rows = list(rows)
        if changed:
            # At once, because the table measures its columns.
            self.dataChanged.emit(self.index(changed[0], 1), self.index(changed[-1], len(TITLES)))

    def text_of(self, rows: Sequence[int]) -> str:
        """The given rows as text for the clipboard: one line per row, with tabs between the columns.

        Numbers have a plain minus sign, so that a spreadsheet takes them for numbers.
        """
        chosen = [self._rows[row] for row in rows]
        return "\n".join("\t".join((row.name, *map(_number, row.figures))) for row in chosen)

    def whole_text(self) -> str:
        """All rows for the clipboard, with the titles of the columns above them."""
        return "\n".join(("\t".join(self._titles), self.text_of(range(len(self._rows)))))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of columns; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """The title of a column, its alignment or its tool tip, depending on `role`; else None."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and _COLUMNS[section] in TIPS:
            return text(TIPS[_COLUMNS[section]])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, the mark, the alignment or the tool tip of a cell, depending on `role`; else None."""
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.shown_name if column == CURVE else row.figures[column - 1]
        if role == Qt.ItemDataRole.DecorationRole and column == CURVE:
            return self._icons[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == CURVE:
                return wording.tooltip(row.name)
            if column == READINGS + 1 and row.tip:
                return text(row.tip)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == CURVE else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _number(figure: str) -> str:
    return figure.replace("−", "-")
