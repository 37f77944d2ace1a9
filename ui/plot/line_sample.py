"""The lines of curves: the dashes of each line style, and samples of the styles beside names and values.

Invariants: samples are a few large dashes, so that the styles can be told apart at any size; a sample has the
colour that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPixmap

from app.wire.datastreams import LineStyle

SAMPLE = QSize(23, 14)
"""The size of a sample as an icon, in pixels, with a space before the text that follows."""
_LONG_PX, _THICK_PX = 20, 3
_DASHES: Mapping[LineStyle, tuple[float, ...]] = {
    LineStyle.SOLID: (),
    LineStyle.DASHED: (10, 6),
    LineStyle.DOTTED: (2, 4),
    LineStyle.DASH_DOT: (12, 5, 2, 5),
}
"""The lengths of dashes and gaps in pixels. Those of Qt are so short that a fine line looks only fainter."""
_SAMPLES: Mapping[LineStyle, tuple[tuple[int, int], ...]] = {
    LineStyle.SOLID: ((0, 5),),
    LineStyle.DASHED: ((0, 2), (3, 2)),
    LineStyle.DOTTED: ((0, 1), (2, 1), (4, 1)),
    LineStyle.DASH_DOT: ((0, 3), (4, 1)),
}
"""Where each dash of a sample begins, and its length, in fifths of the sample's length."""


def dashes_px(line_style: LineStyle, *, scale: float = 1.0) -> tuple[float, ...]:
    """The lengths of the dashes and gaps of a curve in pixels, `scale` times as long as usual."""
    return tuple(scale * length for length in _DASHES[line_style])


def sample_path(area: QRectF, line_style: LineStyle) -> QPainterPath:
    """The outlines of the dashes of a sample that fills `area`: as long as it is wide, as thick as high."""
    path, unit = QPainterPath(), area.width() / 5
    for start, length in _SAMPLES[line_style]:
        path.addRect(QRectF(area.left() + start * unit, area.top(), length * unit, area.height()))
    return path


def sample_icon(color: QColor, line_style: LineStyle) -> QIcon:
    """An icon with a sample of a line."""
    return QIcon(_picture(color, line_style))


def choice_icon(palette: QPalette, line_style: LineStyle) -> QIcon:
    """An icon for a line style to choose, in the colours of text: also of text that is chosen or selected."""
    icon = sample_icon(palette.color(QPalette.ColorRole.Text), line_style)
    chosen = _picture(palette.color(QPalette.ColorRole.HighlightedText), line_style)
    icon.addPixmap(chosen, QIcon.Mode.Selected)
    icon.addPixmap(chosen, QIcon.Mode.Normal, QIcon.State.On)
    return icon


def _picture(color: QColor, line_style: LineStyle) -> QPixmap:
    picture = QPixmap(2 * SAMPLE.width(), 2 * SAMPLE.height())
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(0, SAMPLE.height() - _THICK_PX, 2 * _LONG_PX, 2 * _THICK_PX)
    painter.fillPath(sample_path(area, line_style), color)
    painter.end()
    return picture
