"""The list of the bench files that were opened recently. A click or Return opens one.

Invariants: whether the files still exist is checked in a separate thread, because a network drive that is
gone may take half a minute to say so; until then, and in doubt, a file can be chosen.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from app.messages.languages import text
from app.messages.visible import visible
from ui.boards import recent
from ui.widgets.choice_list import ChoiceList

_LOOK_MS = 100


class RecentList(ChoiceList):
    """The list; each file has its name, and below it the folder that it is in."""

    chosen = Signal(str)
    """Emitted with the path of the file that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("label_recent_files"), parent)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.item_chosen.connect(self._item_chosen)
        self._missing: list[frozenset[str]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    def show_files(self, paths: Sequence[str]) -> None:
        """List the files at `paths`, and find out which of them are missing."""
        self.clear()
        for path in paths:
            file = recent.shown(path)
            item = QListWidgetItem(f"{file.name}\n{file.folder}")
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(visible(path))
            self.addItem(item)
        found = self._missing = []
        # The thread refers to the list and not to the widget, because the thread can outlive the widget.
        threading.Thread(target=lambda: found.append(_missing(paths)), name="recent", daemon=True).start()
        self._timer.start(_LOOK_MS)

    def _look(self) -> None:
        if not self._missing:
            return
        self._timer.stop()
        for row in range(self.count()):
            item = self.item(row)
            path = item.data(Qt.ItemDataRole.UserRole)
            if path in self._missing[0]:
                item.setText(text("recent_file_missing", name=recent.shown(path).name))
                item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _item_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _missing(paths: Sequence[str]) -> frozenset[str]:
    return frozenset(path for path in paths if not _exists(path))


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False
