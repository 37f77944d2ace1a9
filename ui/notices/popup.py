"""The list of all notices, which opens below the line of notices.

Invariants: a row stays in its place while its text changes, so that nobody presses the wrong button; Esc, a
click elsewhere and a press of any button close the list.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.messages.languages import text
from ui.notices.row import NoticeRow
from ui.situation import Key, Notice

_MOST_OF_SCREEN = 0.6
_FRAME_PX = 4


class NoticePopup(QFrame):
    """The rows of all notices, in a frame that is closed by a click outside."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("popup", True)
        self.setAccessibleName(text("label_all_notices"))
        self._rows: dict[Key, NoticeRow] = {}
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(5)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._page)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 1, 1, 1)
        around.addWidget(self._scroll)

    def open_below(self, line: QWidget, notices: Mapping[Key, Notice]) -> None:
        """Show `notices` below `line`, as wide as it is, and focus the first button."""
        self.show_all(notices)
        self._fit(line)
        self.show()
        buttons = (button for row in self.rows for button in row.findChildren(QToolButton))
        first = next((button for button in buttons if not button.isHidden()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_all(self, notices: Mapping[Key, Notice]) -> None:
        """Show these notices, in their order, and close the list if there are none."""
        for key in [key for key in self._rows if key not in notices]:
            self._remove(key)
        for place, (key, notice) in enumerate(notices.items()):
            row = self._rows.get(key)
            if row and not row.looks_like(notice):
                self._remove(key)
                row = None
            if row is None:
                row = self._rows[key] = NoticeRow(notice, self.hide, self._page)
                row.show()
            elif row.notice != notice:
                row.change(notice)
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
        if not notices:
            self.close()

    @property
    def rows(self) -> list[NoticeRow]:
        """The rows from top to bottom."""
        return sorted(self._rows.values(), key=self._column.indexOf)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Close the list on Esc, and move through the buttons with the arrow keys."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _fit(self, line: QWidget) -> None:
        screen = line.screen().availableGeometry()
        width = line.width()
        height = self._column.heightForWidth(width - _FRAME_PX) + _FRAME_PX
        at = line.mapToGlobal(QPoint(0, line.height() + 2))
        room = max(80, screen.bottom() - at.y())
        self.setGeometry(at.x(), at.y(), width, min(height, room, int(_MOST_OF_SCREEN * screen.height())))

    def _remove(self, key: Key) -> None:
        row = self._rows.pop(key)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
