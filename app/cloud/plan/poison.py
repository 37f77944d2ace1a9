"""The poison message: a reading that fails again and again while others pass, so it must itself be the cause.

Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

from app.wire.streams import Reading

_BLAME_AFTER_FAILURES = 3
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0


class PoisonMessage:
    """Watches the reading at the head of one lane."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        """The reading that failed last when it was sent alone."""
        self.given_up: Reading | None = None
        """A reading that the user skipped while it was in flight: refused unless its answer accepts it."""
        self._since_s = 0.0
        self._failures = 0

    def on_failure(self, reading: Reading, now_s: float) -> None:
        """`reading` was sent alone and got an answer that the reading itself may have caused."""
        if self.reading != reading:
            self.reading, self._since_s, self._failures = reading, now_s, 0
        self._failures += 1

    def on_success(self) -> None:
        """The lane's call succeeded, or its failing reading is no longer sent."""
        self.reading = None
        self.given_up = None

    def is_suspect(self, last_success_s: float) -> bool:
        """Whether a server error may be the reading's fault: it met several while others passed."""
        return self._failures >= _BLAME_AFTER_FAILURES and last_success_s > self._since_s

    def is_to_blame(self, last_success_s: float, now_s: float) -> bool:
        """Whether the reading may be refused: it failed often and for long while others passed."""
        return (
            self._failures >= _REFUSE_AFTER_FAILURES
            and now_s - self._since_s >= _REFUSE_AFTER_S
            and last_success_s > self._since_s
        )
