"""The typed fields of Qt's style options, for delegates that paint themselves."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem


class Option(Protocol):
    """The fields of QStyleOptionViewItem that its type stubs lack."""

    font: QFont
    rect: QRect
    state: QStyle.StateFlag


def seen(option: QStyleOptionViewItem) -> Option:
    """`option` with its fields."""
    return cast(Option, option)
