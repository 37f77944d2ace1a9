"""Computes when each line arrived, from clock values and byte positions.

The times of lines are in microseconds since 1970 (UTC).

Invariants: between two clock marks a device's time never runs backwards, whatever the computer's clock does;
no line gets a time before the previous chunk or after its own chunk. Readings are ordered by their numbers
in the stream, never by these times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP_US = 2_000_000
"""A larger step of the computer's clock is reported as a clock mark; a smaller one is smoothed out."""
_BITS_PER_BYTE = 10
"""A start bit, eight data bits, a stop bit."""


class ClockMark(NamedTuple):
    """Marks a step of the computer's clock: times before the mark cannot be compared with times after it."""

    at_us: int
    """The time of the computer's clock after the step."""
    monotonic_us: int
    """The time of the monotonic clock after the step. Its zero differs each time the program starts."""
    stepped_us: int
    """By how much the clock was set forward; negative if it was set back."""


class SteadyClock:
    """The clock of one device: the computer's clock, with small steps smoothed out and large ones marked.

    After a step back of at most 2 s, this clock runs at half speed until the computer's clock has caught up.
    """

    def __init__(self, last_us: int | None = None) -> None:
        """`last_us` is the newest time in the device's records; None if it has none."""
        self._last_us = last_us
        self._monotonic_us: int | None = None

    def read(self, wall_us: int, monotonic_us: int) -> tuple[int, ClockMark | None]:
        """Return the time to record for a chunk that arrives when the two clocks show these times.

        Also return a mark if the computer's clock made a step of more than 2 s since the last call.
        """
        at_us, mark = wall_us, None
        if self._last_us is not None:
            if self._monotonic_us is None:
                # It is unknown how long ago the program ended: only a step back can be noticed.
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
    """The time at which a chunk arrived, and how its bytes are spaced in time."""

    at_us: int
    since_us: int
    """When the previous chunk arrived; `at_us` if that is unknown."""
    chunk_bytes: int
    baud_rate: int
    """Bits per second; 0 if the bytes of a chunk arrived together, as from a socket."""

    @property
    def is_spread(self) -> bool:
        """Whether the bytes arrived one after the other, in a known period."""
        return bool(self.baud_rate) and self.since_us < self.at_us

    def together(self, count: int) -> NDArray[np.int64]:
        """The times of `count` lines that all arrived at the same time."""
        return np.full(count, self.at_us, np.int64)

    def spread(self, still_to_come: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the time of each line. `still_to_come` is the number of bytes after each line in the chunk.

        A byte takes ten bits at the baud rate. A serial port emulated over USB may be faster: then the
        bytes are spread evenly over the time since the previous chunk.
        """
        since_us = self.at_us - self.since_us
        if since_us * self.baud_rate < self.chunk_bytes * _BITS_PER_BYTE * 1_000_000:
            return self.at_us - still_to_come * since_us // self.chunk_bytes
        return self.at_us - still_to_come * (_BITS_PER_BYTE * 1_000_000) // self.baud_rate
