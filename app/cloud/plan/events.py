"""Events: a lane of their own for all events of a device, one at a time, with a pace and an age limit.

Invariants: from the answer to one event to the next event, at least `GAP_S` pass; an event that has waited
for longer than `KEPT_US` is not sent, but expires. Source: Blynk takes at most 100 events of a device a day,
and a second must pass between two events with the same code. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math

from app.cloud.destination import Call
from app.wire.streams import Reading, is_event

LANE = "events"
"""The name of the lane for all events of a device."""
GAP_S = 1.0
A_DAY = 100
"""How many events of a device Blynk takes in a day."""
KEPT_US = 86_400_000_000
"""How long an event may wait, counted from its arrival."""


class EventPace:
    """Spaces out the events of one device."""

    def __init__(self) -> None:
        self._not_before_s = -math.inf

    def on_call(self, call: Call, now_s: float) -> None:
        """Note that `call` is sent, or has its answer, at `now_s`."""
        if call.is_event:
            self._not_before_s = now_s + GAP_S

    def not_before_s(self, reading: Reading) -> float:
        """When `reading` may be sent, in monotonic seconds; -inf if it is no event."""
        return self._not_before_s if is_event(reading.target) else -math.inf
