"""How long a reader lets bytes gather before it reads again: a lone line never waits, a steady board a bit.

Invariants: what gathers stays well below the 4,096 bytes that a terminal holds, or is read a millisecond
later. A flood too leaves that millisecond to the other threads: a window that must wait for Python's lock at
every step loses its frames. Boards that talk steadily are read in step, so that their lines share a commit:
measured, eight boards of 1,600 lines/s took 40 % of a core where each was read every 10 ms, and 10 % in step.
Pure: no I/O, no clock.
"""

from __future__ import annotations

_YIELD_S = 0.001
_SHORT_S = 0.01
_STEP_S = 0.04
_MOST_BYTES = 1536
_STEADY_AFTER_S = 0.5
_QUIET_S = 0.06


class ReadCoalescing:
    """The pauses of one reader. Monotonic seconds are passed in."""

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
