"""Judges the state of a board (good, silent, unreadable, …) by the bytes that came recently; pure.

Theory of operation
===================

The state answers the first question of every new user: why does nothing arrive? The state is not stored, but
computed from the recent bytes each time it is asked for. So it is always up to date.

What is remembered
------------------

A second in which bytes came is a *busy second*. Three things are counted for each busy second: bytes, good
lines (accepted lines and comments), and rejected lines by reason. Chunks without a good line are also
searched for unreadable characters and for line ends. Two periods are judged:

- *latest*: the last 5 busy seconds, however long ago. A board that sends once a minute is judged by these.
- *recent*: these 5, and all other busy seconds of the last minute.

Everything is forgotten when the port is opened, because another sketch may run now.

The two axes
------------

1. Does anything come? A board that has sent nothing since the port was opened is silent after 3 s. A board
   that has sent something is silent after 10 s, or after three times its longest pause so far if that is
   longer, but after 10 minutes at the latest.
2. Is it valid? The bytes must be readable, they must form lines, and the lines must be accepted. Unreadable
   bytes form no lines, and without lines, none can be accepted. So only the first condition that fails is
   reported.

Which rule wins
---------------

The first rule that fits decides (`_judge`):

    nothing has come for too long                            silent
    nothing has come yet                                     open
    *recent* has a good line, *latest* has none, and
    in the bytes of *latest* (100 or more)
      - at least a quarter of the characters are unreadable  unreadable
      - or no line has ended                                 no_line_ends
    *recent* has a good line                                 good, with a warning if *latest* has rejected
                                                             lines but no good one, or if at least half of
                                                             the lines in *recent* were rejected, or if
                                                             *latest* has a text that is like a number
    the first bytes have only just come                      open
    at least a quarter of the characters are unreadable      unreadable
    no line has ended                                        no_line_ends
    only the first line, which a reset may have cut          open
    lines, but no good one                                   none_good, with the most frequent reason

Silence comes first, because the other rules would describe what the board sent before it stopped. A good line
outweighs many rejected ones, because it proves that port, baud rate and line ends are right. Only a clear
change for the worse, such as a new sketch with another baud rate, outweighs the good line; a few bytes of
noise do not. The first bytes are not judged, because boot loaders print at a baud rate of their own.

Invariants: the state and its message are true at the moment they are asked for; a good line has an effect
only while it is *recent*; noise while a board starts is not reported; memory is bounded.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, deque
from collections.abc import Iterable
from itertools import islice

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message, Param
from app.messages.visible import visible
from app.wire.batches import IntakeResult
from app.wire.datastreams import Reason
from app.wire.lines import MAX_LINE_BYTES
from app.wire.readings import Verdict

GRACE_S = 0.5
"""A board is not judged for this long after its first byte: boot loaders print at their own baud rate."""
LINE_GRACE_S = 2.0
"""How many seconds the first line may take to end. At 300 baud it may need that long."""
SILENT_AFTER_S = 3.0
"""A board that sends nothing for this long after the port was opened counts as silent."""
QUIET_AFTER_S = 10.0
"""A board is silent after a pause of this length or of three times its longest pause, whichever is longer."""
_QUIET_AT_MOST_S = 600.0
_RECENT_S = 60.0
_RECENT_SECONDS = 60
_LATEST_SECONDS = 5
"""How many of the last busy seconds are judged, however long ago they were."""
_SURE_BYTES = 100
"""Fewer bytes than this may be noise."""
_SAMPLE_BYTES = 1024
"""How many bytes of a chunk are searched for unreadable characters. A fast board sends large chunks."""


class _Second:
    """The counts of one busy second (a second in which bytes came), or the sums of several."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.bytes = self.sampled_bytes = self.unreadable = self.good = self.rejected = 0
        self.ended = False
        self.reasons: Counter[Reason | None] = Counter()
        self.examples: dict[Reason | None, Verdict] = {}

    def add(self, other: _Second) -> None:
        """Add the counts of `other`, which is a later second."""
        self.bytes += other.bytes
        self.sampled_bytes += other.sampled_bytes
        self.unreadable += other.unreadable
        self.good += other.good
        self.rejected += other.rejected
        self.ended |= other.ended
        self.reasons.update(other.reasons)
        self.examples |= other.examples

    @property
    def is_unreadable(self) -> bool:
        """Whether the bytes look like text that was received at a wrong baud rate."""
        return self.unreadable >= 4 and self.unreadable * 4 >= self.sampled_bytes

    @property
    def has_no_lines(self) -> bool:
        """Whether no line end has come.

        Use this only if `good` is 0, because chunks with good lines are not searched for line ends.
        """
        return not self.ended


class Health:
    """Judges a port by its recent bytes.

    The thread that reads the port adds the bytes; any thread may ask for the state. Times are monotonic
    seconds.
    """

    def __init__(self, port: str, baud_rate: int, *, reset_on_connect: bool = True) -> None:
        self._port, self._baud_rate, self._reset = port.removesuffix(":"), baud_rate, reset_on_connect
        self._lock = threading.Lock()
        self.opened(0.0)

    def opened(self, now_s: float) -> None:
        """Forget all earlier bytes, because the port has just been opened."""
        with self._lock:
            self._first_s = self._last_s = self._good_s = now_s
            self._patience_s = QUIET_AFTER_S
            self._seconds: deque[_Second] = deque(maxlen=_RECENT_SECONDS)
            self._first_line_s = -math.inf
            self._doubtful: tuple[float, Verdict] | None = None

    def heard(self, now_s: float, chunk: bytes, taken: IntakeResult) -> None:
        """Add a chunk that has just come; `taken` is the result of `Intake` for this chunk."""
        good = taken.counts.accepted + taken.counts.comments
        with self._lock:
            if isinstance(taken.lines, list) and any(verdict.is_first for verdict in taken.lines[:1]):
                self._first_line_s = now_s
            if taken.doubtful:
                self._doubtful = now_s, taken.doubtful
            if not self._seconds:
                self._first_s = self._last_s = now_s
            self._patience_s = max(self._patience_s, 3 * (now_s - self._last_s))
            self._last_s = now_s
            if not self._seconds or now_s - self._seconds[-1].start_s >= 1.0:
                self._seconds.append(_Second(now_s))
            second = self._seconds[-1]
            second.bytes += len(chunk)
            second.good += good
            second.rejected += taken.counts.rejected
            if good:
                self._good_s = now_s
            else:
                sample = chunk[:_SAMPLE_BYTES]
                second.sampled_bytes += len(sample)
                second.unreadable += _unreadable(sample)
                second.ended |= b"\n" in chunk or b"\r" in chunk
            if taken.rejected:
                second.reasons.update(verdict.reason for verdict in taken.rejected.verdicts)
                second.examples |= {verdict.reason: verdict for verdict in taken.rejected.verdicts}

    @property
    def has_spoken(self) -> bool:
        """Whether a byte has come since the port was opened."""
        return bool(self._seconds)

    @property
    def quiet_after_s(self) -> float:
        """The number of seconds without a byte after which this board counts as silent."""
        if not self._seconds:
            return SILENT_AFTER_S
        return min(self._patience_s, _QUIET_AT_MOST_S)

    def status(self, now_s: float) -> LinkStatus:
        """The current state of an open port, with the message that explains this state to the user."""
        with self._lock:
            return self._judge(now_s)

    def _judge(self, now_s: float) -> LinkStatus:
        silent_s = now_s - self._last_s
        if silent_s > self.quiet_after_s:
            return self._silent(silent_s)
        if not self._seconds:
            return self._status(LinkState.OPEN, "port_open_nothing_yet")
        if self._seconds[-1].good and not any(second.rejected for second in self._seconds):
            # The usual case, asked for in every frame of the window: answer without adding up sixty seconds.
            return self._good(silent_s)
        recent = _sum(
            second
            for number, second in enumerate(reversed(self._seconds))
            if number < _LATEST_SECONDS or now_s - second.start_s < _RECENT_S
        )
        latest = _sum(islice(reversed(self._seconds), _LATEST_SECONDS))
        if recent.good:
            turned = not latest.good and (latest.is_unreadable or latest.has_no_lines)
            if turned and latest.bytes >= _SURE_BYTES:
                return self._none_good(latest)
            if not latest.good and latest.rejected:
                seconds = round(now_s - self._good_s)
                return self._status(
                    LinkState.GOOD, "lines_rejected_since", seconds=seconds, **_most_rejected(latest)
                )
            if recent.rejected >= recent.good:
                return self._status(
                    LinkState.GOOD,
                    "many_lines_rejected",
                    count=recent.rejected,
                    lines=recent.rejected + recent.good,
                    **_most_rejected(recent),
                )
            return self._good(silent_s)
        age_s = now_s - self._first_s
        if age_s < GRACE_S or (
            recent.has_no_lines and age_s < LINE_GRACE_S and recent.bytes <= MAX_LINE_BYTES
        ):
            return self._status(LinkState.OPEN, "port_open_first_bytes")
        return self._none_good(recent)

    def _silent(self, silent_s: float) -> LinkStatus:
        if self._seconds:
            code = "board_stopped"
        elif self._reset:
            code = "board_silent"
        else:
            code = "board_silent_without_reset"
        return self._status(LinkState.SILENT, code, seconds=round(silent_s))

    def _good(self, silent_s: float) -> LinkStatus:
        if words := self._kept_as_text():
            # `Message.subject` ignores `words`, so the subject stays the same when the next line differs.
            return self._status(LinkState.GOOD, "numbers_kept_as_text", words=words)
        if silent_s <= SILENT_AFTER_S:
            return self._status(LinkState.GOOD, "lines_come_in")
        return self._status(LinkState.GOOD, "last_line_ago", seconds=round(silent_s))

    def _kept_as_text(self) -> Message | None:
        """What the message says of a text in the latest seconds that was probably meant to be a number."""
        if self._doubtful is None:
            return None
        at_s, line = self._doubtful
        earliest = list(islice(reversed(self._seconds), _LATEST_SECONDS))[-1]
        if at_s < earliest.start_s or not line.hint:
            return None
        return Message("kept_as_text", line=visible(line.text.strip()), hint=line.hint)

    def _none_good(self, seconds: _Second) -> LinkStatus:
        if seconds.is_unreadable:
            return self._status(LinkState.UNREADABLE, "bytes_unreadable", baud_rate=self._baud_rate)
        if seconds.has_no_lines:
            return self._status(LinkState.NO_LINE_ENDS, "bytes_without_line_ends")
        if not seconds.rejected and self._last_s - self._first_line_s < _RECENT_S:
            return self._status(LinkState.OPEN, "port_open_first_line")
        if not seconds.rejected:
            return self._status(LinkState.NONE_GOOD, "only_blank_lines")
        return self._status(LinkState.NONE_GOOD, "no_valid_lines", **_most_rejected(seconds))

    def _status(self, state: LinkState, code: str, **params: Param) -> LinkStatus:
        return LinkStatus(state, Message(code, port=self._port, **params))


def _sum(seconds: Iterable[_Second]) -> _Second:
    """Return a `_Second` with the sums of all `seconds`.

    `seconds` must be in order, the newest first, because only the newest examples of rejected lines are kept.
    """
    total = _Second(0.0)
    for second in reversed(list(seconds)):
        total.add(second)
    return total


def _most_rejected(seconds: _Second) -> dict[str, Param]:
    """Return parameters for a message about rejected lines.

    They are the most frequent reason, and a hint for the newest line that was rejected for this reason.
    """
    reason = Reason(str(seconds.reasons.most_common(1)[0][0]))
    # `Message.subject` ignores `words`, so the subject stays the same when the next line has another hint.
    return {"reason": reason.value, "words": seconds.examples[reason].hint or ""}


def _unreadable(sample: bytes) -> int:
    """Count the characters that no sketch prints: bytes that are not UTF-8, and control characters."""
    text = sample.decode("utf-8", "replace")
    return sum(not (letter.isprintable() or letter in "\t\r\n") or letter == "\ufffd" for letter in text)
