"""How soon a port is tried again, and what is said of one that went away; pure.

Invariants: a board that returns is back within a second; a driver that hands out a port that fails at once is
asked less and less often, for each opening may reset the board.
"""

from __future__ import annotations

from collections import deque

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message

RETRY_S = 0.25
MAX_WAIT_S = 2.0
_AT_ONCE_S = 1.0
_LOOSE_TIMES = 3
_LOOSE_S = 60.0


class Retry:
    """The openings of one port and their ends; times are by a monotonic clock."""

    def __init__(self) -> None:
        self.wait_s = RETRY_S
        """How long to wait before the port is tried again."""
        self._opened_s = 0.0
        self._went: deque[float] = deque(maxlen=_LOOSE_TIMES)

    def opened(self, now_s: float) -> None:
        """The port has been opened."""
        self._opened_s = now_s

    def refused(self) -> None:
        """The port could not be opened: there is nothing that asking again soon could disturb."""
        self.wait_s = RETRY_S

    def went_away(self, port: str, now_s: float, *, has_spoken: bool) -> LinkStatus:
        """The port has failed while it was open; what there is to say of that."""
        at_once = not has_spoken and now_s - self._opened_s < _AT_ONCE_S
        once_more = at_once and self.wait_s > RETRY_S
        self.wait_s = min(2 * self.wait_s, MAX_WAIT_S) if at_once else RETRY_S
        if once_more:
            return LinkStatus(LinkState.NO_SUCH_PORT, Message("port_fails_at_once", port=port))
        self._went.append(now_s)
        message = Message("port_went_away", port=port)
        if len(self._went) == _LOOSE_TIMES and now_s - self._went[0] < _LOOSE_S:
            message = Message("port_went_away_often", port=port, times=_LOOSE_TIMES)
        return LinkStatus(LinkState.NO_SUCH_PORT, message)
