"""Paints the chips of the rail.

Invariants: text is painted as it is, never as markup; a chip has room for its font, at any text size. Lights
have names, but only signs where there is no room for them and the numbers, as in a chip of one line: that of
the port, then that of the cloud, or only the graver one if a chip of one line is narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.messages.languages import text_of
from ui.boards.chip import Chip, Part, last_line, lights_and_numbers
from ui.boards.rail_model import RailModel
from ui.theme.colors import LIGHT
from ui.widgets.flashes import Flashes
from ui.widgets.option import seen
from ui.widgets.shortening import told_apart

GAP_PX = 6
"""The room below a chip."""
MOST_LINES = 3
_PAD_PX = 10
_PART_GAP_PX, _SIGN_GAP_PX = 10, 3
_LINE_GAP_PX = 2
_EDGE_PX, _LOW_EDGE_PX = 7, 3
"""The room above and below the text of a chip; the lesser one if there is only one line."""
_RADIUS_PX = 7
_BAR_PX = 4
_LETTERS_FOR_TICK = 20
"""In a narrower chip of one line, the name needs the room of the tick, and has a sign instead."""


class ChipPainter(QStyledItemDelegate):
    """Paints a chip in up to three lines: the name and the tick, the lights, and the numbers."""

    def __init__(self, shown_in: QWidget) -> None:
        """The chips are painted in `shown_in`."""
        super().__init__(shown_in)
        self.flashes = Flashes(self, shown_in.update)
        """The names of the devices whose chips flash in the colour of warnings."""
        self.scheme = LIGHT
        self.lines = MOST_LINES
        """With two lines, lights and numbers share one; with one line, lights are signs before the name."""
        self._shortened: dict[str, str] = {}
        """The names as they were cut for the names, the width and the font that `_shortened_for` has."""
        self._shortened_for: tuple[tuple[str, ...], int, str] = ((), 0, "")

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The height of a chip with the gap below it. The list makes the chip as wide as itself."""
        return QSize(0, chip_px(seen(option).font, self.lines))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a chip. The chip of the chosen device has an edge and a bar in the accent colour."""
        shown, chip = seen(option), cast(RailModel, index.model()).chips[index.row()]
        area = chip_area(shown.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        flashes = cast(RailModel, index.model()).names[index.row()] in self.flashes
        self._paint_ground(painter, area, shown.state, chip.fails, flashes=flashes)
        font, small = QFont(shown.font), _small(shown.font)
        font.setWeight(QFont.Weight.DemiBold)
        line = area.adjusted(_PAD_PX, _edge_px(self.lines), -_PAD_PX if self.lines > 1 else -_LOW_EDGE_PX, 0)
        line.setHeight(QFontMetrics(font).height())
        is_kept = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        box, room, name = tick_box(shown.rect, shown.font), QRect(line), chip.name
        if not box.isNull():
            room.setRight(box.left() - 6)
            self._paint_tick(painter, box, is_kept)
        elif is_kept:
            name = f"✓ {name}"
        if self.lines == 1:
            signs = chip.gravest_sign if box.isNull() else chip.signs
            self._write_parts(painter, room, small, signs, gap=_SIGN_GAP_PX)
            room.setLeft(room.left() + _width(small, signs, gap=_SIGN_GAP_PX) + 2 * _SIGN_GAP_PX)
        _write(painter, room, font, self.scheme.text, self._short(name, font, room.width(), index))
        if self.lines > 1:
            self._paint_details(painter, line, small, chip)
        painter.restore()

    def _short(self, name: str, font: QFont, room: int, index: QModelIndex | QPersistentModelIndex) -> str:
        """A name, cut to a width so that the names on all chips can still be told apart."""
        names = tuple(chip.name for chip in cast(RailModel, index.model()).chips)
        if self._shortened_for != (names, room, font.key()):
            self._shortened_for, self._shortened = (names, room, font.key()), {}
        if name not in self._shortened:
            metrics = QFontMetrics(font)

            def cut(text: str, at_end: bool) -> str:
                mode = Qt.TextElideMode.ElideRight if at_end else Qt.TextElideMode.ElideMiddle
                return metrics.elidedText(text, mode, room)

            self._shortened[name] = told_apart(name, names, cut)
        return self._shortened[name]

    def _paint_details(self, painter: QPainter, line: QRect, font: QFont, chip: Chip) -> None:
        """Paint the lights and the numbers below the name, whose line is `line`."""
        line.translate(0, line.height() + _LINE_GAP_PX)
        line.setHeight(QFontMetrics(font).height())
        if self.lines < MOST_LINES:
            parts = lights_and_numbers(chip, lambda p: _width(font, p) <= line.width())
            self._write_parts(painter, line, font, parts)
            return
        fits = _width(font, chip.lights) <= line.width()
        self._write_parts(painter, line, font, chip.lights if fits else chip.short_lights)
        line.translate(0, line.height() + _LINE_GAP_PX)
        self._write_parts(painter, line, font, last_line(chip, lambda p: _width(font, p) <= line.width()))

    def _paint_ground(
        self, painter: QPainter, area: QRect, state: QStyle.StateFlag, chip_fails: bool, *, flashes: bool
    ) -> None:
        scheme, is_chosen = self.scheme, bool(state & QStyle.StateFlag.State_Selected)
        ground = scheme.hover if state & QStyle.StateFlag.State_MouseOver and not is_chosen else scheme.card
        edge = scheme.accent if is_chosen else scheme.bad if chip_fails else scheme.border
        if flashes:
            ground, edge = scheme.warn_ground, scheme.warn
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        width = 3 if flashes else 2 if is_chosen or chip_fails or has_focus else 1
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

    def _write_parts(
        self,
        painter: QPainter,
        line: QRect,
        font: QFont,
        parts: Sequence[Part],
        *,
        gap: int = _PART_GAP_PX,
    ) -> None:
        """Write parts of a line beside each other, each in the colour of its tone."""
        scheme, room = self.scheme, QRect(line)
        colors = {"good": scheme.good, "warn": scheme.warn, "bad": scheme.bad}
        for part in parts:
            _write(painter, room, font, colors.get(part.tone, scheme.faint), text_of(part.message))
            room.setLeft(room.left() + _width(font, [part]) + gap)


def chip_px(font: QFont, lines: int) -> int:
    """The height of a chip with `lines` lines of text, with the gap below it."""
    more = (lines - 1) * (QFontMetrics(_small(font)).height() + _LINE_GAP_PX)
    return QFontMetrics(font).height() + more + 2 * _edge_px(lines) + GAP_PX


def _edge_px(lines: int) -> int:
    return _EDGE_PX if lines > 1 else _LOW_EDGE_PX


def chip_area(cell: QRect) -> QRect:
    """The rectangle of a chip in its cell of the list, without the gap below it."""
    return cell.adjusted(0, 0, 0, -GAP_PX)


def tick_box(cell: QRect, font: QFont) -> QRect:
    """The rectangle of the tick in a cell of the list; a null rectangle if the cell is too small for it."""
    metrics = QFontMetrics(font)
    if cell.width() < _LETTERS_FOR_TICK * metrics.averageCharWidth() and cell.height() <= chip_px(font, 1):
        return QRect()
    height = metrics.height()
    size = max(13, height - 2)
    edge = min(_EDGE_PX, (cell.height() - GAP_PX - height) // 2)
    corner = QPoint(cell.right() - _PAD_PX - size, cell.top() + edge + (height - size) // 2)
    return QRect(corner, QSize(size, size))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _width(font: QFont, parts: Sequence[Part], *, gap: int = _PART_GAP_PX) -> int:
    """The width of the parts of a line beside each other."""
    metrics = QFontMetrics(font)
    texts = [text_of(part.message) for part in parts]
    return sum(map(metrics.horizontalAdvance, texts)) + gap * (len(parts) - 1)


def _write(painter: QPainter, area: QRect, font: QFont, color: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(
        area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut
    )
