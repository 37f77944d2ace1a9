"""The circuit breaker of a device or of one lane: it decides whether calls may be sent there.

Closed: calls are sent freely. Open: after a failure, no call is sent until a wait is over; the wait grows
with each failure in a row. Half-open: the wait is over, and one call at a time is sent as a probe. If a probe
fails, the breaker opens again. If a probe succeeds, the breaker closes.

Invariants: the first wait is at most a few seconds, unless the cloud asks for a longer one; the bound of the
wait doubles with each failure in a row, to `PROBE_S`, or to `_RETRY_S` if the cause will pass by itself.
Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.pacing import Backoff

PROBE_S = 300.0
"""The longest wait of a paused device, or of a lane that fails alone, before it tries one call again."""
_RETRY_S = 60.0
_CERTAIN_S = 3.0
"""The shortest wait if only the user can fix the cause."""


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
        self.failures = 0
        """The number of failures in a row."""

    @property
    def is_paused(self) -> bool:
        """Whether the breaker is open after an answer, and not because the cloud failed to give one."""
        return self.failure is not None and self.failure.kind is not OutcomeKind.BACK_OFF

    @property
    def binds_all(self) -> bool:
        """Whether the breaker is open after a failure for which all calls must wait."""
        return self.failure is not None and self.failure.binds_all

    def may_call(self, now_s: float, in_flight: int = 0) -> bool:
        """Whether a call may be sent at `now_s` while `in_flight` other calls have no answer yet."""
        return now_s >= self.not_before_s and not (self.failure and in_flight)

    def on_failure(self, outcome: Outcome, sent_s: float, now_s: float) -> None:
        """Open the breaker, because a call that was sent at `sent_s` has failed, and begin a wait.

        Nothing changes if the failure of another call became known after `sent_s`. So calls that were in
        flight together count as one failure.
        """
        if sent_s < self._last_failure_s:
            return
        self._last_failure_s = now_s
        self.note(outcome, now_s)
        self.wait(now_s)

    def note(self, outcome: Outcome, began_s: float) -> None:
        """Open the breaker without a wait of its own. The failure began at `began_s`."""
        if self.failure is None:
            self.opened_s = began_s
        self.failure = outcome
        self.failures += 1

    def wait(self, now_s: float) -> None:
        """Begin a wait. If the cloud asked for a longer wait than our own, the wait of the cloud is used."""
        assert self.failure is not None  # noqa: S101 - callers note the failure first
        longest_s = PROBE_S if self.is_paused else _RETRY_S
        shortest_s = _CERTAIN_S if self.failure.kind is OutcomeKind.PAUSE else 0.0
        wait_s = max(self._backoff.failed(longest_s), self.failure.retry_after_s, shortest_s)
        self.not_before_s = now_s + wait_s

    def on_success(self, now_s: float) -> None:
        """Close the breaker, and remember `now_s` as the time of the last success.

        A success ends a wait that does not bind all calls. After no answer or 429, calls still wait as long
        as they were to wait, so that a cloud with too much to do is not asked sooner.
        """
        self.last_success_s = now_s
        if not self.binds_all:
            self.allow_now()
        self.reset()

    def reset(self) -> None:
        """Close the breaker. The next failure counts as the first in a row."""
        self.failure = None
        self.failures = 0
        self._backoff.reset()

    def has_failed_for(self, seconds: float, until_s: float) -> bool:
        """Whether, at the time `until_s`, the failure has lasted for at least `seconds`."""
        return self.failure is not None and until_s - self.opened_s >= seconds

    def allow_now(self) -> None:
        """End the wait: the next call may be sent at once."""
        self.not_before_s = -math.inf

    def try_now(self) -> None:
        """End the wait, and let the next wait be as short as after a first failure."""
        self.allow_now()
        self._backoff.reset()
