"""When a released port is taken back: after another program has used it and let go of it; pure.

Invariants: nothing is taken while another program is seen to have the port; an upload that opens it several
times, or makes it vanish for a moment, is one use. Where nobody can tell who has a port open, it is taken
back once it has gone and come again, or a minute after it was released: a program that has it then keeps it.
"""

from __future__ import annotations

from app.boards.status import LinkState, LinkStatus
from app.messages.message import verbatim

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
        """What there is to say of a port that has not been taken back, `program` being who may have it."""
        if self._held:
            words = f"{program} has it now; it is taken back after that"
        elif self._used_s is not None:
            words = "it is taken back in a moment"
        elif self._can_tell:
            words = "it is taken back when another program has used it"
        else:
            words = "it is taken back when it has gone and come again, or after a minute"
        return LinkStatus(LinkState.RELEASED, verbatim(f"{port} is released: {words}."))
