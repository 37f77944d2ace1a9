"""How a board is doing, judged by what came from its port of late; pure.

Invariants: the sentence is true at the moment that it is asked for; what was good an hour ago says nothing
about now; noise at a board's start is not shouted about; memory does not grow.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable
from itertools import islice

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message, Param
from app.wire.batches import IntakeResult
from app.wire.datastreams import Reason
from app.wire.diagnosis import hint
from app.wire.lines import MAX_LINE_BYTES
from app.wire.readings import Verdict

GRACE_S = 0.5
"""How long after its first byte nothing bad is said of a board: boot loaders have their own baud rate."""
LINE_GRACE_S = 2.0
"""How long a first line may take to end: at 300 baud that is no rubbish yet."""
SILENT_AFTER_S = 3.0
QUIET_AFTER_S = 10.0
"""How long a board that has spoken may say nothing; or three times its longest gap, if that is longer."""
_QUIET_AT_MOST_S = 600.0
_RECENT_S = 60.0
_RECENT_SECONDS = 60
_LATEST_SECONDS = 5
"""The busy seconds that are judged, however long ago: of a board that speaks once a minute the last five."""
_SURE_BYTES = 100
_SAMPLE_BYTES = 1024


class _Second:
    """What came in one second in which bytes came, or in several of them together."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.bytes = self.judged_bytes = self.odd = self.good = self.rejected = 0
        self.ended = False
        self.reasons: Counter[Reason | None] = Counter()
        self.examples: dict[Reason | None, Verdict] = {}

    def add(self, other: _Second) -> None:
        """Count in what came in another second, a later one."""
        self.bytes += other.bytes
        self.judged_bytes += other.judged_bytes
        self.odd += other.odd
        self.good += other.good
        self.rejected += other.rejected
        self.ended |= other.ended
        self.reasons.update(other.reasons)
        self.examples |= other.examples

    @property
    def is_unreadable(self) -> bool:
        """Whether it looks like what a wrong baud rate makes of text."""
        return self.odd >= 4 and self.odd * 4 >= self.judged_bytes

    @property
    def has_no_lines(self) -> bool:
        """Whether no line ended; of seconds in which none was good."""
        return not self.ended


class Health:
    """The recent past of one port: told by its reader thread, asked by any, by a monotonic clock."""

    def __init__(self, port: str, baud_rate: int, *, reset_on_connect: bool = True) -> None:
        self._port, self._baud_rate, self._reset = port.removesuffix(":"), baud_rate, reset_on_connect
        self._lock = threading.Lock()
        self.opened(0.0)

    def opened(self, now_s: float) -> None:
        """The port has been opened: what came before counts no more."""
        with self._lock:
            self._first_s = self._last_s = self._good_s = now_s
            self._patience_s = QUIET_AFTER_S
            self._seconds: deque[_Second] = deque(maxlen=_RECENT_SECONDS)

    def heard(self, now_s: float, chunk: bytes, taken: IntakeResult) -> None:
        """A chunk has come, and this was made of it."""
        good = taken.counts.accepted + taken.counts.comments
        with self._lock:
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
                second.judged_bytes += len(sample)
                second.odd += _odd(sample)
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
        """For how long this board may say nothing without being called silent."""
        if not self._seconds:
            return SILENT_AFTER_S
        return min(self._patience_s, _QUIET_AT_MOST_S)

    def status(self, now_s: float) -> LinkStatus:
        """The state of a port that is open, and one sentence that is true now."""
        with self._lock:
            return self._judge(now_s)

    def _judge(self, now_s: float) -> LinkStatus:
        silent_s = now_s - self._last_s
        if silent_s > self.quiet_after_s:
            return self._silent(silent_s)
        if not self._seconds:
            return self._status(LinkState.OPEN, "port_open_nothing_yet")
        if self._seconds[-1].good and not any(second.rejected for second in self._seconds):
            # Most boards, most of the time, and asked in every frame: no sum of sixty seconds.
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
        if silent_s <= SILENT_AFTER_S:
            return self._status(LinkState.GOOD, "lines_come_in")
        return self._status(LinkState.GOOD, "last_line_ago", seconds=round(silent_s))

    def _none_good(self, seconds: _Second) -> LinkStatus:
        if seconds.is_unreadable:
            return self._status(LinkState.UNREADABLE, "bytes_unreadable", baud_rate=self._baud_rate)
        if seconds.has_no_lines:
            return self._status(LinkState.NO_LINE_ENDS, "bytes_without_line_ends")
        if not seconds.rejected:
            return self._status(LinkState.NONE_GOOD, "only_blank_lines")
        return self._status(LinkState.NONE_GOOD, "no_valid_lines", **_most_rejected(seconds))

    def _status(self, state: LinkState, code: str, **params: Param) -> LinkStatus:
        return LinkStatus(state, Message(code, port=self._port, **params))


def _sum(seconds: Iterable[_Second]) -> _Second:
    """Several seconds as one; `seconds` come the newest first."""
    total = _Second(0.0)
    for second in reversed(list(seconds)):
        total.add(second)
    return total


def _most_rejected(seconds: _Second) -> dict[str, Param]:
    """The most frequent reason, and the hint for the latest line that was rejected for it."""
    reason = Reason(str(seconds.reasons.most_common(1)[0][0]))
    # As `words`: the next line that is rejected may have another hint, which makes no other message of it.
    return {"reason": reason.value, "words": hint(reason, seconds.examples[reason].text)}


def _odd(sample: bytes) -> int:
    """How many characters of a sample no sketch prints: bytes that are no UTF-8, and control characters."""
    text = sample.decode("utf-8", "replace")
    return sum(not (letter.isprintable() or letter in "\t\r\n") or letter == "\ufffd" for letter in text)
