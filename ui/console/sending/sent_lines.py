"""The lines that were sent to a board; the up and down keys bring them back.

Invariants: the number of lines is bounded; the text that the user was typing comes back when the user goes
forward from the newest line. Pure: no I/O, no clock.
"""

from __future__ import annotations

_MOST = 100


class SentLines:
    """The sent lines, oldest first. The user can step back through them, and forward again."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._back = 0
        """How many lines the user has stepped back; 0 if the field shows the user's own text."""
        self._typed = ""
        """The user's own text, kept while the field shows a sent line."""

    def add(self, line: str) -> None:
        """Add a line that was sent, unless it is empty or equal to the previous line."""
        if line and self._lines[-1:] != [line]:
            self._lines.append(line)
            del self._lines[:-_MOST]
        self._back = 0

    def earlier(self, field_text: str) -> str:
        """Step back to the previous sent line, and return it. The steps end at the oldest line.

        `field_text` is the present text of the field. The first step goes to the newest line, and keeps
        `field_text` for `later`.
        """
        if self._back == 0:
            self._typed = field_text
        self._back = min(self._back + 1, len(self._lines))
        return self._shown()

    def later(self, field_text: str) -> str:
        """Step forward to the next sent line, and return it.

        From the newest line, step to the text that `earlier` has kept, and return that text. `field_text` is
        the present text of the field. If the user has not stepped back, return `field_text`.
        """
        if self._back == 0:
            return field_text
        self._back -= 1
        return self._shown()

    def _shown(self) -> str:
        return self._lines[-self._back] if self._back else self._typed
