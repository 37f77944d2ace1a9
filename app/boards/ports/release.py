"""When a released port is taken back: after another program has used it and let go of it; pure.

Invariants: nothing is taken while another program is seen to have the port; an upload that opens it several
times, or makes it vanish for a moment, is one use. Where nobody can tell who has a port open, it is taken
back once it has gone and come again, or a minute after it was released: a program that has it then keeps it.
"""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus
from app.messages.message import Message

FREE_S = 2.0
"""How long a port is left alone after its use: uploads let go of it and come back."""
UNSEEN_S = 60.0


class Release:
    """A port that was let go of at `now_s`; times are by a monotonic clock."""

    def __init__(self, now_s: float) -> None:
        self._released_s = now_s
        self._used_s: float | None = None
        self._held, self._can_tell = False, True

    def is_over(self, now_s: float, *, there: bool, held: bool | None) -> bool:
        """Whether the port is to be taken back: is it `there`, is it `held`, None where nobody can tell."""
        self._held, self._can_tell = bool(held), held is not None
        if held or not there:
            self._used_s = now_s
            return False
        if self._used_s is not None:
            return now_s - self._used_s >= FREE_S
        return held is None and now_s - self._released_s >= UNSEEN_S

    def status(self, port: str, program: str) -> LinkStatus:
        """The status until the port is taken back; `program` is the one that has it open, if one is known."""
        if self._held:
            message = Message("port_released_in_use", port=port, program=program)
        elif self._used_s is not None:
            message = Message("port_released_used", port=port)
        elif self._can_tell:
            message = Message("port_released", port=port)
        else:
            message = Message("port_released_unwatched", port=port)
        return LinkStatus(LinkState.RELEASED, message)
