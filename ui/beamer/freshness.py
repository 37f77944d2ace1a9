"""Whether a value is still fresh, judged by how often its datastream sends. Pure: no I/O, no clock.

Invariant: a datastream that keeps its pace is fresh, however slow it is.
"""

from __future__ import annotations

from collections.abc import Iterable

_LEAST_S = 5.0
_GAPS = 3.0
"""A value is stale after this many times the last gap between two values, but not within `_LEAST_S`."""


class Freshness:
    """Remembers for each datastream when its last value came, and how long after the one before."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, float]] = {}

    def update(self, received_s: Iterable[tuple[str, float]]) -> None:
        """Take note of the time of each target's last value, in Unix seconds."""
        for target, at_s in received_s:
            last_s, gap_s = self._last.get(target, (at_s, 0.0))
            if at_s != last_s:
                gap_s = abs(at_s - last_s)
            self._last[target] = at_s, gap_s

    def clear(self) -> None:
        """Forget all targets, for example before another device is shown."""
        self._last.clear()

    def is_stale(self, target: str, now_s: float) -> bool:
        """Whether more time has passed than this datastream usually needs, or it has no value yet."""
        if target not in self._last:
            return True
        at_s, gap_s = self._last[target]
        return now_s - at_s > max(_LEAST_S, _GAPS * gap_s)
