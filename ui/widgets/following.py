"""Lets a list follow its newest row until the user scrolls up, and then keep its place.

Invariant: rows that leave at the top do not move the rows in sight.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTableView


class Following(QObject):
    """The scroll bar of a list whose newest row is the last."""

    changed = Signal(bool)
    """Emitted when the list begins to follow its newest row, or ends it."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._is_adding = False
        self.is_on = True
        """Whether the list scrolls to each new row."""
        view.verticalScrollBar().valueChanged.connect(self._scrolled)

    def add(self, change: Callable[[], int]) -> None:
        """Call `change`, which adds rows to the list and returns how many have left at its top."""
        bar = self._view.verticalScrollBar()
        was_at = bar.value()
        self._is_adding = True
        dropped = change()
        if self.is_on:
            self._view.scrollToBottom()
        else:
            self._view.executeDelayedItemsLayout()
            bar.setValue(max(0, was_at - dropped))
        self._is_adding = False

    def begin(self) -> None:
        """Scroll to the newest row, and follow it from now on."""
        self._set(True)
        self._view.scrollToBottom()

    def _scrolled(self, value: int) -> None:
        if not self._is_adding:
            self._set(value >= self._view.verticalScrollBar().maximum())

    def _set(self, is_on: bool) -> None:
        if is_on != self.is_on:
            self.is_on = is_on
            self.changed.emit(is_on)
