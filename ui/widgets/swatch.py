"""An icon with a dot of a colour, for example that of a curve."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

_SWATCH_PX = 14


def swatch(color: str, *, filled: bool = True, size: int = _SWATCH_PX) -> QIcon:
    """An icon with a filled or hollow dot of the colour `color`."""
    picture = QPixmap(2 * size, 2 * size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), size / 4))
    painter.setBrush(QColor(color) if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(size // 3, size // 3, 2 * size - 2 * (size // 3), 2 * size - 2 * (size // 3))
    painter.end()
    return QIcon(picture)
