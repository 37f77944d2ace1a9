"""Whether the computer has slept: some drivers hand out a port afterwards from which nothing ever comes.

Invariant: a clock that is set, by a person or by the network, is no sleep.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_ASLEEP_S = 2.0
_NO_LOOK_S = 10.0


def asleep_s() -> float | None:
    """For how long this computer has slept since it started; None where the system does not tell."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.monotonic()
    return None


class SleepWatch:
    """Of one opening of a port; its reader comes round at least once a second, with monotonic seconds."""

    def __init__(self, now_s: float, asleep_s: Callable[[], float | None] = asleep_s) -> None:
        self._look = asleep_s
        self._last_s, self._last_asleep_s = now_s, asleep_s()
        self._spoke = False
        self._woke_s: float | None = None

    def bytes_came(self, now_s: float) -> None:
        """The port lives."""
        self._spoke = True
        self._woke_s = None
        self._last_s, self._last_asleep_s = now_s, self._look()

    def nothing_came(self, now_s: float, patience_s: float) -> None:
        """Raises OSError if a board that spoke has said nothing for `patience_s` since the computer woke."""
        asleep_s = self._look()
        if asleep_s is None or self._last_asleep_s is None:
            # Its monotonic clock runs on while it sleeps, and this thread does not come round.
            slept = now_s - self._last_s > _NO_LOOK_S
        else:
            slept = asleep_s - self._last_asleep_s > _ASLEEP_S
        self._last_s, self._last_asleep_s = now_s, asleep_s
        if slept and self._spoke:
            self._woke_s = now_s
        if self._woke_s is not None and now_s - self._woke_s > patience_s:
            raise OSError("nothing has come since the computer slept")
