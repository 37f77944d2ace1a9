"""A recording is only shown: nothing of it can be edited, exported or deleted, and the window says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox

from tests.ui.recordings.runs import opened
from tests.ui.stage import LEFT, Stage

REASON = "This is a recording: it is only shown. Open the bench to use its boards."
ENTRIES = {
    "Bench": ["Edit bench…", "Save as bench file…", "Export bench…"],
    "Device": [
        *("Record", "Release the port, or take it back", "Send a line…"),
        *("Try the cloud now", "Edit device…", "Delete its data…"),
    ],
}


def place(stage: Stage, x: int) -> QPoint:
    """A point in the row of the only datastream."""
    table = stage.window.left.table
    return QPoint(x, table.visualRect(table.rows.index(0, 0)).center().y())


def double_click(stage: Stage) -> None:
    viewport = stage.window.left.table.viewport()
    QTest.mouseClick(viewport, LEFT, pos=place(stage, 60))
    QTest.mouseDClick(viewport, LEFT, pos=place(stage, 60))


ACTS: dict[str, Callable[[Stage], object]] = {
    "the key of the editor": lambda stage: stage.press("Ctrl+E", stage.window),
    "a double click on a datastream": double_click,
    "the look in its menu": lambda stage: stage.choose_in_row(0, "Colour and line"),
    "the device's entry": lambda stage: stage.window.editing.edit_shown(),
    "saving as a bench file": lambda stage: stage.window.editing.save_as(),
    "deleting": lambda stage: stage.window.device_actions.delete_data(),
    "recording": lambda stage: stage.press("Ctrl+R", stage.window),
    "sending a line": lambda stage: stage.press("Ctrl+L", stage.window),
    "releasing the port": lambda stage: stage.press("Ctrl+U", stage.window),
    "exporting": lambda stage: stage.window.editing.files.export(),
}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("act", ACTS)
def test_a_recording_is_only_shown(stage: Stage, act: str) -> None:
    _, clock = opened(stage)
    clock.now_s += 5.5
    stage.frames()
    asked = stage.answers_with(stage.folder / "new.toml")
    ACTS[act](stage)
    assert stage.window.notices.texts[0] == REASON
    assert stage.window.editing.editor is None
    assert (asked, stage.window.connection.player is None) == ([], False)
    assert not [box for box in stage.window.findChildren(QMessageBox) if box.isVisible()]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("name", ENTRIES)
def test_entries_are_disabled_with_their_reason_while_a_recording_is_shown(stage: Stage, name: str) -> None:
    (menu,) = [each for each in stage.window.findChildren(QMenu) if each.title().replace("&", "") == name]
    actions = {action.text().replace("&", ""): action for action in menu.actions()}
    concerned: list[QAction] = [actions[entry] for entry in ENTRIES[name]]
    menu.popup(stage.window.pos())
    assert all(action.isEnabled() for action in concerned)
    menu.close()
    opened(stage)
    menu.popup(stage.window.pos())
    assert [(action.isEnabled(), action.toolTip()) for action in concerned] == [(False, REASON)] * len(
        concerned
    )
    assert menu.toolTipsVisible()
    menu.close()
    assert all(action.isEnabled() for action in concerned)
    stage.connect()
    menu.popup(stage.window.pos())
    assert REASON not in [action.toolTip() for action in concerned]
    assert not menu.toolTipsVisible()
    menu.close()
