"""The box that sends a line to the board."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.console.sending.send_box import SendBox


@pytest.fixture
def box(qtbot: QtBot) -> SendBox:
    box = SendBox()
    qtbot.addWidget(box)
    box.show()
    return box


def test_return_and_button_send_with_the_chosen_line_end(box: SendBox) -> None:
    sent: list[tuple[str, str]] = []
    box.asked.connect(lambda *line: sent.append(line))
    box.setEnabled(True)
    box.set_line_end("\r\n")
    QTest.keyClicks(box.field, "led=1")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    box.set_line_end("")
    QTest.keyClicks(box.field, "led=0")
    QTest.mouseClick(box.button, Qt.MouseButton.LeftButton)
    assert sent == [("led=1", "\r\n"), ("led=0", "")]
    assert box.field.text() == ""
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    assert box.field.text() == "led=1"
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    assert box.field.text() == "led=0"


def test_every_line_end_of_a_bench_file_can_be_chosen(box: SendBox) -> None:
    for line_end in ("\n", "\r", "\r\n", ""):
        box.set_line_end(line_end)
        assert box.line_end == line_end
    names = ["New line", "Carriage return", "Both, CR and NL", "No line end"]
    assert [box.line_end_box.itemText(n) for n in range(box.line_end_box.count())] == names


def test_nothing_is_sent_while_no_port_is_open(box: SendBox) -> None:
    sent: list[object] = []
    box.asked.connect(lambda *line: sent.append(line))
    QTest.mouseClick(box.button, Qt.MouseButton.LeftButton)
    assert sent == []


def test_the_user_s_choice_of_line_end_is_reported(box: SendBox) -> None:
    chosen: list[str] = []
    box.line_end_chosen.connect(chosen.append)
    box.setEnabled(True)
    box.set_line_end("\r")
    assert chosen == []
    QTest.keyClick(box.line_end_box, Qt.Key.Key_Down)
    assert chosen == ["\r\n"]


def test_a_line_has_at_most_a_thousand_letters_and_the_field_a_placeholder(box: SendBox) -> None:
    box.setEnabled(True)
    box.field.insert("x" * 1001)
    assert box.field.text() == "x" * 1000
    assert "line for the board" in box.field.placeholderText()
    (label,) = box.findChildren(QLabel)
    assert label.buddy() is box.field  # so that Alt+N moves the focus to the field
    assert not box.button.autoDefault()


def test_an_unknown_line_end_is_shown_as_new_line(box: SendBox) -> None:
    box.set_line_end("\r")
    box.set_line_end(";")  # possible if the user edits the settings file
    assert box.line_end == "\n"
