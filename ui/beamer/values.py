"""Large values: a tile for each datastream with the look of its curve, if any, its name, value and unit.

Invariants: the text is as large as the room allows, and has one size in all tiles; the size changes only when
a value is wider than any before, so that it does not jump; a stale value is faint, its spot is hollow, and
its age is beside its name. A sample of the line is beside the spot if the curve is not solid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.messages.languages import text
from app.wire.datastreams import LineStyle
from ui import wording
from ui.beamer.tiling import tiling
from ui.plot.curves import Look
from ui.plot.line_sample import sample_path
from ui.theme.colors import LIGHT, Scheme

_LETTERS = 6.0
"""Room for at least this many digits, so that the size is steady from the beginning."""
_WIDEST = 12.0
"""Text that is wider than so many digits is cut off, rather than making all values small."""
_UNIT, _NAME = 0.5, 0.38
"""The size of the unit and of the name, as shares of the size of the value."""
_PAD = 0.25
"""The space around a tile's text, as a share of the size of the value."""
_SLACK = 1.02
"""Room for text that is a little wider in its own size than in the one in which it is measured."""


class BigValue(NamedTuple):
    """What one tile shows. `age` is empty unless the value is stale."""

    target: str
    name: str
    value: str
    unit: str
    look: Look
    age: str


class BigValues(QWidget):
    """A grid of large values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scheme = LIGHT
        self._values: tuple[BigValue, ...] = ()
        self._widest = _LETTERS
        """The width of the widest value so far, in digits."""
        self.setAccessibleName(text("label_big_values"))

    @property
    def values(self) -> tuple[BigValue, ...]:
        """The values that are shown."""
        return self._values

    @property
    def aspect(self) -> float:
        """The width of a tile's content, divided by the height of the value's text."""
        metrics = QFontMetricsF(_font(self.font(), 100.0, bold=True))
        return _SLACK * self._widest * metrics.horizontalAdvance("0") / 100.0 + 2 * _PAD

    def restart(self) -> None:
        """Remove all values, for example before another device is shown."""
        self._values, self._widest = (), _LETTERS
        self.update()

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self._scheme = scheme
        self.update()

    def show_values(self, values: Sequence[BigValue]) -> None:
        """Show these values, in their order."""
        if tuple(values) == self._values:
            return
        self._values = tuple(values)
        figures = QFontMetricsF(_font(self.font(), 100.0, bold=True))
        unit = QFontMetricsF(_font(self.font(), 100.0 * _UNIT))
        digit = figures.horizontalAdvance("0")
        for value in self._values:
            width = figures.horizontalAdvance(value.value)
            width += unit.horizontalAdvance(f" {value.unit}") if value.unit else 0
            self._widest = min(max(self._widest, width / digit), _WIDEST)
        lines = (" ".join(filter(None, (v.name, v.value, v.unit, v.age))) for v in self._values)
        self.setAccessibleDescription("\n".join(lines))
        self.update()

    @property
    def text_px(self) -> float:
        """The height of the values' text."""
        if not self._values:
            return 0.0
        return tiling(len(self._values), self.width(), self.height(), self.aspect).text_px

    def tile(self, number: int) -> QRectF:
        """The place of a tile, counted from 0."""
        grid = tiling(len(self._values), self.width(), self.height(), self.aspect)
        width, height = self.width() / grid.columns, self.height() / grid.rows
        row, column = divmod(number, grid.columns)
        return QRectF(column * width, row * height, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint all tiles, or a sentence if there is no value yet."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._values:
            painter.setFont(_font(self.font(), max(12.0, self.height() / 24)))
            painter.setPen(QColor(self._scheme.faint))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(flags), text("beamer_nothing"))
        for number, value in enumerate(self._values):
            self._paint(painter, self.tile(number), value, self.text_px)
        painter.end()

    def _paint(self, painter: QPainter, tile: QRectF, value: BigValue, size: float) -> None:
        name_font, value_font = _font(self.font(), _NAME * size), _font(self.font(), size, bold=True)
        name, figures = QFontMetricsF(name_font), QFontMetricsF(value_font)
        inner = tile.adjusted(_PAD * size, 0, -_PAD * size, 0)
        top = inner.top() + max(0.0, (inner.height() - name.height() - figures.height()) / 2)
        spot = 0.6 * name.height()
        color, left = QColor(value.look.color), inner.left()
        if value.look.color:
            painter.setPen(QPen(color, spot / 6))
            painter.setBrush(Qt.BrushStyle.NoBrush if value.age else color)
            painter.drawEllipse(QRectF(left + spot / 12, top + (name.height() - spot) / 2, spot, spot))
            left += 1.5 * spot
        if value.look.line_style is not LineStyle.SOLID:
            area = QRectF(left, top + (name.height() - spot / 4) / 2, 1.5 * spot, spot / 4)
            painter.fillPath(sample_path(area, value.look.line_style), color)
            left += 2 * spot
        label = wording.isolated(value.name) + (f" · {value.age}" if value.age else "")
        place = QPointF(left, top + name.ascent())
        _write(painter, place, inner.right(), name_font, self._scheme.faint, label)
        ink = self._scheme.faint if value.age else self._scheme.text
        place = QPointF(inner.left(), top + name.height() + figures.ascent())
        end = _write(painter, place, inner.right(), value_font, ink, value.value)
        if value.unit:
            place.setX(end)
            _write(painter, place, inner.right(), _font(self.font(), _UNIT * size), ink, f" {value.unit}")


def _font(font: QFont, height_px: float, *, bold: bool = False) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(6, int(height_px)))
    sized.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return sized


def _write(painter: QPainter, place: QPointF, right: float, font: QFont, color: str, words: str) -> float:
    """Write one line of text from `place`, on its base line, to `right` at most. Returns where it ends.

    Text that is too long is cut off with `…`.
    """
    metrics = QFontMetricsF(font)
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, right - place.x()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(place, cut)
    return place.x() + metrics.horizontalAdvance(cut)
