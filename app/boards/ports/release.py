"""Decides when to reopen a released port: after another program has opened and closed it; pure.

Invariants: the port is not reopened while another program is known to have it open; an upload that opens
the port several times, or makes it disappear for a moment, counts as one use. If the system cannot tell which
programs have a port open, the port is reopened after it has disappeared and returned, or a minute after its
release. If another program still has the port open at that time, the attempt to reopen the port fails and
does not disturb the other program.
"""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message

FREE_S = 2.0
"""How long a port must stay unused before it is reopened: an upload may close a port and open it again."""
UNSEEN_S = 60.0
"""How long after its release a port is reopened if the system cannot tell which programs have it open."""


class Release:
    """A period in which one port is left to other programs. It begins at `start_s`.

    Times are monotonic seconds.
    """

    def __init__(self, start_s: float) -> None:
        self._released_s = start_s
        self._used_s: float | None = None
        self._held, self._can_tell = False, True

    def is_over(self, now_s: float, *, there: bool, held: bool | None) -> bool:
        """Whether the release is over. If it is, the port must be reopened.

        `there`: whether the port exists. `held`: whether a program has it open; None if that is unknown.
        """
        self._held, self._can_tell = bool(held), held is not None
        if held or not there:
            self._used_s = now_s
            return False
        if self._used_s is not None:
            return now_s - self._used_s >= FREE_S
        return held is None and now_s - self._released_s >= UNSEEN_S

    def status(self, port: str, program: str) -> LinkStatus:
        """The status to report while the port is released.

        `program` is the name of the program that has the port open; empty if there is none.
        """
        if self._held:
            message = Message("port_released_in_use", port=port, program=program)
        elif self._used_s is not None:
            message = Message("port_released_used", port=port)
        elif self._can_tell:
            message = Message("port_released", port=port)
        else:
            message = Message("port_released_unwatched", port=port)
        return LinkStatus(LinkState.RELEASED, message)
