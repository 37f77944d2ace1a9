"""The lines that are sent often: a row of buttons, and their menu.

Invariants: a button sends its line at once, with the line end of the send box, and only while the send box
is enabled; buttons that do not fit are in the menu, and so is every key. The row takes no room while it is
empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from app.messages.languages import text
from app.messages.visible import visible
from ui import wording
from ui.settings import Macro

_WITH_KEYS = 9
_SPACE_PX = 6
_MOST_LETTERS = 24


class MacroRow(QWidget):
    """A button for each line, in the user's order, and a menu that also has what changes them."""

    asked = Signal(str)
    """Emitted with a line to send."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu(text("menu_macros"), self)
        self.keep = QAction(text("menu_keep_macro"), self)
        self.edit = QAction(text("menu_edit_macros"), self)
        self.more_button = QToolButton()
        self.more_button.setText(text("button_more_macros"))
        self.more_button.setAccessibleName(text("label_more_macros"))
        self.more_button.setToolTip(text("tip_more_macros"))
        self.more_button.setMenu(self.menu)
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.buttons: list[QPushButton] = []
        self._entries: list[QAction] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 0, 0, 0)
        self._row.setSpacing(_SPACE_PX)
        self._row.addStretch(1)
        self._row.addWidget(self.more_button)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_macros(())

    def show_macros(self, macros: Sequence[Macro]) -> None:
        """Show these lines in place of the earlier ones."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self.menu.clear()
        for entry in self._entries:
            entry.deleteLater()
        self.buttons, self._entries = [], []
        for place, macro in enumerate(macros):
            self._add(place, macro)
        self.menu.addSeparator()
        self.menu.addAction(self.keep)
        self.menu.addAction(self.edit)
        self.setVisible(bool(macros))
        self._fit()

    def _add(self, place: int, macro: Macro) -> None:
        name = visible(macro.name or macro.line)
        key = QKeySequence(f"Alt+{place + 1}") if place < _WITH_KEYS else QKeySequence()
        keys = key.toString(QKeySequence.SequenceFormat.NativeText)
        shown = name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
        button = QPushButton(shown.replace("&", "&&"))
        button.setAutoDefault(False)
        button.setAccessibleName(text("label_macro", name=name))
        tip = text("tip_macro_with_key", line=visible(macro.line), key=keys) if keys else visible(macro.line)
        button.setToolTip(wording.tooltip(tip))
        button.clicked.connect(lambda: self.asked.emit(macro.line))
        entry = QAction(shown.replace("&", "&&"), self)
        entry.setShortcut(key)
        entry.triggered.connect(lambda: self.asked.emit(macro.line) if self.isEnabled() else None)
        self.menu.addAction(entry)
        self._row.insertWidget(place, button)
        self.buttons.append(button)
        self._entries.append(entry)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as the button that opens the menu: all others may be hidden."""
        return QSize(self.more_button.sizeHint().width() + 2 * _SPACE_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show as many buttons as fit."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """When buttons have become wider, for example with larger text, fewer of them fit."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        left = self.width() - self.more_button.sizeHint().width() - 2 * _SPACE_PX
        for button in self.buttons:
            left -= button.sizeHint().width() + _SPACE_PX
            button.setVisible(left >= 0)
