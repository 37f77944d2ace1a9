"""The lines that were sent to a board; the up and down keys bring them back.

Invariants: the number of lines is bounded; the text that the user was typing comes back when the user goes
forward from the newest line. Pure: no I/O, no clock.
"""

from __future__ import annotations

_MOST = 100


class SentLines:
    """The sent lines, newest last, and how many lines the user has gone back."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._back = 0
        self._typed = ""

    def add(self, line: str) -> None:
        """Add a line that was sent, unless it is empty or equal to the previous line."""
        if line and self._lines[-1:] != [line]:
            self._lines.append(line)
            del self._lines[:-_MOST]
        self._back = 0

    def earlier(self, typed: str) -> str:
        """Go back one line and return it; `typed` is the text that is in the field now."""
        if self._back == 0:
            self._typed = typed
        self._back = min(self._back + 1, len(self._lines))
        return self._shown()

    def later(self, typed: str) -> str:
        """Go forward one line and return it. After the newest line, return the text that was typed before.

        `typed` is the text in the field now. It is returned if there is no later line.
        """
        if self._back == 0:
            return typed
        self._back -= 1
        return self._shown()

    def _shown(self) -> str:
        return self._lines[-self._back] if self._back else self._typed
