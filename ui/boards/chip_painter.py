"""Paints the chips of the rail.

Invariants: text is painted as it is, never as markup; every light has its name beside it; a chip has room for
its font, at any text size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.messages.languages import text_of
from ui.boards.chip import Part, last_line
from ui.boards.rail_model import RailModel
from ui.theme.colors import LIGHT
from ui.widgets.option import seen

GAP_PX = 6
"""The room below a chip."""
_PAD_PX = 10
_PART_GAP_PX = 10
_RADIUS_PX = 7
_BAR_PX = 4
_LETTERS_FOR_TICK = 20
"""In a narrower chip, the name needs the room of the tick, and has a sign instead."""


class ChipPainter(QStyledItemDelegate):
    """Paints a chip in three lines: the name and the tick, the lights, and the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scheme = LIGHT

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The height of a chip with the gap below it. The list makes the chip as wide as itself."""
        font = seen(option).font
        metrics, small = QFontMetrics(font), QFontMetrics(_small(font))
        height = metrics.height() + 2 * small.height() + 2 * 2 + 2 * 7 + GAP_PX
        return QSize(0, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a chip. The chip of the chosen device has an edge and a bar in the accent colour."""
        shown, chip = seen(option), cast(RailModel, index.model()).chips[index.row()]
        area = chip_area(shown.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, shown.state, chip.fails)
        font, small = QFont(shown.font), _small(shown.font)
        font.setWeight(QFont.Weight.DemiBold)
        line = area.adjusted(_PAD_PX, 7, -_PAD_PX, -7)
        line.setHeight(QFontMetrics(font).height())
        is_kept = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        box, room, name = tick_box(shown.rect, shown.font), QRect(line), chip.name
        if not box.isNull():
            room.setRight(box.left() - 6)
            self._paint_tick(painter, box, is_kept)
        elif is_kept:
            name = f"✓ {name}"
        _write(painter, room, font, self.scheme.text, name)
        line.translate(0, line.height() + 2)
        line.setHeight(QFontMetrics(small).height())
        fits = _width(small, chip.lights) <= line.width()
        self._write_parts(painter, line, small, chip.lights if fits else chip.short_lights)
        line.translate(0, line.height() + 2)
        self._write_parts(painter, line, small, last_line(chip, lambda p: _width(small, p) <= line.width()))
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, area: QRect, state: QStyle.StateFlag, chip_fails: bool
    ) -> None:
        scheme, is_chosen = self.scheme, bool(state & QStyle.StateFlag.State_Selected)
        ground = scheme.hover if state & QStyle.StateFlag.State_MouseOver and not is_chosen else scheme.card
        edge = scheme.accent if is_chosen else scheme.bad if chip_fails else scheme.border
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        width = 2 if is_chosen or chip_fails or has_focus else 1
        painter.setPen(QPen(QColor(scheme.text if has_focus else edge), width))
        painter.setBrush(QColor(ground))
        inset = width / 2
        painter.drawRoundedRect(QRectF(area).adjusted(inset, inset, -inset, -inset), _RADIUS_PX, _RADIUS_PX)
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.accent))
            bar = QRectF(area.left() + 1, area.top() + _RADIUS_PX, _BAR_PX, area.height() - 2 * _RADIUS_PX)
            painter.drawRect(bar)

    def _paint_tick(self, painter: QPainter, box: QRect, is_kept: bool) -> None:
        scheme = self.scheme
        painter.setPen(QPen(QColor(scheme.accent if is_kept else scheme.field), 1.5))
        painter.setBrush(QColor(scheme.accent) if is_kept else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)
        if is_kept:
            painter.setPen(QPen(QColor(scheme.on_accent), 2))
            across, down = box.width() / 14, box.height() / 14
            corners = ((3.5, 7.5), (6, 10), (10.5, 4.5))
            painter.drawPolyline([QPointF(box.left() + x * across, box.top() + y * down) for x, y in corners])

    def _write_parts(self, painter: QPainter, line: QRect, font: QFont, parts: Sequence[Part]) -> None:
        """Write parts of a line beside each other, each in the colour of its tone."""
        scheme, room = self.scheme, QRect(line)
        colors = {"good": scheme.good, "warn": scheme.warn, "bad": scheme.bad}
        for part in parts:
            _write(painter, room, font, colors.get(part.tone, scheme.faint), text_of(part.message))
            room.setLeft(room.left() + _width(font, [part]) + _PART_GAP_PX)


def chip_area(cell: QRect) -> QRect:
    """The rectangle of a chip in its cell of the list, without the gap below it."""
    return cell.adjusted(0, 0, 0, -GAP_PX)


def tick_box(cell: QRect, font: QFont) -> QRect:
    """The rectangle of the tick in a cell of the list; a null rectangle if the cell is too narrow for it."""
    metrics = QFontMetrics(font)
    if cell.width() < _LETTERS_FOR_TICK * metrics.averageCharWidth():
        return QRect()
    height = metrics.height()
    size = max(13, height - 2)
    corner = QPoint(cell.right() - _PAD_PX - size, cell.top() + 7 + (height - size) // 2)
    return QRect(corner, QSize(size, size))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _width(font: QFont, parts: Sequence[Part]) -> int:
    """The width of the parts of a line beside each other."""
    metrics = QFontMetrics(font)
    texts = [text_of(part.message) for part in parts]
    return sum(map(metrics.horizontalAdvance, texts)) + _PART_GAP_PX * (len(parts) - 1)


def _write(painter: QPainter, area: QRect, font: QFont, color: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(
        area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut
    )
