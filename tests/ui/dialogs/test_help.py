"""The help lists every key and fits on one screen."""

from __future__ import annotations

import itertools

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from app.messages.languages import text
from tests.ui.stage import Stage
from ui.dialogs.help import KEYS, HelpDialog, key_names

ROWS = [(key_names(keys), text(code)) for keys, code in KEYS]


def test_help_lists_every_key_of_the_menus_once(stage: Stage) -> None:
    listed = [key for keys, _ in KEYS for key in keys]
    actions = stage.window.findChildren(QAction)
    of_the_menus = {key.toString() for action in actions for key in action.shortcuts()}
    assert set(listed) == of_the_menus | {"Space"}
    assert len(listed) == len(set(listed))


def test_help_shows_lines_and_keys_on_one_screen(stage: Stage) -> None:
    stage.press("F1")
    dialog = stage.dialog(HelpDialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert {"What the board sends", "v1=100", "ds7=100", "v1.label=Room 12", "# anything", "Keys"} <= set(
        said
    )
    assert 'One assignment per line: Serial.print("v1="); Serial.println(x);' in said
    assert all(said)
    for keys, words in ROWS:
        assert said[said.index(keys) + 1] == words
    assert dialog.height() <= 600


def test_help_has_two_columns_with_margins(stage: Stage) -> None:
    stage.press("F1")
    dialog = stage.dialog(HelpDialog)
    layout = dialog.layout()
    assert layout
    stage.wait_until(lambda: layout.geometry().size() == dialog.size())
    labels = {label.text(): label for label in dialog.findChildren(QLabel)}
    for title in ("What the board sends", "Keys"):
        assert labels[title].property("title")
    lefts = [labels[keys].geometry() for keys, _ in ROWS]
    rights = [labels[words].geometry() for _, words in ROWS]
    edge = labels["Keys"].geometry().left()
    assert edge >= 20
    assert {left.left() for left in lefts} == {edge}
    assert len({right.left() for right in rights}) == 1
    assert 16 <= rights[0].left() - max(left.right() for left in lefts) <= 30
    assert {right.right() for right in rights} == {dialog.width() - 1 - edge}
    rows = [below.top() - above.bottom() for above, below in itertools.pairwise(rights)]
    assert 4 <= min(rows) <= max(rows) <= 10
    (last_line,) = [label.geometry() for text, label in labels.items() if text == "# anything"]
    assert labels["Keys"].geometry().top() - last_line.bottom() > 2 * max(rows)
    assert labels["What the board sends"].geometry().top() >= 16
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    assert 12 <= dialog.height() - buttons.geometry().bottom() <= edge
    assert buttons.geometry().top() - rights[-1].bottom() > max(rows)
