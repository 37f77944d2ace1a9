"""Lines on their way to a board: queued by any thread, written by the port's reader thread.

Invariants: a line that is queued while the port is open is never sent after it was reopened, perhaps hours
later; a board that accepts nothing delays reading by no more than the time-out of one write.
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
    """A short queue of lines, and whether the board accepted the last one."""

    def __init__(self, line_end: str) -> None:
        self._line_end = line_end
        self._lines: deque[bytes] = deque()
        self._refused = False

    def put(self, text: str, line_end: str | None = None) -> bool:
        """Queue a line, with the device's line end or another. False if the queue is full."""
        if len(self._lines) >= MAX_LINES:
            return False
        self._lines.append((text + (self._line_end if line_end is None else line_end)).encode())
        return True

    def send_next(self, source: Source) -> None:
        """Write the oldest line of the queue, if there is one. Raises what the port raises."""
        if not self._lines:
            return
        try:
            source.write(self._lines.popleft())
        except NotTakenError:
            self._refused = True
        else:
            self._refused = False

    def clear(self) -> None:
        """The port is closed: drop the queue."""
        self._lines.clear()
        self._refused = False

    def mark(self, status: LinkStatus) -> LinkStatus:
        """`status`; if the board did not accept the last line, its message says so too."""
        if not self._refused or not status.message:
            return status
        return msgspec.structs.replace(status, message=Message("last_line_not_taken", link=status.message))
