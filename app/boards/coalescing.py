"""How long a reader lets bytes gather before it reads again: 1 to 10 ms, or up to 45 ms for a steady board.

Invariants: what gathers stays well below the 4,096 bytes that a terminal holds; if that is not possible, it
is read a millisecond later. Other threads need this millisecond even during a flood: a window that waits for
Python's lock at every step drops frames. Boards that send steadily are read at the same moments, so that
their lines share a commit. Measured with eight boards of 1,600 lines/s: 40 % of a core if each board is read
every 10 ms, 10 % if all are read at the same moments. Pure: no I/O, no clock.
"""

from __future__ import annotations

_YIELD_S = 0.001
"""The pause in which other threads run during a flood."""
_SHORT_S = 0.01
_STEP_S = 0.04
"""Steady boards are read at multiples of this, by the monotonic clock."""
_MOST_BYTES = 1536
"""How many bytes may gather."""
_STEADY_AFTER_S = 0.5
"""A board is steady once it has sent for this time without a gap of `_QUIET_S`."""
_QUIET_S = 0.06


class ReadCoalescing:
    """The pauses of one reader. Times are monotonic seconds, passed in by the caller."""

    def __init__(self) -> None:
        self._since_s = 0.0
        self._last_s = 0.0

    def pause_s(self, now_s: float, size: int) -> float:
        """How long to wait after a chunk of `size` bytes that came at `now_s`."""
        gap_s = now_s - self._last_s
        if gap_s > _QUIET_S:
            self._since_s = now_s
        self._last_s = now_s
        if now_s - self._since_s < _STEADY_AFTER_S:
            return _SHORT_S if size < _MOST_BYTES else _YIELD_S
        fits_s = max(_YIELD_S, _MOST_BYTES * gap_s / size)
        next_s = _STEP_S - now_s % _STEP_S
        return min(fits_s, next_s if next_s > _SHORT_S / 2 else next_s + _STEP_S)
