"""The lines that were sent to a board, to be called up again with the up and down keys.

Invariants: bounded; what is being typed is not lost by looking back. Pure: no I/O, no clock.
"""

from __future__ import annotations

_MOST = 100


class SentLines:
    """The newest last, and the place that is looked at."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._back = 0
        self._typed = ""

    def add(self, line: str) -> None:
        """Note a line that was sent; the same twice in a row is one."""
        if line and self._lines[-1:] != [line]:
            self._lines.append(line)
            del self._lines[:-_MOST]
        self._back = 0

    def earlier(self, typed: str) -> str:
        """One line further back; `typed` is what stands in the field now."""
        if self._back == 0:
            self._typed = typed
        self._back = min(self._back + 1, len(self._lines))
        return self._shown()

    def later(self, typed: str) -> str:
        """One line forward, and at last what was being typed."""
        if self._back == 0:
            return typed
        self._back -= 1
        return self._shown()

    def _shown(self) -> str:
        return self._lines[-self._back] if self._back else self._typed
