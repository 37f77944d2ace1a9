"""A list in which a click chooses an item, as does Return on the item that the arrow keys have reached."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

_LEAST_ROWS = 2


class ChoiceList(QListWidget):
    """A list whose items act like buttons. Down enters its first item, and Tab leaves the list."""

    item_chosen = Signal(QListWidgetItem)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the name of the list for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("choices", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.itemClicked.connect(self._choose)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As small as possible: the layout gives the list the room that is left."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A size with room for `_LEAST_ROWS` items in the font of the list."""
        height = _LEAST_ROWS * 3 * self.fontMetrics().height()
        return QSize(super().minimumSizeHint().width(), height)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose the current item on Return or Enter; Qt handles all other keys."""
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.item_chosen.emit(item)
