"""A box in which the user chooses a text from a list, or types another one."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy

from app.messages.languages import text
from ui.widgets.choice_box import ChoiceBox

FIELD_PX = 32
"""The height of a field in the connection bar."""


def editable_box(name: str, tip: str) -> ChoiceBox:
    """A box with the accessible name and the tool tip of these message codes."""
    box = ChoiceBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setCompleter(None)  # type: ignore[arg-type]  # the stubs do not allow None, which removes the completer
    box.setAccessibleName(text(name))
    line_of(box).setAccessibleName(text(name))
    box.setToolTip(text(tip))
    box.setMinimumHeight(FIELD_PX)
    box.setMinimumContentsLength(7)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setIconSize(QSize(0, 0))
    return box


def line_of(box: QComboBox) -> QLineEdit:
    """The field for text in an editable box."""
    line = box.lineEdit()
    if line is None:
        raise RuntimeError("the box is not editable")
    return line
