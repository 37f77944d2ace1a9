"""Draws the pictures of the help in the colours of the theme.

Invariant: a picture has no words, so that it needs no translation; numbers refer to the text beside it.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer

WIDTH = 640
"""The width in which the pictures are drawn, in the unit of their coordinates."""

_FRAME = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}">{content}</svg>'
_BOX = (
    '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="8" fill="{base}" stroke="{line}" stroke-width="2"/>'
)
_NUMBER = (
    '<circle cx="{x}" cy="{y}" r="13" fill="{accent}"/>'
    '<text x="{x}" y="{base}" font-family="sans-serif" font-size="16" font-weight="bold"'
    ' text-anchor="middle" fill="{on_accent}">{number}</text>'
)
_CURVE = '<path d="{path}" fill="none" stroke="{color}" stroke-width="3"/>'
_PARTS = (
    *((10, 10, 620, 34), (10, 50, 620, 22), (10, 78, 90, 120), (108, 78, 170, 120)),
    *((286, 78, 344, 120), (10, 204, 620, 60), (10, 270, 620, 22)),
)
"""The parts of the window from top to bottom: x, y, width and height."""


def picture(name: str, palette: QPalette, scale: float) -> QImage:
    """The picture `name`, drawn in the colours of `palette`. Its size is `scale` times the drawn size."""
    draw, height = {"window": (_window, 300), "road": (_road, 180)}[name]
    svg = _FRAME.format(height=height, content=draw(palette))
    image = QImage(round(WIDTH * scale), round(height * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return image


def _window(palette: QPalette) -> str:
    """The parts of the window, numbered."""
    accent = palette.color(QPalette.ColorRole.Accent).name()
    line = palette.color(QPalette.ColorRole.PlaceholderText).name()
    lines = (
        *(f"M24 {100 + 40 * row} H60" for row in range(3)),
        *(f"M124 {100 + 26 * row} H220" for row in range(4)),
        *(f"M40 {224 + 20 * row} H420" for row in range(2)),
    )
    return "".join(
        (
            *(_box(*part, palette) for part in _PARTS),
            *(_CURVE.format(path=path, color=line) for path in lines),
            _CURVE.format(path="M300 170 C350 60 390 220 440 130 S540 80 618 150", color=accent),
            *(_number(x + w - 22, y + h // 2, n, palette) for n, (x, y, w, h) in enumerate(_PARTS, 1)),
        )
    )


def _road(palette: QPalette) -> str:
    """The way of a value: from the board over the cable into the computer, and on into the cloud."""
    line = palette.color(QPalette.ColorRole.Text).name()
    accent = palette.color(QPalette.ColorRole.Accent).name()
    board = _box(20, 50, 130, 90, palette) + "".join(
        f'<rect x="{34 + 14 * pin}" y="42" width="7" height="12" fill="{line}"/>' for pin in range(8)
    )
    computer = _box(250, 20, 150, 110, palette) + _CURVE.format(
        path="M266 100 C290 40 320 120 340 70 S370 60 384 80", color=accent
    )
    stand = _CURVE.format(path="M325 130 V165 M285 165 H365", color=line)
    cloud = (
        f'<path d="M500 140 a34 34 0 0 1 4 -68 a46 46 0 0 1 88 -6 a37 37 0 0 1 6 74 Z"'
        f' fill="{palette.color(QPalette.ColorRole.Base).name()}" stroke="{line}" stroke-width="2"/>'
    )
    arrows = _CURVE.format(path="M156 95 H242 M230 85 L242 95 L230 105", color=accent) + _CURVE.format(
        path="M408 95 H462 M450 85 L462 95 L450 105", color=accent
    )
    return board + computer + stand + cloud + arrows


def _box(x: int, y: int, width: int, height: int, palette: QPalette) -> str:
    base = palette.color(QPalette.ColorRole.Base).name()
    line = palette.color(QPalette.ColorRole.PlaceholderText).name()
    return _BOX.format(x=x, y=y, w=width, h=height, base=base, line=line)


def _number(x: int, y: int, number: int, palette: QPalette) -> str:
    accent = palette.color(QPalette.ColorRole.Accent).name()
    on_accent = palette.color(QPalette.ColorRole.HighlightedText).name()
    return _NUMBER.format(x=x, y=y, base=y + 6, number=number, accent=accent, on_accent=on_accent)
