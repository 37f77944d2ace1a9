"""The lines that were sent to a board; the up and down keys bring them back.

Invariants: the number of lines is bounded; what was being typed comes back at the end. Pure: no I/O, no
clock.
"""

from __future__ import annotations

_MOST = 100


class SentLines:
    """The sent lines, the newest last, and how far back the user has gone."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._back = 0
        self._typed = ""

    def add(self, line: str) -> None:
        """Add a line that was sent; the same line twice in a row counts once."""
        if line and self._lines[-1:] != [line]:
            self._lines.append(line)
            del self._lines[:-_MOST]
        self._back = 0

    def earlier(self, typed: str) -> str:
        """The line before the one that is shown; `typed` is what is in the field now."""
        if self._back == 0:
            self._typed = typed
        self._back = min(self._back + 1, len(self._lines))
        return self._shown()

    def later(self, typed: str) -> str:
        """The line after the one that is shown; after the newest, what was being typed."""
        if self._back == 0:
            return typed
        self._back -= 1
        return self._shown()

    def _shown(self) -> str:
        return self._lines[-self._back] if self._back else self._typed
