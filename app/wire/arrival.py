"""When lines came: clock readings and places of bytes in, microseconds since 1970 (UTC) out.

Invariants: between two clock marks the time of a device never runs backwards, whatever the computer's clock
does; no line of a chunk is stamped before the chunk before it, or after the chunk itself; order is never
taken from here, it is the stream's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP_US = 2_000_000
"""A clock that is off by more than this has been set; what is less is made up for bit by bit."""
_BITS_PER_BYTE = 10
"""A start bit, eight data bits, a stop bit."""


class ClockMark(NamedTuple):
    """The computer's clock was set: the times before the mark and those after it are not comparable."""

    at_us: int
    """The clock after the step."""
    monotonic_us: int
    """The monotonic clock at that instant; it counts from an unknown beginning, anew in each run."""
    stepped_us: int
    """By how much the clock was set forward; negative: back."""


class SteadyClock:
    """The time of one device: the computer's clock, with its small steps smoothed and its large ones told.

    After a step back of at most 2 s time goes on at half its pace until the clock has caught up.
    """

    def __init__(self, last_us: int | None = None) -> None:
        """`last_us` is the last time that an earlier run gave out."""
        self._last_us = last_us
        self._monotonic_us: int | None = None

    def read(self, wall_us: int, monotonic_us: int) -> tuple[int, ClockMark | None]:
        """The time at which both clocks showed this, and a mark where the clock was set since the last."""
        at_us, mark = wall_us, None
        if self._last_us is not None:
            if self._monotonic_us is None:
                # How long ago the earlier run ended nobody knows: only a clock set back shows.
                elapsed_us, stepped_us = 0, min(0, wall_us - self._last_us)
            else:
                elapsed_us = monotonic_us - self._monotonic_us
                stepped_us = wall_us - self._last_us - elapsed_us
            if abs(stepped_us) > STEP_US:
                mark = ClockMark(wall_us, monotonic_us, stepped_us)
            else:
                at_us = max(wall_us, self._last_us + elapsed_us // 2)
        self._last_us, self._monotonic_us = at_us, monotonic_us
        return at_us, mark


class Arrival(NamedTuple):
    """When a chunk came, and how its bytes were spaced on the wire."""

    at_us: int
    since_us: int
    """When the chunk before it came; `at_us` where that tells nothing."""
    chunk_bytes: int
    baud_rate: int
    """0: the bytes of a chunk came together, as from a socket."""

    @property
    def is_spread(self) -> bool:
        """Whether the bytes came one after the other."""
        return bool(self.baud_rate) and self.since_us < self.at_us

    def together(self, count: int) -> NDArray[np.int64]:
        """The times of `count` lines that came at once."""
        return np.full(count, self.at_us, np.int64)

    def spread(self, still_to_come: NDArray[np.int64]) -> NDArray[np.int64]:
        """The time of each line, after whose end so many bytes of the chunk (0…all of it) were still to come.

        A byte takes ten bits at the baud rate. Where more bytes came than that allows since the chunk before
        (USB that only plays a serial port), they share the time since then.
        """
        since_us = self.at_us - self.since_us
        if since_us * self.baud_rate < self.chunk_bytes * _BITS_PER_BYTE * 1_000_000:
            return self.at_us - still_to_come * since_us // self.chunk_bytes
        return self.at_us - still_to_come * (_BITS_PER_BYTE * 1_000_000) // self.baud_rate
