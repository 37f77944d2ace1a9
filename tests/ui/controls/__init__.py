"""How to test the window's controls: a module for each part of the window, and a row for each control.

A row is a function. It takes the control as an argument, uses it by mouse or keyboard, and checks the effect.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tests.ui.stage import Stage

Use = Callable[[Stage, QWidget], None]


class Controls(dict[str, Use]):
    """The rows of one part of the window; a key is the accessible name of a control."""

    def row(self, name: str) -> Callable[[Use], Use]:
        def add(use: Use) -> Use:
            self[name] = use
            return use

        return add


def type_in(widget: QWidget, text: str) -> None:
    """Type `text` over the present text of a field or an editable combo box."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
