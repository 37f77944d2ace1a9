"""The dot in the colour of a curve: round, filled or hollow, and sharp on every screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from ui.widgets.swatch import swatch


def pixel(icon: QIcon, across: float, down: float) -> QColor:
    picture = icon.pixmap(QSize(28, 28)).toImage()
    return picture.pixelColor(int(across * (picture.width() - 1)), int(down * (picture.height() - 1)))


@pytest.mark.usefixtures("qtbot")
def test_the_dot_is_round_and_filled_or_hollow() -> None:
    blue = QColor("#0072B2")
    assert pixel(swatch("#0072B2"), 0.5, 0.5) == blue
    hollow = swatch("#0072B2", filled=False)
    assert pixel(hollow, 0.5, 0.5).alpha() == 0
    assert pixel(hollow, 0.5, 0.13).alpha() > 128
    for icon in (swatch("#0072B2"), hollow):
        picture = icon.pixmap(QSize(28, 28)).toImage()
        for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
            assert pixel(icon, across, down).alpha() == 0
        assert picture.width() == picture.height()
        side = range(picture.width())
        assert any(0 < picture.pixelColor(x, y).alpha() < 128 for x in side for y in side)  # smooth edges
        rows = [
            y for y in range(picture.height()) if picture.pixelColor(picture.width() // 2, y).alpha() > 128
        ]
        columns = [
            x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2).alpha() > 128
        ]
        for filled in (rows, columns):
            assert filled[0] + filled[-1] == pytest.approx(picture.width() - 1, abs=1)
            assert filled[-1] - filled[0] > picture.width() / 2


@pytest.mark.usefixtures("qtbot")
def test_the_dot_is_sharp_on_a_screen_with_twice_the_pixels() -> None:
    assert swatch("#0072B2").availableSizes() == [QSize(28, 28)]
    sizes = [(size.width(), size.height()) for size in swatch("#0072B2", size=10).availableSizes()]
    assert sizes == [(20, 20)]
