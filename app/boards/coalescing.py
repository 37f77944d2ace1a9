"""Decides how long the thread that reads a port pauses after each chunk, so that bytes gather.

Boards are read at multiples of a step of the monotonic clock: every 4 ms, or every 40 ms if the boards of the
bench send so many lines that nobody waits for a single one.

Invariants: the bytes that gather stay well below the 4,096 bytes that Linux buffers for a serial port; if a
board is too fast for that, the pause is only a millisecond. There is a pause even during a flood: without it,
the thread would hold Python's lock (the GIL) most of the time, and the window, which needs the lock too,
would drop frames. All boards are read at the same moments, so that their lines share a commit of the journal.
Measured with eight boards of 1,600 lines/s: 40 % of a core if each board is read every 10 ms, 10 % if all are
read together every 40 ms. Pure: no I/O, no clock.
"""

from __future__ import annotations

import threading

_YIELD_S = 0.001
"""The pause in which other threads run during a flood."""
_SHORT_STEP_S = 0.004
_LONG_STEP_S = 0.04
_LONG_STEP_FROM_PER_S = 700
"""From this rate of lines on, in lines a second of all boards together, they are read at the long step."""
_MEASURED_S = 0.5
"""For how long lines are counted until their rate is computed."""
_MOST_BYTES = 1536
"""How many bytes may gather at most."""


class ReadStep:
    """The step at which the boards of a bench are read. The threads of all its ports may use it at once."""

    def __init__(self) -> None:
        self._since_s = 0.0
        self._lines = 0
        self._step_s = _SHORT_STEP_S
        self._lock = threading.Lock()

    def after(self, lines: int, now_s: float) -> float:
        """The step in seconds, after a board has sent `lines` lines, which were read at `now_s`."""
        with self._lock:
            self._lines += lines
            if (counted_s := now_s - self._since_s) >= _MEASURED_S:
                is_fast = self._lines >= _LONG_STEP_FROM_PER_S * counted_s
                self._step_s = _LONG_STEP_S if is_fast else _SHORT_STEP_S
                self._since_s, self._lines = now_s, 0
            return self._step_s


class ReadCoalescing:
    """Computes the pauses between reads of one port. Times are monotonic seconds, passed in by the caller."""

    def __init__(self, step: ReadStep) -> None:
        """`step` is shared by all ports of a bench."""
        self._step = step
        self._last_s = 0.0

    def pause_s(self, now_s: float, size: int, lines: int) -> float:
        """The seconds to wait before the next read; a chunk of `size` bytes has just come, at `now_s`.

        `lines` is the number of lines that ended in this chunk.
        """
        gap_s = now_s - self._last_s
        self._last_s = now_s
        step_s = self._step.after(lines, now_s)
        fits_s = max(_YIELD_S, _MOST_BYTES * gap_s / size)
        next_s = step_s - now_s % step_s
        return min(fits_s, next_s if next_s > step_s / 4 else next_s + step_s)
