"""A field that is not edited shows the beginning of a long text, and that there is more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ui.theme import theme
from ui.theme.colors import DARK, LIGHT, Scheme
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.editable_box import editable_box, line_of
from ui.widgets.eliding_line import ElidingLine

LONG = "Arduino Nano Every on /dev/ttyACM12 behind a long name"


def a_box(qtbot: QtBot, shown: str, *, enabled: bool) -> ChoiceBox:
    box = editable_box("label_port_box", "tip_port")
    qtbot.addWidget(box)
    box.resize(200, 32)
    box.setEnabled(enabled)
    box.setEditText(shown)
    box.show()
    return box


def picture(qtbot: QtBot, shown: str, *, enabled: bool) -> QImage:
    box = a_box(qtbot, shown, enabled=enabled)
    line_of(box).home(False)
    return box.grab().toImage()


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("enabled", [True, False])
def test_a_long_text_looks_as_its_beginning_with_an_ellipsis(
    qtbot: QtBot, scheme: Scheme, enabled: bool
) -> None:
    theme.apply(scheme)
    box = a_box(qtbot, LONG, enabled=enabled)
    line = line_of(box)
    line.end(False)
    assert isinstance(line, ElidingLine)
    assert line.shown_text.endswith("…")
    assert LONG.startswith(line.shown_text.removesuffix("…"))
    assert box.grab().toImage() == picture(qtbot, line.shown_text, enabled=enabled)
    assert box.currentText() == LONG


def test_a_text_that_fits_is_whole(qtbot: QtBot) -> None:
    box = a_box(qtbot, "COM5", enabled=False)
    assert box.shown_text == "COM5"


def test_a_field_that_is_edited_shows_the_place_of_the_cursor(qtbot: QtBot) -> None:
    box = a_box(qtbot, LONG, enabled=True)
    before = box.grab().toImage()
    line = line_of(box)
    box.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    line.end(False)
    line.setReadOnly(True)  # so that no cursor blinks
    assert box.grab().toImage().copy(20, 0, 150, 32) != before.copy(20, 0, 150, 32)


def test_the_tool_tip_has_the_whole_text(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    box = a_box(qtbot, LONG, enabled=False)
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _box: told.append(text))
    # Qt passes the event on from the field, which has no tool tip of its own.
    QApplication.sendEvent(line_of(box), QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint()))
    (tip,) = told
    assert LONG in tip
