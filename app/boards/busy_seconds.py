"""Counts what came in each busy second of a port, a second in which bytes came; pure.

Invariants: unreadable bytes count as noise only until readable text follows them; a character that two chunks
share is one character; memory is bounded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from app.wire.datastreams import Reason
from app.wire.readings import Verdict

NOISY_SECONDS = 3
"""Unreadable bytes in this many busy seconds, one after the other, are no noise: something is wrong."""
_SAMPLE_BYTES = 1024
"""How many bytes of a chunk are searched for unreadable characters. A fast board sends large chunks."""
_END_LETTERS = 5
"""So many readable characters at the end of a busy second are text, as in `v1=1`."""
_USUAL = str.maketrans("", "", "\t\r\n\x02\x03")
"""Control characters beside text. STX and ETX are around each line of scales and readers of cards."""
_MOST_CUT_BYTES = 3
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
"""The beginning of a UTF-8 character whose other bytes have not come yet."""


class BusySecond:
    """The counts of one busy second, of a chunk, or of several busy seconds.

    Chunks with a good line (an accepted line or a comment) are not searched for unreadable characters and for
    line ends: they are readable.
    """

    def __init__(self, start_s: float = 0.0) -> None:
        self.start_s = start_s
        self.bytes = self.sampled_bytes = self.unreadable = self.zeros = self.good = self.rejected = (
            self.blank
        ) = 0
        self.ended = False
        """Whether a line end has come."""
        self.is_first = False
        """Whether it is the first busy second since the port was opened."""
        self.has_boot_lines = False
        self.has_first_line = False
        """Whether the first line came, and is not counted because a reset may have cut it."""
        self.doubtful: Verdict | None = None
        """An accepted text that is like a number."""
        self.reasons: Counter[Reason | None] = Counter()
        self.examples: dict[Reason | None, Verdict] = {}
        self._end = ""

    def sample(self, data: bytes) -> bytes:
        """Search a chunk without a good line. Returns the bytes with which the next chunk must begin."""
        cut = _CUT.search(data[-_MOST_CUT_BYTES:])
        rest = cut.group() if cut else b""
        data = data[: len(data) - len(rest)]
        text = data[:_SAMPLE_BYTES].decode("utf-8", "replace")
        self.sampled_bytes += min(len(data), _SAMPLE_BYTES)
        self.unreadable += _unreadable(text)
        self.zeros += text.count("\0")
        self.ended |= b"\n" in data or b"\r" in data
        if len(data) > _SAMPLE_BYTES:
            text = data[-4 * _END_LETTERS :].decode("utf-8", "replace")
        self._end = (self._end + text)[-_END_LETTERS:]
        return rest

    def reject(self, verdicts: Iterable[Verdict]) -> None:
        """Count rejected lines."""
        for verdict in verdicts:
            self.rejected += 1
            self.reasons[verdict.reason] += 1
            self.examples[verdict.reason] = verdict

    def add(self, other: BusySecond) -> None:
        """Add the counts of `other`, which came later."""
        self.bytes += other.bytes
        self.sampled_bytes += other.sampled_bytes
        self.unreadable += other.unreadable
        self.zeros += other.zeros
        self.good += other.good
        self.rejected += other.rejected
        self.blank += other.blank
        self.ended |= other.ended
        self.is_first |= other.is_first
        self.has_boot_lines |= other.has_boot_lines
        self.has_first_line |= other.has_first_line
        self.doubtful = other.doubtful or self.doubtful
        self._end = (self._end + other._end)[-_END_LETTERS:]
        self.reasons.update(other.reasons)
        self.examples |= other.examples

    @property
    def is_unreadable(self) -> bool:
        """Whether the bytes look like text that was received at a wrong baud rate."""
        return self.unreadable >= 4 and self._is_mostly_unreadable

    @property
    def is_noise(self) -> bool:
        """Whether the bytes may be what a boot loader prints at a baud rate of its own."""
        return not self.good and self._is_mostly_unreadable

    @property
    def _is_mostly_unreadable(self) -> bool:
        unreadable, sampled = self.unreadable, self.sampled_bytes
        if unreadable < sampled:
            # Zero bytes beside text come from a sketch that prints a whole buffer.
            unreadable, sampled = unreadable - self.zeros, sampled - self.zeros
        return unreadable > 0 and unreadable * 4 >= sampled

    @property
    def is_boot_text(self) -> bool:
        """Whether boot lines came, and no other lines."""
        return self.has_boot_lines and not self.good and not self.rejected

    @property
    def ends_readable(self) -> bool:
        """Whether readable text came after the last unreadable bytes."""
        return len(self._end) == _END_LETTERS and not _unreadable(self._end)


def total(seconds: Iterable[BusySecond]) -> BusySecond:
    """A `BusySecond` with the sums of all `seconds`, which must be in order, the oldest first."""
    summed = BusySecond()
    for second in seconds:
        summed.add(second)
    return summed


def noise_persists(seconds: Iterable[BusySecond]) -> bool:
    """Whether noise has come for several seconds without readable text after it; the oldest second first."""
    run = 0
    for second in seconds:
        run = run + 1 if second.is_noise else 0
        if run == NOISY_SECONDS:
            return True
        if second.ends_readable:
            run = 0
    return False


def without_noise(seconds: Sequence[BusySecond]) -> list[BusySecond]:
    """`seconds` without those in which only boot lines came, and without the noise of a start or two.

    If there is more noise than that, it is kept.
    """
    is_much = sum(second.is_noise for second in seconds) >= NOISY_SECONDS
    return [second for second in seconds if not second.is_boot_text and (is_much or not second.is_noise)]


def since_started(seconds: Sequence[BusySecond]) -> BusySecond:
    """The sums of the lines since the first good line after the last start of the board; the oldest first.

    Before that line, a board prints the text of its boot loader and of its libraries. In the second of that
    line, only good lines are counted. Noise shows a start too, unless there is more of it than from a start
    or two.
    """
    noise_is_start = sum(second.is_noise for second in seconds) < NOISY_SECONDS
    summed, is_starting = BusySecond(), False
    for second in seconds:
        if second.is_first or second.has_boot_lines or (second.is_noise and noise_is_start):
            summed, is_starting = BusySecond(), True
        if not is_starting:
            summed.add(second)
        elif second.good:
            summed.good, is_starting = second.good, False
    return summed


def _unreadable(text: str) -> int:
    """Count the characters that no sketch prints: bytes that are not UTF-8, and control characters."""
    odd = text.translate(_USUAL)
    if odd.isprintable() and "\ufffd" not in odd:
        return 0  # the usual case, and the quicker way
    return sum(not letter.isprintable() or letter == "\ufffd" for letter in odd)
