"""Finds a reading whose calls fail again and again because of the reading itself.

The reading is considered the cause if calls with other readings succeed meanwhile. The usual name for such a
reading is *poison message*. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

from app.wire.streams import Reading

_BLAME_AFTER_FAILURES = 3
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0


class PoisonMessage:
    """Watches the first reading of one lane, to find out whether this reading causes failures."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        """The reading whose failures are counted; None if there is none."""
        self.given_up: Reading | None = None
        """The reading that was in flight when the user skipped it: refused unless the cloud accepts it."""
        self._since_s = 0.0
        self._failures = 0

    def on_failure(self, reading: Reading, now_s: float) -> None:
        """Count a failed call against `reading`, which was the only or the first reading of that call."""
        if self.reading != reading:
            self.reading, self._since_s, self._failures = reading, now_s, 0
        self._failures += 1

    def forget(self) -> None:
        """Forget the reading whose failures are counted, and the reading that the user skipped."""
        self.reading = None
        self.given_up = None

    def is_suspect(self, last_success_s: float) -> bool:
        """Whether the reading is possibly the cause of server errors.

        True if calls with this reading failed several times, and calls with other readings succeeded
        meanwhile.
        """
        return self._failures >= _BLAME_AFTER_FAILURES and last_success_s > self._since_s

    def is_to_blame(self, last_success_s: float, now_s: float) -> bool:
        """Whether the reading must be refused.

        True if calls with this reading failed often and for a long time, and calls with other readings
        succeeded meanwhile.
        """
        return (
            self._failures >= _REFUSE_AFTER_FAILURES
            and now_s - self._since_s >= _REFUSE_AFTER_S
            and last_success_s > self._since_s
        )
