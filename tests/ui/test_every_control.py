"""Uses every control of the window by mouse or keyboard, and checks the effect.

A test fails if a control has no row in `controls`, or if the window has no control for a row.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QMenu,
    QMessageBox,
    QTabBar,
    QWidget,
)

from tests.ui.controls import connection, first_page, lower, plot, recordings
from tests.ui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROWS = connection.CONTROLS | first_page.CONTROLS | plot.CONTROLS | lower.CONTROLS | recordings.CONTROLS


def of_notices(stage: Stage) -> tuple[QWidget, ...]:
    """The buttons whose texts are those of the notice; `test_notice_buttons` uses them."""
    line = stage.window.notices
    return line.name, line.also, line.button, line.close_button, *line.fixes


def controls(stage: Stage) -> dict[str, QWidget]:
    """All controls of the window by name, but not the parts that Qt creates inside them."""
    found: dict[str, QWidget] = {}
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTabBar, QAbstractItemView)
    for widget in stage.window.findChildren(QWidget):
        of_qt = widget.objectName().startswith("qt_") or type(widget) is QAbstractButton
        part = isinstance(widget.parent(), QComboBox | QTabBar) or widget.window() is not stage.window
        part = part or widget in of_notices(stage)
        if isinstance(widget, kinds) and not of_qt and not part and "Header" not in type(widget).__name__:
            text = widget.text().strip() if isinstance(widget, QAbstractButton) else ""
            name = widget.accessibleName() or text
            assert name not in found, f"two controls are called {name}"
            found[name] = widget
    return found


def test_every_control_has_a_row(stage: Stage) -> None:
    assert set(controls(stage)) == set(ROWS)


@pytest.mark.parametrize("name", ROWS, ids=[name.replace("…", "...") for name in ROWS])
def test_control_does_what_it_says(stage: Stage, name: str) -> None:
    ROWS[name](stage, controls(stage)[name])


TIPS = {
    "Record": "Record every byte of this board to a file (Ctrl+R)",
    "Only rejected lines": "Hide all other lines (W)",
    "Find in the console": "Find a text in these lines (Ctrl+F)",
    "Find next": "The hit below (F3)",
    "Find previous": "The hit above (Shift+F3)",
    "Jump to newest": "Follow the newest line again (End)",
    "Clear the console": "Empty this view (Ctrl+K); nothing is lost",
    "Copy all": "Copy the counts and these lines to the clipboard (Ctrl+C: selected lines)",
    "Line end": "What is sent after the line",
}


def test_the_tool_tip_of_a_tool_names_its_key(stage: Stage) -> None:
    shown = controls(stage)
    assert {name: shown[name].toolTip() for name in TIPS} == TIPS


def test_every_menu_is_in_the_menu_bar_or_at_a_button_or_in_the_tray(stage: Stage) -> None:
    """The only context menus are those of tables' rows; `test_mouse_gestures` and others use them."""
    names = {menu.title() for menu in stage.window.findChildren(QMenu)}
    assert names == {"&Bench", "&Device", "&View", "T&heme", "Lan&guage", "&Faults", "&Help", ""} | {
        "P&anes",
        "Cur&ves",
        "Text si&ze",
        "Recent recording&s",
        "Mark&ers",
        "Alarm wi&th a flash or a beep",
        *("Lines sho&wn in the console", "&Verdict", "&Datastream", "&Lines sent often"),
    }
    untitled = [menu for menu in stage.window.findChildren(QMenu) if not menu.title()]
    # The menu bar has an untitled menu of its own, for menus that do not fit.
    assert {menu.parent() for menu in untitled} == {
        stage.window.lower_pane.cloud.resend_button,
        stage.window.lower_pane.cloud.discard_button,
        stage.window.menuBar(),
        stage.window.pane.tools.together_button,
        stage.window,  # the parent of the tray's menu
    }
    for widget in stage.window.findChildren(QWidget):
        assert widget.contextMenuPolicy() in (
            Qt.ContextMenuPolicy.DefaultContextMenu,
            Qt.ContextMenuPolicy.NoContextMenu,
        )


def test_return_and_escape_answer_a_question_with_no(stage: Stage) -> None:
    lower.show_cloud(stage)
    for ask in (
        stage.window.device_actions.send_here,
        stage.window.device_actions.discard,
        stage.window.device_actions.delete_data,
    ):
        for key in ("Return", "Esc"):
            ask()
            stage.press(key, stage.question())
            assert not [box for box in stage.window.findChildren(QMessageBox) if box.isVisible()]
    assert stage.bench.calls == []
