"""Finds a reading whose calls fail again and again because of the reading itself.

The reading is considered the cause if calls with other readings succeed meanwhile. The usual name for such a
reading is *poison message*.

Invariants: only answers that may be about the reading count towards its refusal, so no limit, server error or
missing answer ever refuses one; while nothing succeeds, no reading is refused.
Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

from app.wire.streams import Reading

STUCK_AFTER_FAILURES = 3
"""After how many failures in a row the user is told about a reading or a lane."""
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0


class PoisonMessage:
    """Watches the first reading of one lane, to find out whether this reading causes failures."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        """The reading whose failures are counted; None if there is none."""
        self.given_up: Reading | None = None
        """The reading that was in flight when the user skipped it: refused unless the cloud accepts it."""
        self._failures = self._doubts = 0
        self._since_s = self._previous_s = self._last_s = 0.0

    def on_failure(self, reading: Reading, now_s: float, *, may_refuse: bool) -> None:
        """Count a failed call that carried only `reading`.

        `may_refuse` says whether the answer may be about the reading, so that it counts towards a refusal.
        """
        if self.reading != reading:
            self.reading, self._failures, self._doubts = reading, 0, 0
        self._failures += 1
        if may_refuse:
            self._doubts += 1
            if self._doubts == 1:
                self._since_s = now_s
            self._previous_s, self._last_s = self._last_s, now_s

    def forget(self) -> None:
        """Forget the reading whose failures are counted, and the reading that the user skipped."""
        self.reading = self.given_up = None

    @property
    def is_stuck(self) -> bool:
        """Whether the reading has failed so often that the user should know."""
        return self.reading is not None and self._failures >= STUCK_AFTER_FAILURES

    def is_to_blame(self, last_success_s: float, now_s: float) -> bool:
        """Whether the reading must be refused, after its last failure at `now_s`.

        True if calls with this reading failed often and for a long time, and a call with another reading
        succeeded between the last two of these failures.
        """
        return (
            self._doubts >= _REFUSE_AFTER_FAILURES
            and now_s - self._since_s >= _REFUSE_AFTER_S
            and last_success_s > self._previous_s
        )
