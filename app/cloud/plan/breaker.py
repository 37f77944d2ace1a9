"""The circuit breaker: whether calls may go, for a device or for one lane.

Closed: calls go freely. Open: after a failure none goes before a wait is over, which grows with each failure
in a row. Half-open: the wait is over, and one call at a time probes whether the trouble is, until one
succeeds. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.pacing import Backoff

PROBE_S = 300.0
"""How often a paused device probes whether the trouble is over."""


class CircuitBreaker:
    """Opens with a failure and closes with a success."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 up to 1, for the jitter."""
        self._backoff = Backoff(random)
        self._last_failure_s = -math.inf
        self.last_success_s = -math.inf
        self.not_before_s = -math.inf
        """No call goes before this."""
        self.opened_s = -math.inf
        """When it last opened."""
        self.failure: Outcome | None = None
        """The last failure, while it is not closed."""

    def may_call(self, now_s: float, in_flight: int = 0) -> bool:
        """Whether a call may go beside those `in_flight`."""
        return now_s >= self.not_before_s and not (self.failure and in_flight)

    def on_failure(self, outcome: Outcome, sent_s: float, now_s: float) -> None:
        """A call that left at `sent_s` failed: none goes before a wait, or the cloud's, is over.

        Calls that left together fail together: that is one failure.
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
        """A call succeeded."""
        self.last_success_s = now_s
        self.reset()

    def reset(self) -> None:
        """What failed is out of the way."""
        self.failure = None
        self._backoff.reset()

    def has_failed_for(self, seconds: float, until_s: float) -> bool:
        """Whether it has not been closed for so long by `until_s`."""
        return self.failure is not None and until_s - self.opened_s >= seconds

    def allow_now(self) -> None:
        """Forget the wait: the next call may go at once."""
        self.not_before_s = -math.inf

    def try_now(self) -> None:
        """Forget that it has failed before, too: a person says that it should work now."""
        self.allow_now()
        self._backoff.reset()
