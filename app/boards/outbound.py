"""Lines on their way to a board: put by any thread, written by the port's own.

Invariants: what was meant for one opening of the port is never sent in another, hours later; a board
that takes nothing cannot hold up the reading for longer than one write may take.
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
    """A short queue of lines, and what became of the last one."""

    def __init__(self, line_end: str) -> None:
        self._line_end = line_end
        self._lines: deque[bytes] = deque()
        self._refused = False

    def put(self, text: str, line_end: str | None = None) -> bool:
        """Queue a line with the device's line end or another; False where too many wait already."""
        if len(self._lines) >= MAX_LINES:
            return False
        self._lines.append((text + (self._line_end if line_end is None else line_end)).encode())
        return True

    def send_next(self, source: Source) -> None:
        """Write the line that waits longest, if there is one. Raises what the port raises."""
        if not self._lines:
            return
        try:
            source.write(self._lines.popleft())
        except NotTakenError:
            self._refused = True
        else:
            self._refused = False

    def clear(self) -> None:
        """The port is closed: what waits will not be sent."""
        self._lines.clear()
        self._refused = False

    def mark(self, status: LinkStatus) -> LinkStatus:
        """`status`, which also says so if the board did not take the last line."""
        if not self._refused or not status.message:
            return status
        return msgspec.structs.replace(status, message=Message("last_line_not_taken", link=status.message))
