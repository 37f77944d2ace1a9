"""A cell of the datastream table: a line of text with a smaller one below, and in the first column a mark.

Invariants: text is painted as it is, never as markup; a cell keeps its size while digits change.
"""

from __future__ import annotations

import math
import re
import string

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.wire.datastreams import LineStyle
from ui.datastreams.model import (
    COLOR_ROLE,
    HEADING_ROLE,
    LINE_ROLE,
    NAME,
    SMALL_ROLE,
    STALE_ROLE,
    TEXT_ROLE,
    TONE_ROLE,
    VALUE,
)
from ui.lights import SIGNS
from ui.plot.line_sample import sample_path
from ui.theme.colors import LIGHT
from ui.widgets.option import seen

SPOT_PX = 12
PAD_PX = 10
_LINE_PX = 15
"""The length of the sample of a curve's line: three pixels for each dot."""
_DIGIT = re.compile(r"\d")
_MOST_WIDTHS = 1000


class TwoLineCell(QStyledItemDelegate):
    """Paints a cell as a line of text with a smaller line below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scheme = LIGHT
        self._font = QFont()
        self._made: dict[int, tuple[QFont, QFont]] = {}
        self._widths: dict[tuple[int, str, str], int] = {}
        """The widths of texts in which all digits are 0, by their columns."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The size of a cell: as wide as the longer of its two lines, and as tall as both."""
        column = index.column()
        fonts = self._fonts(seen(option).font, column)
        height = row_px(QFontMetrics(seen(option).font))
        texts = [_DIGIT.sub("0", text) for text in (index.data() or "", _small(index))]
        place = column, texts[0], texts[1]
        if place not in self._widths:
            if len(self._widths) >= _MOST_WIDTHS:
                self._widths.clear()
            # A text that is a fraction of a pixel wider than its cell is cut.
            self._widths[place] = max(
                math.ceil(_width(QFontMetricsF(font), text)) for font, text in zip(fonts, texts, strict=True)
            )
        width = self._widths[place]
        return QSize(width + 2 * PAD_PX + (SPOT_PX + 8 if index.column() == NAME else 0), height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell: its background and two lines of text. In the first column, also paint a dot.

        The dot has the colour of the datastream's curve in the plot.
        """
        scheme = self.scheme
        area: QRect = seen(option).rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if seen(option).state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(scheme.selection))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(scheme.border))
        if index.data(HEADING_ROLE):
            inner = area.adjusted(PAD_PX, 5, -PAD_PX, -5)
            font = self._fonts(seen(option).font, NAME)[0]
            _write(painter, inner, Qt.AlignmentFlag.AlignLeft, font, scheme.faint, index.data() or "")
            painter.restore()
            return
        inner = area.adjusted(PAD_PX, 5, -PAD_PX, -5)
        align = Qt.AlignmentFlag.AlignRight
        if index.column() == NAME:
            self._paint_spot(painter, inner, index)
            inner.setLeft(inner.left() + SPOT_PX + 8)
            align = Qt.AlignmentFlag.AlignLeft
        large, small = self._fonts(seen(option).font, index.column())
        tone = index.data(TONE_ROLE)
        faint = scheme.warn if tone == "warn" else scheme.faint
        text = _small(index)
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() * 11 // 20)
        if not text:
            upper = inner
        color = scheme.faint if index.data(STALE_ROLE) or (tone and index.column() == VALUE) else scheme.text
        _write(painter, upper, align, large, color, index.data() or "")
        lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), inner.bottom() - upper.bottom())
        if text:
            _write(painter, lower, align, small, faint, text)
        if seen(option).state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(scheme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_spot(
        self, painter: QPainter, inner: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row's dot: filled if the plot shows the row, hollow if it is hidden there.

        If its curve is not a solid line, paint a sample of it below. For texts, paint a square. Paint nothing
        if the row is never in the plot.
        """
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        shown = Qt.CheckState(state) is Qt.CheckState.Checked
        color = QColor(index.data(COLOR_ROLE) or self.scheme.faint)
        painter.setPen(QPen(color, 2))
        painter.setBrush(color if shown else Qt.BrushStyle.NoBrush)
        left, middle, width = inner.left() + 1, inner.center().y(), SPOT_PX - 2
        if index.data(TEXT_ROLE):
            painter.drawRect(QRect(left, middle - SPOT_PX // 2, width, width))
            return
        line_style = LineStyle(index.data(LINE_ROLE))
        if line_style is LineStyle.SOLID:
            painter.drawEllipse(left, middle - SPOT_PX // 2, width, width)
            return
        painter.drawEllipse(left, middle - SPOT_PX, width, width)
        below = QRectF(left - 3, middle + 3, _LINE_PX, _LINE_PX / 5)
        painter.fillPath(sample_path(below, line_style), color)

    def _fonts(self, font: QFont, column: int) -> tuple[QFont, QFont]:
        """The fonts of both lines of a cell, in a table with this font."""
        if font != self._font:
            self._font, self._made, self._widths = QFont(font), {}, {}
        if column not in self._made:
            self._made[column] = self._fonts_of(font, column)
        return self._made[column]

    def _fonts_of(self, font: QFont, column: int) -> tuple[QFont, QFont]:
        large, small = QFont(font), QFont(font)
        large.setPointSizeF(font.pointSizeF() * (1.15 if column == VALUE else 1.0))
        large.setWeight(QFont.Weight.DemiBold if column in (NAME, VALUE) else QFont.Weight.Normal)
        small.setPointSizeF(font.pointSizeF() * 0.86)
        return large, small


def _width(metrics: QFontMetricsF, text: str) -> float:
    """The width of a text with any digits in place of its zeros."""
    widest = max(string.digits, key=metrics.horizontalAdvance)
    return metrics.horizontalAdvance(text.replace("0", widest))


def _small(index: QModelIndex | QPersistentModelIndex) -> str:
    """The smaller line of a cell, with the sign of its tone; empty if the cell has only one line."""
    text, tone = index.data(SMALL_ROLE) or "", index.data(TONE_ROLE)
    return f"{SIGNS[tone]} {text}" if text and tone else text


def row_px(metrics: QFontMetrics) -> int:
    """The height of a row with two lines of text in a font."""
    return 2 * metrics.height() + 18


def heading_px(metrics: QFontMetrics) -> int:
    """The height of a heading in a font."""
    return metrics.height() + 14


def _write(
    painter: QPainter, area: QRect, align: Qt.AlignmentFlag, font: QFont, color: str, text: str
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)
