"""Draws the program's icons from `ui/icon.svg`; run it with the Python of `.venv` when that file changes.

The script writes `pinbridge.ico` for Windows, `pinbridge.icns` for macOS and `pinbridge.png` for Linux into
its own folder.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "ui" / "icon.svg"
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_ICNS_KINDS = {b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def main() -> None:
    """Draw all icons."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    (HERE / "pinbridge.png").write_bytes(png(256))
    (HERE / "pinbridge.ico").write_bytes(ico({size: png(size) for size in _ICO_SIZES}))
    (HERE / "pinbridge.icns").write_bytes(icns({kind: png(size) for kind, size in _ICNS_KINDS.items()}))
    application.quit()


def png(size: int) -> bytes:
    """The icon as a PNG image of `size` by `size` pixels."""
    from PySide6.QtCore import QBuffer, QByteArray, Qt
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(data.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon file made of PNG images; `pictures` maps each width in pixels to an image."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    for size, data in pictures.items():
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return head + b"".join(pictures.values())


def icns(pictures: dict[bytes, bytes]) -> bytes:
    """A macOS icon file made of PNG images; `pictures` maps each type, such as `ic07`, to an image."""
    body = b"".join(kind + struct.pack(">I", 8 + len(data)) + data for kind, data in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


if __name__ == "__main__":
    main()
