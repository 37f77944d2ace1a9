"""A page that fills its window, and scrolls if the window is smaller than the page's contents.

Invariant: the page is never smaller than its layout allows, so nothing in it is cut off or overlaps.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget


class ScrollPage(QScrollArea):
    """Shows `page`, whose height may depend on its width, which `QScrollArea` alone gets wrong.

    It would give the page the height that it prefers, and scroll even if a lower page had enough room.
    """

    def __init__(
        self, page: QWidget, adapt: Callable[[int], object] | None = None, parent: QWidget | None = None
    ) -> None:
        """`adapt` is called with the width of the room, in pixels, before the page is fitted into it.

        The page itself can be wider than the room, so its own width does not say that the room is narrow.
        """
        super().__init__(parent)
        self._adapt = adapt
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        page.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The size of the whole page."""
        return self.widget().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Fit the page again when its contents need more or less room than before."""
        if event.type() is QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Fit the page into the room that is known now."""
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the page into the new room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.widget().layout()
        if layout is None or not self.isVisible():
            # Before it is shown, the size is not yet known. Parts such as splitters would be fitted to a size
            # that is too small, and would not find back to their own.
            return
        room = self.maximumViewportSize()
        if self._adapt:
            self._adapt(room.width())
        least = layout.minimumSize().width()
        width = max(room.width(), least)
        height = _least_height(layout, width)
        if height > room.height():
            # The vertical scroll bar makes the page narrower, and so perhaps higher.
            width = max(room.width() - self.verticalScrollBar().sizeHint().width(), least)
            height = _least_height(layout, width)
        bar = self.horizontalScrollBar().sizeHint().height() if width > room.width() else 0
        self.widget().resize(width, max(height, room.height() - bar))


def _least_height(layout: QLayout, width: int) -> int:
    """The least height at which the contents of `layout` fit into `width`."""
    height = layout.minimumSize().height()
    return max(height, layout.minimumHeightForWidth(width)) if layout.hasHeightForWidth() else height
