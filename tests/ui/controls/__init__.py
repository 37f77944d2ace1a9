"""The controls of the window, a module for each part of it: a row for each control, which uses it.

A row is given the control that bears its name, uses it by mouse or keyboard, and sees the effect where it
counts.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tests.ui.stage import Stage

Use = Callable[[Stage, QWidget], None]


class Controls(dict[str, Use]):
    """The rows of one part, by the name that a screen reader says."""

    def row(self, name: str) -> Callable[[Use], Use]:
        def add(use: Use) -> Use:
            self[name] = use
            return use

        return add


def type_in(widget: QWidget, text: str) -> None:
    """Replace what stands in a field, or in the field of a box."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
