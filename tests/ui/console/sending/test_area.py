"""Lines sent often: buttons above the send box, their keys, and the dialog that changes them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.stage import PATIENCE_MS
from ui.console.sending.area import SendArea
from ui.console.sending.macro_dialog import MacroDialog
from ui.settings import Macro, Settings

UNO = "usb:2341:0043:85734323"


class Shown:
    """What sends lines, with a board and settings of its own."""

    def __init__(self, qtbot: QtBot) -> None:
        self.settings = Settings()
        self.area = SendArea()
        self.sent: list[tuple[str, str]] = []
        self.told: list[str] = []
        self.area.send_box.asked.connect(lambda *line: self.sent.append(line))
        self.area.told.connect(lambda message, _tone: self.told.append(str(message)))
        self.area.use(self.settings)
        self.area.show_board("greenhouse", UNO)
        self.area.set_enabled(True)
        self.area.resize(700, 100)
        qtbot.addWidget(self.area)
        with qtbot.waitExposed(self.area, timeout=PATIENCE_MS):
            self.area.show()
        self.area.activateWindow()
        qtbot.waitUntil(self.area.isActiveWindow, timeout=PATIENCE_MS)

    def use(self, *macros: Macro) -> None:
        self.settings.macros = list(macros)
        self.area.use(self.settings)

    @property
    def names(self) -> list[str]:
        return [button.text() for button in self.area.macros.buttons]

    def edit(self) -> MacroDialog:
        self.area.macros.edit.trigger()
        return self.area.findChildren(MacroDialog)[-1]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_a_line_in_the_send_box_becomes_a_button(shown: Shown) -> None:
    assert not shown.area.macros.isVisible()
    QTest.keyClicks(shown.area.send_box.field, "led=1")
    shown.area.send_box.keep_button.click()
    assert shown.area.macros.isVisible()
    assert shown.names == ["led=1"]
    assert [macro.line for macro in shown.settings.macros] == ["led=1"]
    shown.area.send_box.set_line_end("\r\n")
    QTest.mouseClick(shown.area.macros.buttons[0], Qt.MouseButton.LeftButton)
    assert shown.sent == [("led=1", "\r\n")]
    shown.area.send_box.field.clear()
    shown.area.macros.keep.trigger()
    assert shown.told == ["Type a line into the send box first: it gets a button."]
    assert shown.names == ["led=1"]


def test_keys_send_the_first_nine_lines(shown: Shown) -> None:
    shown.use(*(Macro(name=f"&{number}", line=f"n={number}") for number in range(1, 11)))
    entries = shown.area.macros.menu.actions()
    keys = [entry.shortcut().toString() for entry in entries[:10]]
    assert keys == [*(f"Alt+{number}" for number in range(1, 10)), ""]
    assert entries[1].text() == "&&2"
    entries[1].trigger()
    assert shown.sent == [("n=2", "\n")]
    assert shown.area.macros.buttons[0].toolTip() == "<span>n=1 (Alt+1)</span>"
    assert shown.area.macros.buttons[9].toolTip() == "<span>n=10</span>"
    assert shown.area.macros.buttons[0].accessibleName() == "Send &1"


def test_nothing_is_sent_while_no_port_is_open(shown: Shown) -> None:
    shown.use(Macro(line="led=1"))
    shown.area.set_enabled(False)
    shown.area.macros.menu.actions()[0].trigger()
    QTest.mouseClick(shown.area.macros.buttons[0], Qt.MouseButton.LeftButton)
    assert shown.sent == []


def test_buttons_that_do_not_fit_are_in_the_menu(shown: Shown, qtbot: QtBot) -> None:
    shown.use(*(Macro(name=f"a rather long name {number}", line="x") for number in range(9)))
    macros = shown.area.macros
    visible = [button for button in macros.buttons if button.isVisible()]
    assert 0 < len(visible) < 9
    assert max(button.geometry().right() for button in visible) < macros.more_button.geometry().left()
    shown.area.resize(1600, 100)
    qtbot.waitUntil(lambda: sum(b.isVisible() for b in macros.buttons) > len(visible), timeout=PATIENCE_MS)
    more = sum(button.isVisible() for button in macros.buttons)
    for button in macros.buttons:  # as with larger text
        button.setText(3 * button.text())
    qtbot.waitUntil(lambda: sum(b.isVisible() for b in macros.buttons) < more, timeout=PATIENCE_MS)
    assert macros.minimumSizeHint().width() < 100
    shown.use(Macro(name="x" * 30, line="x"))
    assert shown.names == ["x" * 23 + "…"]


def test_lines_for_one_board_are_shown_only_with_it(shown: Shown) -> None:
    shown.use(Macro(line="a"), Macro(line="b", port=UNO), Macro(line="c", port="COM5"))
    assert shown.names == ["a", "b"]
    shown.area.show_board("cellar", "COM5")
    assert shown.names == ["a", "c"]
    dialog = shown.edit()
    dialog.remove_button.click()
    dialog.accept()
    assert [macro.line for macro in shown.settings.macros] == ["c", "b"]


def test_lines_are_added_renamed_changed_and_removed(shown: Shown) -> None:
    dialog = shown.edit()
    assert not dialog.line_field.isEnabled()
    for name, line in (("On", "led=1"), ("Off", "led=0"), ("Status", "?")):
        dialog.new_button.click()
        QTest.keyClicks(dialog.name_field, name)
        QTest.keyClicks(dialog.line_field, line)
    dialog.own_box.click()
    dialog.list.setCurrentRow(0)
    assert (dialog.name_field.text(), dialog.line_field.text(), dialog.own_box.isChecked()) == (
        *("On", "led=1", False),
    )
    dialog.name_field.clear()
    QTest.keyClicks(dialog.name_field, "Light on")
    assert dialog.list.item(0).text() == "Light on"
    dialog.list.setCurrentRow(1)
    dialog.remove_button.click()
    assert shown.settings.macros == []  # Nothing changes before the user agrees.
    dialog.agree.click()
    assert shown.settings.macros == [
        Macro(name="Light on", line="led=1"),
        Macro(name="Status", line="?", port=UNO),
    ]
    assert shown.names == ["Light on", "Status"]


def test_lines_are_put_into_another_order(shown: Shown) -> None:
    shown.use(Macro(line="a"), Macro(line="b"), Macro(line="c", port=UNO))
    dialog = shown.edit()
    assert (dialog.up_button.isEnabled(), dialog.down_button.isEnabled()) == (False, True)
    dialog.down_button.click()
    dialog.down_button.click()
    assert (dialog.up_button.isEnabled(), dialog.down_button.isEnabled()) == (True, False)
    dialog.up_button.click()
    dialog.list.setCurrentRow(2)
    QTest.keyClicks(dialog.name_field, "C")  # It stays a line for this board.
    dialog.accept()
    assert shown.settings.macros == [
        *(Macro(line="b"), Macro(line="a"), Macro(name="C", line="c", port=UNO)),
    ]


def test_empty_lines_are_not_kept_and_cancelling_changes_nothing(shown: Shown) -> None:
    shown.use(Macro(line="a"))
    dialog = shown.edit()
    dialog.new_button.click()
    assert dialog.list.item(1).text() == "…"
    dialog.accept()
    assert shown.names == ["a"]
    dialog = shown.edit()
    dialog.remove_button.click()
    assert dialog.list.count() == 0
    dialog.reject()
    assert shown.names == ["a"]
    assert [button.text() for button in shown.area.macros.findChildren(QPushButton)].count("a") >= 1
