"""Decides how long the thread that reads a port pauses after each chunk, so that bytes gather.

The pause is 1 to 10 ms, or up to 45 ms if the board sends steadily.

Invariants: the bytes that gather stay well below the 4,096 bytes that Linux buffers for a serial port; if a
board is too fast for that, the pause is only a millisecond. There is a pause even during a flood: without it,
the thread would hold Python's lock (the GIL) most of the time, and the window, which needs the lock too,
would drop frames. Boards that send steadily are read at the same moments, so that their lines share a
commit of the journal. Measured with eight boards of 1,600 lines/s: 40 % of a core if each board is read every
10 ms, 10 % if all are read at the same moments. Pure: no I/O, no clock.
"""

from __future__ import annotations

_YIELD_S = 0.001
"""The pause in which other threads run during a flood."""
_SHORT_S = 0.01
_STEP_S = 0.04
"""Boards that send steadily are read at multiples of this time, by the monotonic clock."""
_MOST_BYTES = 1536
"""How many bytes may gather at most."""
_STEADY_AFTER_S = 0.5
"""A board sends steadily once it has sent for this time without a gap longer than `_QUIET_S`."""
_QUIET_S = 0.06


class ReadCoalescing:
    """Computes the pauses between reads of one port. Times are monotonic seconds, passed in by the caller."""

    def __init__(self) -> None:
        self._since_s = 0.0
        self._last_s = 0.0

    def pause_s(self, now_s: float, size: int) -> float:
        """The seconds to wait before the next read; a chunk of `size` bytes has just come, at `now_s`."""
        gap_s = now_s - self._last_s
        if gap_s > _QUIET_S:
            self._since_s = now_s
        self._last_s = now_s
        if now_s - self._since_s < _STEADY_AFTER_S:
            return _SHORT_S if size < _MOST_BYTES else _YIELD_S
        fits_s = max(_YIELD_S, _MOST_BYTES * gap_s / size)
        next_s = _STEP_S - now_s % _STEP_S
        return min(fits_s, next_s if next_s > _SHORT_S / 2 else next_s + _STEP_S)
