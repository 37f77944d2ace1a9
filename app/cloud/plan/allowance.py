"""What pace and budgets allow one device, and what its calls have used of them.

Invariants: what a call may use is taken when it leaves, so that two at once cannot spend the same; its answer
tells what it has really used. Pure: the time is passed in.
"""

from __future__ import annotations

from app.cloud.destination import Call
from app.cloud.plan.budget import Budget
from app.cloud.plan.pacing import TokenBucket
from app.wire.streams import Usage

_BURST_S = 0.02
"""What a late wake-up may make up for, so that a pace is reached and not only kept below."""


class Allowance:
    """The pace of one device, the messages that its organisation shares, and its own points."""

    def __init__(self, requests_per_s: float, messages: Budget | None, points: Budget) -> None:
        self.messages = messages
        self.points = points
        self._bucket = TokenBucket(requests_per_s, 1.0 + _BURST_S * requests_per_s)

    def wait_s(self, now_s: float, now_us: int) -> float:
        """How long the next call has to wait; 0 for now."""
        wait_s = self._bucket.wait_s(now_s)
        return max(wait_s, self.messages.wait_s(now_us)) if self.messages else wait_s

    def on_sent(self, call: Call, now_s: float, now_us: int) -> None:
        """A call leaves: one message, and the points that it carries."""
        self._bucket.take(now_s)
        if self.messages:
            self.messages.take(1, now_us)
        if call.points:
            self.points.take(call.points, now_us)

    def on_answer(self, call: Call, messages: int, *, accepted: bool, now_us: int) -> list[Usage]:
        """What the budgets have used now: points that were not accepted are given back."""
        used = []
        if self.messages:
            used.append(self.messages.take(messages - 1, now_us))
        if call.points:
            used.append(self.points.take(0 if accepted else -call.points, now_us))
        return used
