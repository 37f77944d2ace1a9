"""What flashes, and for how long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.widgets import flashes
from ui.widgets.flashes import Flashes


def test_a_key_flashes_until_the_last_flash_ends(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flashes, "FLASH_MS", 20)
    owner, changes = QObject(), []
    made = Flashes(owner, lambda: changes.append("a" in made))
    made.begin("a")
    made.begin("a")
    assert "a" in made
    assert "b" not in made
    qtbot.waitUntil(lambda: len(changes) == 4, timeout=PATIENCE_MS)
    assert changes == [True, True, True, False]
