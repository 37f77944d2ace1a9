"""The help: every key, and on one screen."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel

from tests.ui.stage import Stage
from ui.help import KEYS, HelpDialog

OF_THE_PLOT = {"Space", "Arrows"}


def test_help_lists_every_key_of_the_menus_once(stage: Stage) -> None:
    listed = [key.replace("−", "-") for keys, _ in KEYS for key in keys.split(", ")]
    actions = stage.window.findChildren(QAction)
    of_the_menus = {key.toString() for action in actions for key in action.shortcuts()}
    assert set(listed) == of_the_menus | OF_THE_PLOT
    assert len(listed) == len(set(listed))


def test_help_shows_lines_and_keys_on_one_screen(stage: Stage) -> None:
    stage.press("F1")
    dialog = stage.dialog(HelpDialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert {"What a board says", "v1=100", "ds7=100", "v1.label=Room 12", "# anything", "Keys"} <= set(said)
    assert 'One assignment a line: Serial.print("v1="); Serial.println(x);' in said
    assert all(said)
    for keys, words in KEYS:
        assert said[said.index(keys) + 1] == words
    assert dialog.height() <= 600
