"""Paints the lines of the console: in the colours that the board asks for, with the hits of a search marked.

Invariants: letters can be read on what is behind them in every theme; only the cells in sight are painted.
"""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.console.ansi import Style, colors, styled
from ui.console.log import Row, RowKind
from ui.console.model import ROW, ConsoleModel

_MOST_LETTERS = 2000
"""Of a longer line, only the beginning is painted; the tool tip has all of it."""


class LineDelegate(QStyledItemDelegate):
    """Paints the cells of the column with the lines."""

    def __init__(self, model: ConsoleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.shows_colors = True
        """Whether the colours of the board's log are shown. Its escape sequences never are."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell."""
        row = index.data(ROW)
        if not isinstance(row, Row) or not self._is_special(row):
            super().paint(painter, option, index)
            return
        look = cast(Any, QStyleOptionViewItem(option))  # the type stubs lack its fields
        self.initStyleOption(look, index)
        formats = self.formats(row, is_selected=bool(look.state & QStyle.StateFlag.State_Selected))
        line = look.text[:_MOST_LETTERS]
        style = look.widget.style() if look.widget else QApplication.style()
        look.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, look, painter, look.widget)
        layout = QTextLayout(line, look.font)
        layout.setFormats(formats)
        layout.beginLayout()
        laid = layout.createLine()
        laid.setNumColumns(len(line) or 1)
        layout.endLayout()
        edge = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, look, look.widget) + 1
        text_area = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, look, look.widget)
        area = text_area.adjusted(edge, 0, -edge, 0)
        painter.save()
        painter.setClipRect(area)
        painter.setPen(QColor(self._model.scheme.text))
        layout.draw(painter, QPointF(area.left(), area.top() + (area.height() - laid.height()) / 2))
        painter.restore()

    def _is_special(self, row: Row) -> bool:
        """Whether a line may have colours or marks. Most have none, and Qt paints them, which is quicker."""
        return row.tag.kind is not RowKind.GAP and (
            bool(self._model.search.needle) or (self.shows_colors and not row.text.isprintable())
        )

    def formats(self, row: Row, *, is_selected: bool) -> list[QTextLayout.FormatRange]:
        """How the stretches of a line look that do not look like other text."""
        scheme = self._model.scheme
        ground = scheme.bad_ground if row.tag.kind is RowKind.REJECTED else scheme.card
        ground = scheme.selection if is_selected else ground
        shown, spans = styled(row.text)
        found = []
        if self.shows_colors:
            for start, end, style in spans:
                front, back = colors(style, scheme, ground)
                found.append(_range(start, end, _format(style, front, back)))
        for start, end in self._model.search.places(shown):
            marked = QTextCharFormat()
            marked.setBackground(QBrush(QColor(scheme.warn)))
            marked.setForeground(QBrush(QColor(scheme.card)))
            found.append(_range(start, end, marked))
        return found


def _format(style: Style, front: str, back: str | None) -> QTextCharFormat:
    found = QTextCharFormat()
    found.setForeground(QBrush(QColor(front)))
    if back:
        found.setBackground(QBrush(QColor(back)))
    if style.bold:
        found.setFontWeight(QFont.Weight.Bold)
    found.setFontItalic(style.italic)
    found.setFontUnderline(style.underline)
    found.setFontStrikeOut(style.struck)
    return found


def _range(start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    fields = cast(Any, found)  # the type stubs lack its fields
    fields.start, fields.length, fields.format = start, end - start, look
    return found
