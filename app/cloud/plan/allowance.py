"""The allowance of one device: when its pace and budgets allow a call, and how much of them its calls use.

Invariants: the use is booked when a call is sent, so that two calls in flight cannot use the same message or
point; it is corrected to the real use when the answer comes. Pure: the time is passed in.
"""

from __future__ import annotations

from app.cloud.destination import Call
from app.cloud.plan.budget import Budget
from app.cloud.plan.pacing import TokenBucket
from app.wire.streams import Usage

_BURST_S = 0.02
"""How late a thread may wake up and still send the calls that it missed. Without this, the real rate would
stay below the pace."""


class Allowance:
    """The pace of one device, the message budget of its organisation, and its own budget of points."""

    def __init__(self, requests_per_s: float, messages: Budget | None, points: Budget) -> None:
        self.messages = messages
        self.points = points
        self._bucket = TokenBucket(requests_per_s, 1.0 + _BURST_S * requests_per_s)

    def wait_s(self, now_s: float, now_us: int) -> float:
        """How long until the next call may be sent; 0 if it may be sent now."""
        wait_s = self._bucket.wait_s(now_s)
        return max(wait_s, self.messages.wait_s(now_us)) if self.messages else wait_s

    def on_sent(self, call: Call, now_s: float, now_us: int) -> None:
        """Book the use of `call`, which is sent now: one message, and the points that it carries."""
        self._bucket.take(now_s)
        if self.messages:
            self.messages.take(1, now_us)
        if call.points:
            self.points.take(call.points, now_us)

    def on_answer(self, call: Call, messages: int, *, accepted: bool, now_us: int) -> list[Usage]:
        """Correct the booking of `call` after its answer, and give back points that were not accepted.

        `messages` is how many of the call's requests the cloud may have counted. Returns the use of the
        budgets, for the journal.
        """
        used = []
        if self.messages:
            used.append(self.messages.take(messages - 1, now_us))
        if call.points:
            used.append(self.points.take(0 if accepted else -call.points, now_us))
        return used
