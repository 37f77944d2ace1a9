"""Finds out which datastreams have stopped: those whose newest value is older than their usual pause.

Invariants: a datastream that is slow but regular is never stale; memory is bounded. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

_LEAST_S = 5.0
"""No value is stale before this age: a board that sends every second may pause a little."""
_PAUSES = 3
"""How many of its longest recent pauses a datastream may be silent."""
_FIRST_S = 60.0
"""The age at which a datastream's only value is stale: its pause is not known yet."""
_KEPT = 5


class Staleness:
    """Remembers when the newest values of several datastreams arrived."""

    def __init__(self) -> None:
        self._arrivals: dict[str, deque[float]] = {}

    def age_s(self, target: str, received_at_s: float, at_s: float) -> float | None:
        """The age of the newest value of `target`, in seconds; None if the value is not stale.

        The value arrived at `received_at_s`; `at_s` is the present time. Both are Unix seconds.
        """
        arrivals = self._arrivals.setdefault(target, deque(maxlen=_KEPT))
        if not arrivals or arrivals[-1] != received_at_s:
            arrivals.append(received_at_s)
        longest_s = max((late - early for early, late in pairwise(arrivals)), default=None)
        allowed_s = _FIRST_S if longest_s is None else max(_LEAST_S, _PAUSES * longest_s)
        age_s = at_s - received_at_s
        return age_s if age_s > allowed_s else None

    def clear(self) -> None:
        """Forget all datastreams."""
        self._arrivals.clear()
