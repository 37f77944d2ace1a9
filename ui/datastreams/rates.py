"""Computes lines per second from counters that are read from time to time.

Invariants: memory is bounded; a counter that starts again from zero gives no negative rate; a rate falls to
zero within `WINDOW_S` seconds after the last line. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

WINDOW_S = 2.0
_GAP_S = 0.2


class LineRate:
    """Computes the rate of one line counter, averaged over about the last two seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        """The counts of the last two seconds, each with its time; the times are at least `_GAP_S` apart."""
        self._last = (0.0, 0)

    def update(self, at_s: float, count: int) -> float:
        """Record that the counter is `count` at the time `at_s`, in seconds. Returns the rate per second."""
        seen = self._seen
        if at_s < self._last[0] or count < self._last[1]:
            seen.clear()
        self._last = at_s, count
        if not seen or at_s - seen[-1][0] >= _GAP_S:
            seen.append((at_s, count))
        # Look back `_GAP_S` less than `WINDOW_S`, because the last line may be noticed `_GAP_S` too late.
        while len(seen) > 1 and seen[1][0] <= at_s - WINDOW_S + _GAP_S:
            seen.popleft()
        passed_s = at_s - seen[0][0]
        return (count - seen[0][1]) / passed_s if passed_s >= _GAP_S else 0.0


class LineRates:
    """Computes the rates of several line counters. Each counter has a key, for example a target."""

    def __init__(self) -> None:
        self._rates: dict[Hashable, LineRate] = {}

    def update(self, key: Hashable, at_s: float, count: int) -> float:
        """Record that the counter `key` is `count` at the time `at_s`, in seconds.

        Returns the counter's rate per second.
        """
        return self._rates.setdefault(key, LineRate()).update(at_s, count)

    def clear(self) -> None:
        """Forget all counters."""
        self._rates.clear()
