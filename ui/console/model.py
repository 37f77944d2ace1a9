"""The table model of the console: the last lines of a board, each with its verdict and a hint.

Invariants: the model keeps the last `MAX_LINES` lines and, in a separate list, the last `MAX_LINES` rejected
lines, so that valid lines do not push out rejected ones; cleared lines do not come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase

from app.bench.status import ConsoleLine
from app.messages.languages import text, text_of
from app.messages.visible import visible
from app.wire.readings import Kind
from ui import wording
from ui.theme.colors import LIGHT, Scheme

MAX_LINES = 1000
TIME, VERDICT, TEXT, HINT = range(4)
_HEADERS = ("column_time", "column_verdict", "column_line", "column_hint")

Index = QModelIndex | QPersistentModelIndex


class ConsoleModel(QAbstractTableModel):
    """A table model with four columns: time, verdict, line as received, and hint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[ConsoleLine] = []
        self._rejected: list[ConsoleLine] = []
        self._only_rejected = False
        self._scheme = LIGHT
        self._headers = [text(code) for code in _HEADERS]
        self._kinds = {kind: text(code) for kind, code in wording.KIND_LABELS.items()}
        self._font: QFont = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.newest = 0
        """The number of the newest line that was added, even if it has been cleared since."""

    @property
    def lines(self) -> list[ConsoleLine]:
        """The lines that are shown, oldest first."""
        return self._rejected if self._only_rejected else self._all

    def add(self, lines: Sequence[ConsoleLine]) -> int:
        """Append lines. Returns how many rows were removed at the top."""
        if not lines:
            return 0
        self.newest = lines[-1].number
        rejected = [line for line in lines if line.verdict.kind is Kind.REJECTED]
        other, new = (self._all, rejected) if self._only_rejected else (self._rejected, lines)
        other.extend(lines if self._only_rejected else rejected)
        del other[:-MAX_LINES]
        return self._append(new)

    def _append(self, new: Sequence[ConsoleLine]) -> int:
        shown = self.lines
        if not new:
            return 0
        if len(new) >= MAX_LINES:
            dropped = len(shown)
            self.beginResetModel()
            shown[:] = new[-MAX_LINES:]
            self.endResetModel()
            return dropped
        dropped = max(0, len(shown) + len(new) - MAX_LINES)
        if dropped:
            self.beginRemoveRows(QModelIndex(), 0, dropped - 1)
            del shown[:dropped]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), len(shown), len(shown) + len(new) - 1)
        shown.extend(new)
        self.endInsertRows()
        return dropped

    def clear(self) -> None:
        """Remove all lines; from now on, only new lines are shown."""
        self.beginResetModel()
        self._all, self._rejected = [], []
        self.endResetModel()

    def restart(self) -> None:
        """Remove all lines and set `newest` to 0, for example before another device is shown."""
        self.clear()
        self.newest = 0

    def set_only_rejected(self, only_rejected: bool) -> None:
        """Show only rejected lines, or all lines."""
        self.beginResetModel()
        self._only_rejected = only_rejected
        self.endResetModel()

    def set_text_size(self, size_pt: float) -> None:
        """Show the lines in letters of this size; the view paints itself again."""
        self._font.setPointSizeF(size_pt)

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, HINT))

    def text_of(self, rows: Sequence[int]) -> str:
        """The given rows as text for the clipboard: one line per row, with tabs between the columns."""
        return "\n".join(
            "\t".join(str(self._text(self.lines[row], column)) for column in range(len(_HEADERS)))
            for row in rows
        )

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """The number of rows; 0 if `parent` is a cell, because cells have no children."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

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
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._color(line.verdict.kind, column))
        if role == Qt.ItemDataRole.FontRole and column in (TIME, TEXT):
            return self._font
        if role == Qt.ItemDataRole.BackgroundRole and line.verdict.kind is Kind.REJECTED:
            return QColor(self._scheme.bad_ground)
        if role == Qt.ItemDataRole.ToolTipRole and column in (TEXT, HINT):
            return wording.tooltip(self._text(line, column))
        return None

    def _text(self, line: ConsoleLine, column: int) -> str:
        verdict = line.verdict
        if column == TIME:
            return wording.clock(line.received_at_us / 1e6, fraction=True)
        if column == VERDICT:
            return self._kinds[verdict.kind]
        if column == TEXT:
            return visible(verdict.text)
        hint = wording.explain(verdict)
        return visible(text_of(hint)) if hint else ""

    def _color(self, kind: Kind, column: int) -> str:
        scheme = self._scheme
        if kind is Kind.REJECTED:
            return scheme.bad if column == VERDICT else scheme.text
        if column == VERDICT and kind is Kind.ACCEPTED:
            return scheme.good
        plain = column == TEXT and kind in (Kind.ACCEPTED, Kind.COMMENT)
        return scheme.text if plain else scheme.faint
