"""The controls of the window, a module for each part of it: a row for each control, which uses it.

A row gets the control of its name, uses it by mouse or keyboard, and tests the effect.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tests.ui.stage import Stage

Use = Callable[[Stage, QWidget], None]


class Controls(dict[str, Use]):
    """The rows of one part, by the name for screen readers."""

    def row(self, name: str) -> Callable[[Use], Use]:
        def add(use: Use) -> Use:
            self[name] = use
            return use

        return add


def type_in(widget: QWidget, text: str) -> None:
    """Replace the text of a field, or of an editable box."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
