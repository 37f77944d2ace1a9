"""The arrow of a choice box: at its right end, in the colour of its text."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from ui.theme import theme
from ui.theme.colors import DARK, LIGHT, Scheme
from ui.widgets.choice_box import ChoiceBox

ARROW = """
    ................
    ...++......++...
    ...##+....+##...
    ...+##+..+##+...
    ....+##++##+....
    .....+####+.....
    ......+##+......
    ................
    ................
"""


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_arrow_is_drawn_over_qt_s_own_box(qtbot: QtBot, scheme: Scheme) -> None:
    theme.apply(scheme)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.resize(120, 31)
    picture = box.grab().toImage()
    text, ground = QColor(scheme.text).lightness(), QColor(scheme.card).lightness()

    def ink(x: int, y: int) -> str:
        share = (picture.pixelColor(x, y).lightness() - ground) / (text - ground)
        return "#" if share > 0.5 else "+" if share > 0.1 else "."

    rows = ["".join(ink(x, y) for x in range(97, 113)) for y in range(11, 20)]
    assert rows == ARROW.split()
    assert picture.pixelColor(105, 16) == QColor(scheme.text) == box.palette().color(QPalette.ColorRole.Text)
    assert picture.pixelColor(60, 0) == QColor(scheme.field)
