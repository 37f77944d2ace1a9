"""Detects by a board's lines that it restarts, crashes or waits for an upload; pure.

Theory of operation
===================

Two things show a start of the board.

1. *Boot lines* (see `app.wire.boot`). The lines of one crash and of the start after it are one *event*: lines
   that follow each other within a second, and the reset message that may come a few seconds later. An event
   has the gravest of its signs.
2. *A first line*, for boards without boot lines: the same text, after a pause, again and again. Sketches
   print headers again and again too, so the text counts as a first line only if three conditions hold. It
   is not a reading. The pause before it is at least a quarter longer than every other pause since the text
   last came: a header that the loop prints comes after a pause like any other. And there were at least two
   such other pauses to compare with, half a second or more together: a loop may print a header and a few rows
   at once. The last two conditions are not needed if readable lines came in between, and unreadable
   characters directly before the text: a boot loader prints such characters, at another baud rate. Pauses
   over 4 s do not count, because the board may have slept.

A board restarts *again and again* after three starts, as long as the next one is not overdue. A single
crash, brown-out or reset by a watchdog is reported for half a minute.

Invariants: a board that wakes from deep sleep is not reported, nor is a single start; nothing is reported for
long after the board has recovered; memory is bounded.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

import msgspec

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message, Param
from app.messages.visible import visible
from app.wire.boot import BootLine, BootSign, boot_line
from app.wire.readings import Kind, Verdict

_REPORT_S = 30.0
"""How long a single crash is reported."""
_OFTEN = 3
"""So many starts are no accident."""
_APART_S = 60.0
"""Starts further apart than this are single ones."""
_OVERDUE_S = 10.0
"""A start is overdue after this time, or after two and a half times the interval so far if that is longer."""
_JOINED_S = 1.0
"""Boot lines that follow each other within this time belong to one event."""
_RESET_S = 10.0
"""The reset message after a crash comes within this time: the board may write a dump before."""
_PAUSE_S = 0.1
"""A line after a shorter pause is no first line, but was printed together with those before it."""
_RAN_S = 0.5
"""A sketch that began anew has run for at least so long before. A loop may print its rows in less."""
_LONGEST_BOOT_S = 4.0
"""A board starts within this time. After a longer pause, it may have slept."""
_TEXT_LETTERS = 2
"""A shorter text may be noise."""
_NOISE_LETTERS = 8
"""A boot loader at another baud rate prints at least so many characters."""
_MOST_LINES = 100
"""How many lines of a chunk are read. Boot loaders are too slow to print more at once."""
_MOST_TEXTS = 32
_MOST_PAUSES = 256
_MOST_LETTERS = 80

_SEVERITY = (
    *(BootSign.POWER_ON, BootSign.WAKE, BootSign.SOFTWARE, BootSign.STACK),
    *(BootSign.WATCHDOG, BootSign.CRASH, BootSign.NO_SKETCH, BootSign.BROWN_OUT),
)
_OFTEN_CODES = {
    BootSign.POWER_ON: "board_restarts",
    BootSign.BROWN_OUT: "board_restarts",
    BootSign.SOFTWARE: "sketch_restarts_board",
    BootSign.WATCHDOG: "watchdog_restarts_board",
    BootSign.STACK: "sketch_crashes",
    BootSign.CRASH: "sketch_crashes",
    BootSign.NO_SKETCH: "board_without_sketch",
}
_ONCE_CODES = {
    BootSign.BROWN_OUT: "board_browned_out",
    BootSign.WATCHDOG: "watchdog_restarted_board",
    BootSign.STACK: "sketch_crashed",
    BootSign.CRASH: "sketch_crashed",
    BootSign.NO_SKETCH: "board_without_sketch",
}


class _Event:
    """A start of the board, perhaps with the crash before it."""

    def __init__(self, at_s: float, sign: BootSign) -> None:
        self.at_s = self.last_s = at_s
        self.sign = sign
        self.has_reset = False
        """Whether the reset message has come."""
        self.words = ""
        """The first line of the crash."""


class _Pause(NamedTuple):
    """A pause between two lines, and when it ended."""

    at_s: float
    pause_s: float


class Restarts:
    """Watches the lines of one port. Times are monotonic seconds."""

    def __init__(self, port: str) -> None:
        self._port = port
        self.opened()

    def opened(self) -> None:
        """Forget all earlier lines, because the port has just been opened."""
        self._events: deque[_Event] = deque(maxlen=_OFTEN + 2)
        self._texts: dict[str, deque[float]] = {}
        """Texts that may be the first line of the sketch: when each came, as far as it looked like a
        start."""
        self._pauses: deque[_Pause] = deque(maxlen=_MOST_PAUSES)
        self._last_s: float | None = None
        self._noise = 0
        """How many unreadable characters have come since the last text."""
        self._readable_s = -math.inf
        """When the last line without unreadable characters came."""
        self._repeated = ""
        """The text that has come again and again; empty if noise before it proves that the board started."""
        self._repeated_s: deque[float] = deque()
        """When it came."""
        self._waits_for_upload = False
        self.begun: BootSign | None = None
        """The sign of the start that the last call of `heard` has found; None if it has found none."""

    def heard(self, now_s: float, lines: list[Verdict] | bytes) -> bool:
        """Add the lines of a chunk that has just come (see `IntakeResult.lines`).

        Returns whether one of them is a boot line.
        """
        self.begun = None
        verdicts: list[Verdict] = []
        if isinstance(lines, bytes):
            self._readable_s = now_s
        elif not (verdicts := self._without_noise(now_s, lines[:_MOST_LINES])):
            return False
        pause_s = math.inf if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        self._pauses.append(_Pause(now_s, pause_s))
        boot_lines = [(verdict.text, line) for verdict in verdicts if (line := _boot_line(verdict))]
        if len(boot_lines) < max(1, len(verdicts)):
            self._waits_for_upload = False
        for text, line in boot_lines:
            self._add_boot_line(now_s, line, text)
        if verdicts and not boot_lines and pause_s >= _PAUSE_S:
            self._add_first_line(now_s, pause_s, verdicts[0])
        self._noise = 0
        return bool(boot_lines)

    def status(self, now_s: float) -> LinkStatus | None:
        """What is wrong with the board; None if it does not restart, crash or wait for an upload."""
        if self._waits_for_upload:
            return LinkStatus(LinkState.UPLOAD_MODE, Message("board_waits_for_upload", port=self._port))
        faults = [event for event in self._events if event.sign is not BootSign.WAKE]
        count, every_s = _often([event.at_s for event in faults], now_s)
        if count:
            gravest = max(faults[-count:], key=lambda event: _SEVERITY.index(event.sign))
            return self._restarting(_OFTEN_CODES[gravest.sign], every_s, gravest.words)
        for event in reversed(faults):
            if event.sign in _ONCE_CODES and now_s - event.last_s < _REPORT_S:
                return self._restarting(_ONCE_CODES[event.sign], now_s - event.last_s, event.words)
        count, every_s = _often([] if self._events else list(self._repeated_s), now_s)
        # The sketch may have printed the text in its loop after all, so the message names it.
        code = "board_begins_anew" if self._repeated else "board_restarts"
        return self._restarting(code, every_s, self._repeated) if count else None

    def _restarting(self, code: str, seconds: float, words: str = "") -> LinkStatus:
        params: dict[str, Param] = {"seconds": round(seconds) if seconds >= 2 else round(seconds, 1)}
        if words:
            params["words"] = words
        return LinkStatus(LinkState.RESTARTING, Message(code, port=self._port, **params))

    def _without_noise(self, now_s: float, lines: list[Verdict]) -> list[Verdict]:
        """`lines` without blank ones, and without the noise before a text; counts the noise."""
        found = []
        for verdict in lines:
            if verdict.kind is Kind.ACCEPTED:
                found.append(verdict)
                self._readable_s = now_s
                continue
            noise, mark, text = verdict.text.rpartition("\ufffd")
            noise += mark
            self._noise += sum(not letter.isprintable() or letter == "\ufffd" for letter in noise)
            if len(text.strip()) >= _TEXT_LETTERS:
                found.append(msgspec.structs.replace(verdict, text=text) if noise else verdict)
                self._readable_s = self._readable_s if noise else now_s
        return found

    def _add_boot_line(self, now_s: float, line: BootLine, text: str) -> None:
        upload = line.sign is BootSign.UPLOAD_MODE
        self._waits_for_upload = upload or (self._waits_for_upload and not line.is_start)
        if upload or line.sign is BootSign.TEXT:
            return
        sign = line.sign
        if sign is BootSign.RESET_PIN:
            sign = BootSign.WAKE if self._may_have_slept(now_s) else BootSign.POWER_ON
        event = self._events[-1] if self._events else None
        within_s = _RESET_S if line.is_start else _JOINED_S
        if event is None or now_s - event.last_s > within_s or (line.is_start and event.has_reset):
            event = _Event(now_s, sign)
            self._events.append(event)
            self.begun = sign
        event.last_s = now_s
        event.has_reset |= line.is_start
        event.sign = max(event.sign, sign, key=_SEVERITY.index)
        if sign in (BootSign.STACK, BootSign.CRASH):
            event.words = event.words or _words(text)

    def _may_have_slept(self, now_s: float) -> bool:
        """Whether a long pause came before the lines that are just coming."""
        return any(
            pause.pause_s > _LONGEST_BOOT_S and now_s - pause.at_s < _PAUSE_S for pause in self._pauses
        )

    def _add_first_line(self, now_s: float, pause_s: float, verdict: Verdict) -> None:
        """Judge a line that came after a pause, or as the first line after the port was opened."""
        if verdict.kind is Kind.ACCEPTED:
            return
        # The text that came last is the last one in the dictionary, and the first one is dropped if there are
        # too many.
        starts_s = self._texts.pop(verdict.text, None) or deque(maxlen=_OFTEN + 2)
        self._texts[verdict.text] = starts_s
        if len(self._texts) > _MOST_TEXTS:
            del self._texts[next(iter(self._texts))]
        if starts_s and not self._begins_anew(now_s, pause_s, starts_s[-1]):
            starts_s.clear()
        starts_s.append(now_s)
        if len(starts_s) >= _OFTEN:
            self._repeated = "" if self._noise >= _NOISE_LETTERS else _words(verdict.text)
            self._repeated_s = starts_s

    def _begins_anew(self, now_s: float, pause_s: float, before_s: float) -> bool:
        """Whether a text that has come after a pause, and last came at `before_s`, shows a start."""
        if pause_s > _LONGEST_BOOT_S:
            return False
        if self._noise >= _NOISE_LETTERS and self._readable_s >= before_s:
            return True
        others_s = [pause.pause_s for pause in self._pauses if before_s < pause.at_s < now_s]
        return len(others_s) >= 2 and sum(others_s) >= _RAN_S and pause_s >= 1.25 * max(others_s)


def _words(line: str) -> str:
    """What a message says of a line: its first characters."""
    return visible(line.strip())[:_MOST_LETTERS]


def _boot_line(verdict: Verdict) -> BootLine | None:
    is_said_by_sketch = verdict.kind in (Kind.ACCEPTED, Kind.COMMENT)
    return None if is_said_by_sketch else boot_line(verdict.text)


def _often(starts_s: list[float], now_s: float) -> tuple[int, float]:
    """How many of the last starts show that a board restarts again and again, and their mean interval.

    The number is 0 if it does not.
    """
    first = len(starts_s) - 1
    while first > 0 and starts_s[first] - starts_s[first - 1] <= _APART_S:
        first -= 1
    count = len(starts_s) - first
    if count < _OFTEN:
        return 0, 0.0
    every_s = (starts_s[-1] - starts_s[first]) / (count - 1)
    is_overdue = now_s - starts_s[-1] > max(_OVERDUE_S, 2.5 * every_s)
    return (0, 0.0) if is_overdue else (count, every_s)
