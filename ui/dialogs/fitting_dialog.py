"""A dialog that fits its screen: if its contents are too high, they scroll, and its buttons stay in sight.

Invariant: the dialog opens inside the usable area of its screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ui.widgets.scroll_page import ScrollPage

_FRAME_PX = 48
"""Room for the frame that the desktop draws around a dialog."""


class FittingDialog(QDialog):
    """A dialog whose widgets are added to `contents`, and whose buttons are added by `add_buttons`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QWidget()
        self.contents = QVBoxLayout(page)
        self.contents.setContentsMargins(0, 0, 0, 0)
        self._scroll = ScrollPage(page)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 16)
        self._column.setSpacing(14)
        self._column.addWidget(self._scroll, 1)

    def add_buttons(self, buttons: QDialogButtonBox) -> None:
        """Add the row of buttons below the contents."""
        self._column.addWidget(buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Take the size that the contents need, but no more than the screen has."""
        super().showEvent(event)
        if not event.spontaneous():
            self.fit()

    def fit(self) -> None:
        """Take the size that the contents need now, but no more than the screen has."""
        self.contents.activate()
        self._scroll.updateGeometry()
        room = self.screen().availableGeometry()
        wanted, most = self.sizeHint(), room.height() - _FRAME_PX
        if wanted.height() > most:
            # So that the keyboard can scroll contents in which nothing else takes the focus.
            self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._scroll.setAccessibleName(self.windowTitle())
            wanted.setWidth(wanted.width() + self._scroll.verticalScrollBar().sizeHint().width())
        wanted.setHeight(min(wanted.height(), most))
        self.resize(wanted.boundedTo(room.size()).expandedTo(self.minimumSize()))
        lowest, rightmost = (
            room.top() + room.height() - self.height(),
            room.left() + room.width() - self.width(),
        )
        if self.y() > lowest - _FRAME_PX or self.x() > rightmost:
            top = min(self.y(), max(room.top(), lowest - _FRAME_PX))
            self.move(min(self.x(), max(room.left(), rightmost)), top)
