"""What flashes at present: each key for a second.

Invariant: a key that is told again while it flashes, flashes until a second after that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QTimer

FLASH_MS = 1000


class Flashes(QObject):
    """The keys that flash, for a widget that shows them."""

    def __init__(self, parent: QObject, changed: Callable[[], object]) -> None:
        """`changed` is called when a key begins or ceases to flash."""
        super().__init__(parent)
        self._changed = changed
        self._running: Counter[Hashable] = Counter()

    def begin(self, key: Hashable) -> None:
        """Let `key` flash."""
        self._running[key] += 1
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._end(key, timer))
        timer.start(FLASH_MS)
        self._changed()

    def _end(self, key: Hashable, timer: QTimer) -> None:
        self._running[key] -= 1
        timer.deleteLater()
        self._changed()

    def __contains__(self, key: Hashable) -> bool:
        return self._running[key] > 0
