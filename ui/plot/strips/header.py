"""The row above the curves of a strip: the units of its axes, and the name and value of each curve.

Invariants: a name gives way to its value; the row becomes lower only if the strip becomes wider or narrower,
or the plot would tremble while the numbers change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ui import wording
from ui.plot.curves import Key, Style
from ui.plot.line_sample import sample_path
from ui.plot.strips.axes import text_scale
from ui.theme.colors import Scheme
from ui.widgets.flashes import Flashes

_SAMPLE_PX, _THICK_PX, _BOX_PX = 18, 3, 9
"""The length and the thickness of the samples of curves and of boxes, at the usual size of the text."""
_ROW_PX = 20
_BESIDE_PX, _BETWEEN_PX, _TOP_PX, _PAD_PX = 6, 22, 2, 6


class Entry(NamedTuple):
    """What the header says of one curve."""

    style: Style
    words: tuple[str, ...]
    """What is beside the name: values and times."""


class Unit(NamedTuple):
    """The unit of a value axis."""

    right: int
    """Where the axis ends, in pixels."""
    text: str


class _Placed(NamedTuple):
    area: QRectF
    text: str
    style: Style


class Header(QWidget):
    """The names and values of the curves of a strip."""

    def __init__(self, scheme: Scheme, parent: QWidget) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._entries: tuple[Entry, ...] = ()
        self._units: tuple[Unit, ...] = ()
        self._placed: list[_Placed] = []
        self._rows = 1
        self._left = 0
        self._flashes = Flashes(self, self.update)

    @property
    def texts(self) -> list[str]:
        """The texts that are shown, one for each curve."""
        return [placed.text for placed in self._placed]

    @property
    def row_px(self) -> int:
        """The height of one row."""
        return round(_ROW_PX * text_scale(self.font()))

    @property
    def units(self) -> list[str]:
        """The units that are shown, one for each axis."""
        return [unit.text for unit in self._units]

    def show_entries(self, entries: Sequence[Entry], units: Sequence[Unit]) -> None:
        """Show `units`, each above its axis, and right of them `entries`."""
        left = units[-1].right
        if (tuple(entries), tuple(units), left) == (self._entries, self._units, self._left):
            return
        self._entries, self._units, self._left = tuple(entries), tuple(units), left
        self._place()
        self.update()

    def flash(self, key: Key) -> None:
        """Let the name of a curve flash in the colour of warnings, if it is here."""
        if any(entry.style.key == key for entry in self._entries):
            self._flashes.begin(key)

    def _place(self) -> None:
        metrics, scale = QFontMetricsF(self.font()), text_scale(self.font())
        beside = _SAMPLE_PX * scale + _BESIDE_PX
        start = left = float(self._left + 2)
        row, self._placed = 0, []
        for style, words in self._entries:
            label = "   ".join((self._fitting(style.label, words, beside), *words))
            width = beside + metrics.horizontalAdvance(label)
            if left > start and left + width > self.width():
                left, row = start, row + 1
            area = QRectF(left, _TOP_PX + row * self.row_px, width, metrics.height())
            self._placed.append(_Placed(area, label, style))
            left += width + _BETWEEN_PX
        if row + 1 > self._rows:
            self._rows = row + 1
        self.setFixedHeight(self._rows * self.row_px)

    def _fitting(self, name: str, words: Sequence[str], beside: float) -> str:
        """A curve's name, cut in its middle if there is no room for it beside the values."""
        metrics = QFontMetricsF(self.font())
        room = self.width() - self._left - beside - _BETWEEN_PX
        room -= metrics.horizontalAdvance("   ".join(("", *words)))
        return wording.isolated(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(0.0, room)))

    def event(self, event: QEvent) -> bool:
        """The tool tip of a name is the whole name."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            for placed in self._placed:
                if placed.area.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), wording.tooltip(placed.style.label), self)
                    return True
            QToolTip.hideText()
            return True
        if isinstance(event, QResizeEvent) and event.oldSize().width() != event.size().width():
            self._rows = 1
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._place()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the samples and the texts."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._scheme.card))
        scale = text_scale(self.font())
        for area, label, style in self._placed:
            flashes = style.key in self._flashes
            if flashes:
                right = self.width() if len(self._placed) == 1 else area.right() + _BESIDE_PX
                ground = QRectF(area.left() - _TOP_PX, area.top() - _TOP_PX, 0, self.row_px)
                ground.setRight(right)
                painter.fillRect(ground, QColor(self._scheme.warn))
            thick = (_BOX_PX if style.is_text else _THICK_PX) * scale
            sample = QRectF(0, 0, _SAMPLE_PX * scale, thick)
            sample.moveTo(area.left(), area.center().y() - sample.height() / 2)
            painter.fillPath(sample_path(sample, style.line_style), QColor(style.color))
            painter.setPen(QColor(self._scheme.card if flashes else self._scheme.text))
            rest = area.adjusted(sample.width() + _BESIDE_PX, 0, _BETWEEN_PX, 0)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, label)
        painter.setPen(QColor(self._scheme.faint))
        left = 0
        for right, unit in self._units:
            area = QRectF(left, _TOP_PX, right - left - _PAD_PX, self.row_px)
            shown = painter.fontMetrics().elidedText(unit, Qt.TextElideMode.ElideRight, round(area.width()))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, shown)
            left = right
        painter.end()
