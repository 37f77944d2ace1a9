"""Detects that an open port must be reopened, because no bytes have come since the computer slept.

Invariant: a change of the computer's clock, by the user or by the network, does not count as sleep.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_ASLEEP_S = 2.0
"""Shorter sleeps are ignored, because the two clocks that are compared may differ by as much."""
_NO_LOOK_S = 10.0
"""If the system cannot tell how long it slept, a longer pause between two calls counts as sleep."""


def asleep_s() -> float | None:
    """The total seconds that this computer has slept since it started; None if the system cannot tell."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.monotonic()
    return None


class SleepWatch:
    """Detects that the computer slept while a port was open.

    The thread that reads the port calls `bytes_came` or `nothing_came` at least once a second. Times are
    monotonic seconds.
    """

    def __init__(self, now_s: float, asleep_s: Callable[[], float | None] = asleep_s) -> None:
        self._asleep_s = asleep_s
        self._last_s, self._last_asleep_s = now_s, asleep_s()
        self._has_spoken = False
        self._woke_s: float | None = None

    def bytes_came(self, now_s: float) -> None:
        """Record that bytes came, which shows that the port works."""
        self._has_spoken = True
        self._woke_s = None
        self._last_s, self._last_asleep_s = now_s, self._asleep_s()

    def nothing_came(self, now_s: float, patience_s: float) -> None:
        """Record that no bytes came.

        Raises OSError if bytes came before the computer slept, but none for `patience_s` after it woke.
        """
        asleep_s = self._asleep_s()
        if asleep_s is None or self._last_asleep_s is None:
            # On such a system the monotonic clock continues during sleep, but this thread stops.
            slept = now_s - self._last_s > _NO_LOOK_S
        else:
            slept = asleep_s - self._last_asleep_s > _ASLEEP_S
        self._last_s, self._last_asleep_s = now_s, asleep_s
        if slept and self._has_spoken:
            self._woke_s = now_s
        if self._woke_s is not None and now_s - self._woke_s > patience_s:
            raise OSError("nothing has come since the computer slept")
