"""Finds the baud rate of a board: listens at each of the usual rates, and takes the first that gives lines.

Invariants: the present rate is tried first, so that a rate that works is not given up; each rate is listened
at for a limited time; bytes that were heard at a wrong rate are forgotten. Pure: times are passed in.
"""

from __future__ import annotations

from app.boards.busy_seconds import BusySecond
from app.boards.status import BaudSearchStatus, SearchState
from app.wire.batches import Intake
from app.wire.readings import Grammar

USUAL_RATES = (
    *(9600, 115200, 57600, 38400, 19200, 250000, 74880, 230400, 1000000),
    *(500000, 460800, 921600, 2000000, 4800, 2400, 1200),
)
"""The rates of common sketches come first."""
LISTEN_S = 1.0
"""How long the search listens at a rate, from the first byte on."""
SILENCE_S = 3.0
"""How long the search waits at a rate for the first byte: many boards print every second or two."""
SETTLE_S = 0.1
"""Bytes that come so soon after the rate was set may have been received at the rate before."""
_SURE_LINES = 2
_LEAST_BYTES = 6
_MOST_UNREADABLE = 0.05


class BaudSearch:
    """One search at an open port. One thread calls `begin`, `heard`, `look` and `refused`.

    Any thread may ask for the `status` and call `cancel`.
    """

    def __init__(self, present: int, grammar: Grammar) -> None:
        """`present` is the rate that the port is set to; `grammar` judges the lines."""
        self._present, self._grammar = present, grammar
        self._rates = (present, *(rate for rate in USUAL_RATES if rate != present))
        self._number = 0
        self._state = SearchState.LISTENING
        self._readable = 0
        """The first rate whose bytes were readable text, but no valid lines; 0 if there is none."""
        self._chunks: list[tuple[bytes, int]] = []
        self._listen_from(0.0)

    def _listen_from(self, now_s: float) -> None:
        self._since_s: float = now_s
        self._first_s = float("inf")
        self._intake = Intake(self._grammar)
        self._bytes = BusySecond()
        self._good = 0
        self._rest = b""

    @property
    def has_begun(self) -> bool:
        """Whether `begin` was called."""
        return self._number > 0

    @property
    def is_over(self) -> bool:
        """Whether the search has ended, so that the port is to be set to `baud_rate` for good."""
        return self._state is not SearchState.LISTENING

    @property
    def baud_rate(self) -> int:
        """The rate that the port is to be set to now."""
        match self._state:
            case SearchState.LISTENING | SearchState.FOUND:
                return self._rates[self._number - 1] if self._number else self._present
        return self._present

    @property
    def found(self) -> list[tuple[bytes, int]]:
        """What was heard at the rate that was found last, with the times of arrival in microseconds."""
        return self._chunks if self._state is SearchState.FOUND else []

    @property
    def status(self) -> BaudSearchStatus:
        """How far the search is."""
        return BaudSearchStatus(self._state, self.baud_rate, self._number, len(self._rates))

    def cancel(self) -> None:
        """End the search. The port is to be set to the present rate again."""
        if not self.is_over:
            self._state = SearchState.CANCELLED

    def begin(self, now_s: float) -> None:
        """Listen at the first rate from `now_s` (monotonic seconds) on."""
        self._next(now_s)

    def heard(self, now_s: float, chunk: bytes, at_us: int) -> None:
        """Judge bytes that came at `now_s`; `at_us` is the same moment, in microseconds since 1970."""
        if now_s - self._since_s < SETTLE_S and self._number > 1:
            return
        self._first_s = min(self._first_s, now_s)
        self._chunks.append((chunk, at_us))
        counts = self._intake.feed(chunk, at_us).counts
        self._good += counts.accepted + counts.comments
        self._rest = self._bytes.sample(self._rest + chunk)

    def look(self, now_s: float) -> None:
        """Go on to the next rate if this one was listened at for long enough, or end the search."""
        if self.is_over:
            return
        if self._good >= _SURE_LINES and self._is_readable:
            self._state = SearchState.FOUND
        elif now_s >= min(self._first_s + LISTEN_S, self._since_s + SILENCE_S):
            if self._good and self._is_readable:
                self._state = SearchState.FOUND
                return
            if self._is_readable and self._bytes.ended and self._bytes.sampled_bytes >= _LEAST_BYTES:
                self._readable = self._readable or self.baud_rate
            self._next(now_s)

    def refused(self, now_s: float) -> None:
        """Go on to the next rate, because the port cannot be set to this one."""
        self._next(now_s)

    @property
    def _is_readable(self) -> bool:
        return self._bytes.unreadable <= _MOST_UNREADABLE * self._bytes.sampled_bytes

    def _next(self, now_s: float) -> None:
        self._chunks = []
        if self._number == len(self._rates):
            self._end()
            return
        self._number += 1
        self._listen_from(now_s)

    def _end(self) -> None:
        """Take the rate of text that is readable, even if no line of it is valid; otherwise give up."""
        if self._readable:
            self._number = self._rates.index(self._readable) + 1
        self._state = SearchState.FOUND if self._readable else SearchState.NOT_FOUND
