"""Computes when each line arrived, from clock values and byte positions.

The times of lines are in microseconds since 1970 (UTC).

Invariants: between two clock marks (records that the computer's clock was set by more than 2 s), a device's
time never runs backwards; no line gets a time before the previous chunk or after its own chunk. Readings are
ordered by their numbers in the stream, never by these times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP_US = 2_000_000
"""If the computer's clock is set forward or back by more than this, a clock mark reports the change."""
_BITS_PER_BYTE = 10
"""A start bit, eight data bits, a stop bit."""


class ClockMark(NamedTuple):
    """A record that the computer's clock was set: times before and after the mark cannot be compared."""

    at_us: int
    """The time of the computer's clock after the change."""
    monotonic_us: int
    """The time of the monotonic clock after the change. Its zero may differ each time the program starts."""
    stepped_us: int
    """By how much the clock was set forward; negative if it was set back."""


class SteadyClock:
    """The clock of one device. It follows the computer's clock, but never runs backwards between clock marks.

    If the computer's clock is set back by at most 2 s, this clock runs at half speed until the computer's
    clock has caught up. Larger changes, forward or back, are reported as clock marks.
    """

    def __init__(self, last_us: int | None = None) -> None:
        """`last_us` is the newest time in the device's records; None if it has none."""
        self._last_us = last_us
        self._monotonic_us: int | None = None

    def read(self, wall_us: int, monotonic_us: int) -> tuple[int, ClockMark | None]:
        """Return the time to record for a chunk that has just arrived.

        `wall_us` is the time by the computer's clock, `monotonic_us` the time by the monotonic clock. Also
        returns a clock mark if the computer's clock was set by more than 2 s since the last call, else None.
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
        """Whether the bytes arrived spread over a known span of time, not all at once."""
        return bool(self.baud_rate) and self.since_us < self.at_us

    def together(self, count: int) -> NDArray[np.int64]:
        """The times of `count` lines that arrived together: `at_us` for each line."""
        return np.full(count, self.at_us, np.int64)

    def spread(self, still_to_come: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the time of each line. `still_to_come` is the number of bytes after each line in the chunk.

        The last byte arrived when the chunk did, and each byte took the time of ten bits at the baud rate.
        Over USB, bytes can be faster than the baud rate. If they were, they are spread evenly over the time
        since the previous chunk.
        """
        since_us = self.at_us - self.since_us
        if since_us * self.baud_rate < self.chunk_bytes * _BITS_PER_BYTE * 1_000_000:
            return self.at_us - still_to_come * since_us // self.chunk_bytes
        return self.at_us - still_to_come * (_BITS_PER_BYTE * 1_000_000) // self.baud_rate
