"""Decides how soon to try a port again, and which status to report when an open port disappears; pure.

Invariants: a board that returns is read again within a second; a port that opens but fails at once is tried
less and less often, because each opening may reset the board.
"""

from __future__ import annotations

from collections import deque

from app.boards.status import LinkState, LinkStatus
from app.config.addresses import is_network
from app.messages.message import Message

RETRY_S = 0.25
MAX_WAIT_S = 2.0
_AT_ONCE_S = 1.0
"""A port that fails within this time after it was opened, before any byte came, counts as failing at once."""
_LOOSE_TIMES = 3
_LOOSE_S = 60.0
"""If a port disappears `_LOOSE_TIMES` times within this time, its cable may be loose."""
_PORT = ("port_went_away", "port_went_away_often", "port_fails_at_once")
_CONNECTION = ("connection_went_away", "connection_went_away_often", "connection_fails_at_once")


class Retry:
    """Computes the wait before the next attempt to open a port. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.wait_s = RETRY_S
        """How many seconds to wait before the port is tried again."""
        self._opened_s = 0.0
        self._went_away_s: deque[float] = deque(maxlen=_LOOSE_TIMES)

    def opened(self, now_s: float) -> None:
        """Record that the port was opened."""
        self._opened_s = now_s

    def refused(self) -> None:
        """Record that the port could not be opened.

        The next attempt can be soon, because a failed attempt rarely resets a board.
        """
        self.wait_s = RETRY_S

    def went_away(self, port: str, now_s: float, *, has_spoken: bool) -> LinkStatus:
        """Record that the port failed while it was open, and return the status to report.

        `has_spoken`: whether a byte had come since the port was opened. If not, and if the port was open for
        less than a second, the wait before the next attempt doubles, to at most 2 s.
        """
        at_once = not has_spoken and now_s - self._opened_s < _AT_ONCE_S
        once_more = at_once and self.wait_s > RETRY_S
        self.wait_s = min(2 * self.wait_s, MAX_WAIT_S) if at_once else RETRY_S
        went_away, often, fails_at_once = _CONNECTION if is_network(port) else _PORT
        if once_more:
            return LinkStatus(LinkState.NO_SUCH_PORT, Message(fails_at_once, port=port))
        self._went_away_s.append(now_s)
        message = Message(went_away, port=port)
        if len(self._went_away_s) == _LOOSE_TIMES and now_s - self._went_away_s[0] < _LOOSE_S:
            message = Message(often, port=port, times=_LOOSE_TIMES)
        return LinkStatus(LinkState.NO_SUCH_PORT, message)
