"""The allowance of one device: decides when its pace and budgets allow a call, and counts what calls use.

Invariants: what a call uses is subtracted from the budgets when the call is sent, so that two calls in flight
cannot both use what is left of a budget; the budgets are corrected when the answer comes. Pure: the time is
passed in, as monotonic seconds (`now_s`) and as Unix microseconds (`now_us`).
"""

from __future__ import annotations

from app.cloud.destination import Call
from app.cloud.plan.budget import Budget
from app.cloud.plan.pacing import TokenBucket
from app.wire.streams import Usage

_BURST_S = 0.02
"""If a thread wakes up late by no more than this, it still sends the calls that it missed. Without this, the
real rate would stay below the pace."""


class Allowance:
    """What limits the calls of one device.

    These are its pace, its points, its events, and the messages of its organisation.
    """

    def __init__(
        self, requests_per_s: float, messages: Budget | None, points: Budget, events: Budget
    ) -> None:
        self.messages = messages
        self.points = points
        self.events = events
        self._bucket = TokenBucket(requests_per_s, 1.0 + _BURST_S * requests_per_s)

    def wait_s(self, now_s: float, now_us: int) -> float:
        """How many seconds to wait before the next call; 0 if it may be sent now.

        `now_s` is monotonic time, `now_us` is Unix time.
        """
        wait_s = self._bucket.wait_s(now_s)
        return max(wait_s, self.messages.wait_s(now_us)) if self.messages else wait_s

    def on_sent(self, call: Call, now_s: float, now_us: int) -> None:
        """Count what `call` uses when it is sent: one message, and the points or the event in it."""
        self._bucket.take(now_s)
        if self.messages:
            self.messages.take(1, now_us)
        if call.points:
            self.points.take(call.points, now_us)
        if call.is_event:
            self.events.take(1, now_us)

    def on_answer(self, call: Call, messages: int, *, accepted: bool, now_us: int) -> list[Usage]:
        """Correct the budgets after the answer to `call`.

        If the call was not accepted, its points or its event may be used again. `messages` is the number of
        messages that the cloud may have counted for this call. Returns how much of the budgets has been used
        in total, to be stored in the journal.
        """
        used = []
        if self.messages:
            used.append(self.messages.take(messages - 1, now_us))
        if call.points:
            used.append(self.points.take(0 if accepted else -call.points, now_us))
        if call.is_event:
            used.append(self.events.take(0 if accepted else -1, now_us))
        return used
