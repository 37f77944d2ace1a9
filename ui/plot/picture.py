"""Pictures of the plot: as PNG in a chosen size, as SVG, as PDF, or for the clipboard.

Invariants: a picture has what the plot shows, also the strips that are scrolled out of sight, below a line
with the devices, the date and the period; it looks the same in every format; curves keep their thickness in
pixels of the window, however large the picture is; a file is written whole or not at all.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from app.messages.visible import visible
from ui import wording
from ui.plot.plot import Plot

_DPI = 96
_MM_PER_INCH = 25.4
_PAD_PX = 12


def save(plot: Plot, path: Path, scale: int = 1) -> bool:
    """Write a picture to `path`, as SVG or PDF if it ends so, otherwise as PNG.

    A PNG has `scale` pixels for each pixel of the window. Returns False if the file cannot be written.
    """
    vector = {".svg": _svg, ".pdf": _pdf}.get(path.suffix.lower())
    made = vector(plot) if vector else _png(plot, scale)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(made)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        return False
    return True


def image(plot: Plot, scale: int = 1) -> QImage:
    """A picture with `scale` pixels for each pixel of the window."""
    size = _size(plot)
    made = QImage(size * scale, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    _paint(plot, made, size)
    # After painting, because the size of text depends on it.
    per_m = round(_DPI * scale * 1000 / _MM_PER_INCH)
    made.setDotsPerMeterX(per_m)
    made.setDotsPerMeterY(per_m)
    return made


def caption(plot: Plot) -> str:
    """The line above the plot: its devices, the date, and the period that is shown."""
    devices = dict.fromkeys(visible(style.device) for strip in plot.strips for style in strip.styles)
    frame = plot.frame
    day = time.strftime("%Y-%m-%d", time.localtime(frame.from_s))
    last = time.strftime("%Y-%m-%d", time.localtime(frame.to_s))
    period = f"{day} {wording.clock(frame.from_s)} – "
    period += wording.clock(frame.to_s) if last == day else f"{last} {wording.clock(frame.to_s)}"
    return "   ".join([", ".join(filter(None, devices)), period]).strip()


def _png(plot: Plot, scale: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image(plot, scale).save(buffer, "PNG")  # type: ignore[call-overload] # the stubs want a text as bytes
    return bytes(buffer.data().data())


def _svg(plot: Plot) -> bytes:
    size, buffer = _size(plot), QBuffer()
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setResolution(_DPI)
    made.setSize(size)
    made.setViewBox(QRect(QPoint(), size))
    made.setTitle(caption(plot))
    _paint(plot, made, size)
    return bytes(buffer.data().data())


def _pdf(plot: Plot) -> bytes:
    size, buffer = _size(plot), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QPdfWriter(buffer)
    made.setResolution(_DPI)
    made.setTitle(caption(plot))
    made.setPageSize(QPageSize(QSizeF(size.width(), size.height()) * (72 / _DPI), QPageSize.Unit.Point))
    made.setPageMargins(QMarginsF())
    _paint(plot, made, size)
    return bytes(buffer.data().data())


def _caption_px(plot: Plot) -> int:
    return plot.fontMetrics().height() + 2 * _PAD_PX


def _size(plot: Plot) -> QSize:
    """The size of a picture, in pixels of the window."""
    return QSize(plot.width() + 2 * _PAD_PX, plot.height() + _caption_px(plot) + _PAD_PX)


def _paint(plot: Plot, on: QPaintDevice, size: QSize) -> None:
    painter = QPainter(on)
    scheme = plot.scheme
    painter.fillRect(QRect(QPoint(), size), QColor(scheme.card))
    font = plot.font()
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(scheme.text))
    area = QRectF(_PAD_PX, 0, size.width() - 2 * _PAD_PX, _caption_px(plot))
    words = painter.fontMetrics().elidedText(caption(plot), Qt.TextElideMode.ElideMiddle, round(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
    plot.paint_all(painter, QPoint(_PAD_PX, _caption_px(plot)))
    painter.end()
