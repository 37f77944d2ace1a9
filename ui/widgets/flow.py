"""A layout that places widgets beside each other and begins a new row when the width is used up.

Invariant: the order on the screen is the order in which the widgets were added.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lays out widgets in rows, each in its preferred size; one that does not fit starts a new row."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Append an item; Qt calls this for `addWidget`."""
        self._items.append(item)

    def count(self) -> int:
        """The number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """The item at `index`; None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override] # noqa: N802
        """Remove and return the item at `index`; None beyond the end (the type stubs lack this None)."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """No direction: the layout needs no more room than its rows."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Always True, because a narrower layout needs more rows."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The total height in pixels of all rows in a layout that is `width` pixels wide."""
        return self._place(QPoint(), width, move=False)

    def setGeometry(self, area: QRect) -> None:  # noqa: N802
        """Place the widgets in `area`."""
        super().setGeometry(area)
        self._place(area.topLeft(), area.width(), move=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The same as `minimumSize`."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        """The largest minimum width and the largest minimum height of all widgets."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, at: QPoint, width: int, *, move: bool) -> int:
        x, y, row_height = at.x(), at.y(), 0
        for item in self._items:
            if item.isEmpty():  # a hidden widget
                continue
            hint = item.sizeHint()
            if x > at.x() and x + hint.width() > at.x() + width:
                x, y, row_height = at.x(), y + row_height + self._spacing, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self._spacing
            row_height = max(row_height, hint.height())
        return y + row_height - at.y()


class FlowWidget(QWidget):
    """A widget with a `FlowLayout`, as tall as the rows of the layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)

    def add(self, widget: QWidget) -> None:
        """Append a widget after the others."""
        self._flow.addWidget(widget)

    def clear(self) -> None:
        """Remove all widgets."""
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item else None
            if widget:
                widget.deleteLater()
