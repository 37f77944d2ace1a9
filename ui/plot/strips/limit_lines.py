"""The lines of a strip at the limits of its curves: dashed, each with a small label at the left.

Invariants: dashes are at fixed times, so that they move with the curves; labels stand still, and none covers
another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QLine, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.messages.languages import text
from ui import wording
from ui.plot.strips.groups import Group
from ui.theme.colors import Scheme

_DASH_PX, _PERIOD_PX = 5, 9
_LEFT_PX, _PAD_PX = 4, 3


class LimitLine(NamedTuple):
    """A horizontal line at a limit."""

    y: int
    """In pixels from the top."""
    label: str
    is_low: bool
    """Whether it is the least number, so that the label is below the line."""


def limit_lines(group: Group, height_px: int, *, is_named: bool) -> Iterator[LimitLine]:
    """The lines of the curves of an axis on a canvas of this height, at those limits that the axis shows.

    If `is_named`, the labels say whose limits they are.
    """
    scale = group.scale
    for style in group.styles:
        for limit, code in zip(style.limits, ("label_limit_low", "label_limit_high"), strict=True):
            if scale.low <= limit <= scale.high:
                y = round((scale.high - limit) / (scale.high - scale.low) * (height_px - 1))
                label = text(code, value=wording.value(limit, style.unit))
                if is_named:
                    label = text("about", subject=style.label, message=label)
                yield LimitLine(y, label, code == "label_limit_low")


def label_places(lines: Sequence[LimitLine], metrics: QFontMetrics, height_px: int) -> list[QRect]:
    """The place of each label on a canvas of this height: outside the range, if there is room for it."""
    placed: list[QRect] = []
    for line in lines:
        height = metrics.height()
        below = line.y + height < height_px if line.is_low else line.y < height
        top = line.y + 1 if below else line.y - height
        place = QRect(_LEFT_PX, top, metrics.horizontalAdvance(line.label) + 2 * _PAD_PX, height)
        while other := next((each for each in placed if each.intersects(place)), None):
            place.moveLeft(other.right() + 1 + _PAD_PX)
        placed.append(place)
    return placed


def paint_limits(
    painter: QPainter, area: QRect, first: int, lines: Sequence[LimitLine], scheme: Scheme, width_px: int
) -> None:
    """Draw the part of the lines in `area`, `width_px` pixels thick; `first` is the column at x = 0."""
    painter.setPen(QColor(scheme.warn))
    start = area.left() - (first + area.left()) % _PERIOD_PX
    dashes = [
        QLine(x, line.y + row, x + _DASH_PX - 1, line.y + row)
        for line in lines
        for row in range(width_px)
        for x in range(start, area.right() + 1, _PERIOD_PX)
    ]
    painter.drawLines(dashes)


def paint_labels(
    painter: QPainter, area: QRect, lines: Sequence[LimitLine], scheme: Scheme, height_px: int
) -> None:
    """Draw those labels that are in `area`, on a canvas of this height."""
    for line, place in zip(lines, label_places(lines, painter.fontMetrics(), height_px), strict=True):
        if place.intersects(area):
            painter.fillRect(place, QColor(scheme.card))
            painter.setPen(QColor(scheme.warn))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line.label)
