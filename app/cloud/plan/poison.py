"""The poison message: a reading that keeps failing while others pass, and so is to blame itself.

Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

from app.wire.streams import Reading

_BLAME_AFTER_FAILURES = 3
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0


class PoisonMessage:
    """Watches one lane for such a reading: the one at its head."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        """The reading that failed last when it went by itself."""
        self.given_up: Reading | None = None
        """In flight when a person skipped it: it is refused unless the answer under way takes it."""
        self._since_s = 0.0
        self._failures = 0

    def on_failure(self, reading: Reading, now_s: float) -> None:
        """`reading` went by itself and got an answer that may be its own fault."""
        if self.reading != reading:
            self.reading, self._since_s, self._failures = reading, now_s, 0
        self._failures += 1

    def on_success(self) -> None:
        """The lane's call passed, or the reading is out of the way."""
        self.reading = None
        self.given_up = None

    def is_suspect(self, last_success_s: float) -> bool:
        """Whether a server's error may be its fault: it comes again and again while others pass."""
        return self._failures >= _BLAME_AFTER_FAILURES and last_success_s > self._since_s

    def is_to_blame(self, last_success_s: float, now_s: float) -> bool:
        """Whether it may be refused."""
        return (
            self._failures >= _REFUSE_AFTER_FAILURES
            and now_s - self._since_s >= _REFUSE_AFTER_S
            and last_success_s > self._since_s
        )
