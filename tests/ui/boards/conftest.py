"""The rail that tests of its chips share."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.boards.rail import Rail
from ui.theme import theme
from ui.theme.colors import LIGHT

NAMES = ("greenhouse", "cellar", "pump", "Pond")


@pytest.fixture
def rail(qtbot: QtBot) -> Rail:
    theme.apply(LIGHT)
    rail = Rail()
    qtbot.addWidget(rail)
    rail.resize(rail.sizeHint().width(), 600)
    with qtbot.waitExposed(rail, timeout=PATIENCE_MS):
        rail.set_devices(NAMES)
    rail.clearFocus()
    return rail
