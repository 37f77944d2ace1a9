"""Pacing: the rate of calls, and the waits after failures.

Invariants: in any period of `t` seconds, at most `rate_per_s * t + burst` calls are sent; a wait after a
failure is random (full jitter), between 0 and a bound that doubles with each failure in a row, up to a cap.
Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_FIRST_WAIT_S = 1.0


class TokenBucket:
    """Allows `rate_per_s` calls a second, up to `burst` at once after a pause. A rate of 0 means no limit."""

    def __init__(self, rate_per_s: float, burst: float = 1.0) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._tokens = burst
        self._at_s: float | None = None

    def wait_s(self, now_s: float) -> float:
        """How many seconds to wait before the next call; 0 if it may be sent now."""
        if self._rate_per_s == 0:
            return 0.0
        missing = 1.0 - self._level(now_s)
        # A tiny missing part is a rounding error. A wait shorter than a tick of the clock would never end.
        return missing / self._rate_per_s if missing > 1e-9 else 0.0

    def take(self, now_s: float) -> None:
        """Count a call that is sent now."""
        self._tokens = self._level(now_s) - 1.0
        self._at_s = now_s

    def _level(self, now_s: float) -> float:
        elapsed_s = 0.0 if self._at_s is None else max(0.0, now_s - self._at_s)
        return min(self._burst, self._tokens + elapsed_s * self._rate_per_s)


class Rate:
    """The recent rate of events. The weight of an event decays exponentially, to 1/e after `memory_s`."""

    def __init__(self, memory_s: float) -> None:
        self._memory_s = memory_s
        self._weight = 0.0
        self._began_s: float | None = None
        self._at_s = 0.0

    def add(self, count: int, now_s: float) -> None:
        """Count `count` more events at `now_s`."""
        self._weight = self._faded(now_s) + count
        self._at_s = now_s
        if self._began_s is None:
            self._began_s = now_s

    def per_s(self, now_s: float) -> float:
        """The rate in events a second; 0 before the first event."""
        if self._began_s is None or now_s <= self._began_s:
            return 0.0
        seen = 1.0 - math.exp((self._began_s - now_s) / self._memory_s)
        return self._faded(now_s) / (self._memory_s * seen)

    def _faded(self, now_s: float) -> float:
        return self._weight * math.exp(min(0.0, self._at_s - now_s) / self._memory_s)


class Backoff:
    """Random waits between retries; their upper bound doubles with each failure in a row, up to a cap."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 to 1."""
        self._random = random
        self.failures = 0

    def failed(self, cap_s: float) -> float:
        """Count one more failure. Returns how many seconds to wait after it: at most `cap_s`."""
        bound_s = min(cap_s, _FIRST_WAIT_S * 2.0 ** min(self.failures, 60))
        self.failures += 1
        return self._random() * bound_s

    def reset(self) -> None:
        """Forget all failures: the next one counts as the first in a row."""
        self.failures = 0
