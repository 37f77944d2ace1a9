"""The circuit breaker of a device or of one lane: it decides whether calls may be sent there.

Closed: calls are sent freely. Open: after a failure, no call is sent until a wait is over; the wait grows
with each failure in a row. Half-open: the wait is over, and one call at a time is sent as a probe. If a probe
fails, the breaker opens again. If a probe succeeds, the breaker closes.
Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.pacing import Backoff

PROBE_S = 300.0
"""How long a paused device waits before it tries one call again."""


class CircuitBreaker:
    """The circuit breaker of a device or a lane. It opens after a failure and closes after a success."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 to 1, for the jitter of waits."""
        self._backoff = Backoff(random)
        self._last_failure_s = -math.inf
        self.last_success_s = -math.inf
        self.not_before_s = -math.inf
        """No call may be sent before this time."""
        self.opened_s = -math.inf
        """When the breaker last changed from closed to open."""
        self.failure: Outcome | None = None
        """The last failure; None while the breaker is closed."""

    def may_call(self, now_s: float, in_flight: int = 0) -> bool:
        """Whether a call may be sent at `now_s` while `in_flight` other calls have no answer yet."""
        return now_s >= self.not_before_s and not (self.failure and in_flight)

    def on_failure(self, outcome: Outcome, sent_s: float, now_s: float) -> None:
        """Open the breaker, because a call that was sent at `sent_s` has failed.

        No call may then be sent until a wait is over. If the cloud asked for a longer wait than our own, the
        wait of the cloud is used.

        Nothing changes if the failure of another call became known after `sent_s`. So calls that were in
        flight together count as one failure.
        """
        if sent_s < self._last_failure_s:
            return
        if self.failure is None:
            self.opened_s = now_s
        self.failure = outcome
        self._last_failure_s = now_s
        wait_s = PROBE_S if outcome.kind is OutcomeKind.PAUSE else self._backoff.failed()
        self.not_before_s = now_s + max(wait_s, outcome.retry_after_s)

    def on_success(self, now_s: float) -> None:
        """Close the breaker, and remember `now_s` as the time of the last success."""
        self.last_success_s = now_s
        self.reset()

    def reset(self) -> None:
        """Close the breaker. The next failure counts as the first in a row."""
        self.failure = None
        self._backoff.reset()

    def has_failed_for(self, seconds: float, until_s: float) -> bool:
        """Whether, at the time `until_s`, the failure has lasted for at least `seconds`."""
        return self.failure is not None and until_s - self.opened_s >= seconds

    def allow_now(self) -> None:
        """End the wait: the next call may be sent at once."""
        self.not_before_s = -math.inf

    def try_now(self) -> None:
        """End the wait, because the user asks to try now. The next failure counts as the first in a row."""
        self.allow_now()
        self._backoff.reset()
