"""Sends the lines of a file to a board one by one: when which line goes, and why it ends.

A line goes to the bench, which writes it and then says so (`SentLine`). Only then the next one may go: after
a pause, or after the board has answered with a line.

Invariants: at most one line is on its way; the lines go in order, each once; whatever keeps a line from the
board ends it with a sentence that says how far it came. Pure: times are passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.bench.status import SentLine
from app.errors import PinbridgeError
from app.messages.message import Message

MAX_BYTES = 1_000_000
REPLY_S = 10.0
"""So long the board may take to answer a line."""
_TAKE_S = 5.0
"""So long a line may take from the bench to the board."""


class NoLinesError(PinbridgeError):
    """Raised if a file has no lines that can be sent."""


class Pacing(NamedTuple):
    """When the next line goes after one that the board has taken."""

    pause_s: float = 0.1
    waits_for_reply: bool = False
    """Whether it also waits until the board has said a line."""


def lines_of(data: bytes, file: str) -> list[str]:
    """The lines of a text file, without their ends. Raises NoLinesError; `file` is its name."""
    if len(data) > MAX_BYTES:
        raise NoLinesError("file_too_long_to_send", file=file)
    try:
        found = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError:
        raise NoLinesError("file_is_no_text", file=file) from None
    if not found[-1]:
        found.pop()
    if not found:
        raise NoLinesError("file_is_empty", file=file)
    return found


class FileSending:
    """One file on its way to one board."""

    def __init__(self, device: str, file: str, lines: Sequence[str], pacing: Pacing, sent: int) -> None:
        """`sent` is the number of the line that was sent to the device last, 0 if none was."""
        self.device = device
        self.file = file
        self._lines, self._pacing = lines, pacing
        self.after_sent = sent
        """The number of the sent line that was seen last."""
        self.done = 0
        """How many lines the board has taken."""
        self.trouble: Message | None = None
        """Why it has ended before its end; None if it has not."""
        self._asked_s: float | None = None
        """When the bench was given the line that is on its way; None if no line is."""
        self._taken_s: float | None = None
        """When the board took the last line."""
        self.reply_after: int | None = None
        """The number of the received line after which an answer is awaited; None if none is."""

    @property
    def total(self) -> int:
        """How many lines the file has."""
        return len(self._lines)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be sent."""
        waits = self._pacing.waits_for_reply and self.reply_after is not None
        return self.trouble is not None or (self.done == self.total and not waits)

    def due(self, now_s: float) -> str | None:
        """The line to give to the bench now; None if none is due. `now_s` are seconds of any steady clock."""
        if self.is_over or self._asked_s is not None or self.reply_after is not None:
            return None
        if self._taken_s is not None and now_s - self._taken_s < self._pacing.pause_s:
            return None
        return self._lines[self.done]

    def asked(self, now_s: float) -> None:
        """The bench was given the line that was due."""
        self._asked_s = now_s

    def heard(self, now_s: float, sent: Sequence[SentLine], *, is_open: bool, has_reply: bool) -> None:
        """Look at what has happened.

        `sent` are the lines that were sent to the board after `after_sent`, also those that somebody typed;
        `is_open`: whether its port is open; `has_reply`: whether a line came after `reply_after`.
        """
        if self.is_over:
            return
        for line in sent:
            self.after_sent = line.number
            if self._asked_s is not None and line.text == self._lines[self.done]:
                self._taken(now_s, line)
        if self.reply_after is not None and has_reply:
            self.reply_after = None
        waits_s = now_s - (self._taken_s or now_s)
        if not is_open and not self.is_over:
            self._end("file_port_closed")
        elif self._asked_s is not None and now_s - self._asked_s > _TAKE_S:
            self._end("file_line_not_taken")
        elif self.reply_after is not None and waits_s > REPLY_S:
            self._end("file_no_reply", seconds=int(REPLY_S))

    def cancel(self) -> None:
        """Send no more lines."""
        if not self.is_over:
            self._end("file_cancelled")

    def _taken(self, now_s: float, line: SentLine) -> None:
        self._asked_s = None
        if not line.was_taken:
            self._end("file_line_not_taken")
            return
        self.done += 1
        self._taken_s = now_s
        self.reply_after = line.after_line if self._pacing.waits_for_reply else None

    def _end(self, code: str, **params: int) -> None:
        self.trouble = Message(
            code, file=self.file, device=self.device, done=self.done, total=self.total, **params
        )
