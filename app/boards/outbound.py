"""Sends lines to a board: any thread may queue them, and the thread that reads the port writes them.

Invariants: a line that is still queued when the port closes is dropped, so that it is not sent hours later,
when the port opens again; if a board accepts no bytes, the thread reads the port again after at most the
time-out of one write.
"""

from __future__ import annotations

from collections import deque

import msgspec

from app.boards.errors import NotTakenError
from app.boards.sources import Source
from app.boards.status import LinkStatus
from app.messages.message import Message

MAX_LINES = 100


class Outbound:
    """A short queue of lines for one board. It remembers whether the last line could be written."""

    def __init__(self, line_end: str) -> None:
        self.line_end = line_end
        """The end of the lines that are queued from now on, unless they have one of their own."""
        self._lines: deque[tuple[str, str]] = deque()
        """Each line, and its line end."""
        self._refused = False

    def put(self, text: str, line_end: str | None = None) -> bool:
        """Queue a line. Returns False if the queue is full.

        The line ends with `line_end`; if that is None, with the device's own line end.
        """
        if len(self._lines) >= MAX_LINES:
            return False
        self._lines.append((text, self.line_end if line_end is None else line_end))
        return True

    def send_next(self, source: Source) -> tuple[str, bool] | None:
        """Send the oldest queued line to the board behind `source`.

        Returns the line and whether the board has taken it; None if no line is queued. Raises one of
        PORT_FAILURES if the port fails.
        """
        if not self._lines:
            return None
        text, line_end = self._lines.popleft()
        try:
            source.write((text + line_end).encode(errors="replace"))
        except NotTakenError:
            self._refused = True
        else:
            self._refused = False
        return text, not self._refused

    def clear(self) -> None:
        """Drop all queued lines. Call this when the port closes."""
        self._lines.clear()
        self._refused = False

    def mark(self, status: LinkStatus) -> LinkStatus:
        """Return `status`, with a note in its message if the board did not accept the last line sent."""
        if not self._refused or not status.message:
            return status
        return msgspec.structs.replace(status, message=Message("last_line_not_taken", link=status.message))
