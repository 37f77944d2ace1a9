"""When lines arrived: clock values and byte positions in, microseconds since 1970 (UTC) out.

Invariants: between two clock marks a device's time never runs backwards, whatever the computer's clock does;
no line gets a time before the previous chunk or after its own chunk. The order of readings is that of their
stream, never that of these times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP_US = 2_000_000
"""A larger step is reported as a clock mark; a smaller one is smoothed out."""
_BITS_PER_BYTE = 10
"""A start bit, eight data bits, a stop bit."""


class ClockMark(NamedTuple):
    """The computer's clock was set: times before and after the mark cannot be compared."""

    at_us: int
    """The clock after the step."""
    monotonic_us: int
    """The monotonic clock at that instant. Its zero is arbitrary and differs in each run."""
    stepped_us: int
    """By how much the clock was set forward; negative if it was set back."""


class SteadyClock:
    """The time of one device: the computer's clock, with small steps smoothed and large ones marked.

    After a step back of at most 2 s, time runs at half speed until the clock has caught up.
    """

    def __init__(self, last_us: int | None = None) -> None:
        """`last_us` is the last time that an earlier run of the program used."""
        self._last_us = last_us
        self._monotonic_us: int | None = None

    def read(self, wall_us: int, monotonic_us: int) -> tuple[int, ClockMark | None]:
        """The device's time at these values of both clocks, and a mark if the clock was set since."""
        at_us, mark = wall_us, None
        if self._last_us is not None:
            if self._monotonic_us is None:
                # It is unknown how long ago the earlier run ended: only a step back can be noticed.
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
    """When a chunk arrived, and how its bytes were spaced in time."""

    at_us: int
    since_us: int
    """When the previous chunk arrived; `at_us` if that is unknown."""
    chunk_bytes: int
    baud_rate: int
    """0: the bytes of a chunk arrived together, as from a socket."""

    @property
    def is_spread(self) -> bool:
        """Whether the bytes arrived one after the other."""
        return bool(self.baud_rate) and self.since_us < self.at_us

    def together(self, count: int) -> NDArray[np.int64]:
        """The times of `count` lines that arrived together."""
        return np.full(count, self.at_us, np.int64)

    def spread(self, still_to_come: NDArray[np.int64]) -> NDArray[np.int64]:
        """The time of each line, given how many bytes of the chunk arrived after its end.

        A byte takes ten bits at the baud rate. USB that emulates a serial port may be faster than that: then
        the bytes are spread evenly over the time since the previous chunk.
        """
        since_us = self.at_us - self.since_us
        if since_us * self.baud_rate < self.chunk_bytes * _BITS_PER_BYTE * 1_000_000:
            return self.at_us - still_to_come * since_us // self.chunk_bytes
        return self.at_us - still_to_come * (_BITS_PER_BYTE * 1_000_000) // self.baud_rate
