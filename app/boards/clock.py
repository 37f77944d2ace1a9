"""The clock of one device: gives the time of what arrives, and notes when the computer's clock was set.

Invariant: each step of the clock is passed on once, with the first batch of readings after it.
"""

from __future__ import annotations

import logging
import time

from app.wire.arrival import ClockMark, SteadyClock
from app.wire.batches import Batch

log = logging.getLogger(__name__)


def wall_us() -> int:
    """The computer's clock: microseconds since 1970, UTC."""
    return time.time_ns() // 1000


class DeviceClock:
    """Gives the times of one device's readings. Only the device's reader thread uses it."""

    def __init__(self, device: str, last_us: int | None = None) -> None:
        """`last_us` is the time of the device's last reading in the journal, if there is one."""
        self._device = device
        self._steady = SteadyClock(last_us)
        self._marks: tuple[ClockMark, ...] = ()

    def now_us(self) -> int:
        """The time now: microseconds since 1970, UTC."""
        at_us, mark = self._steady.read(wall_us(), time.monotonic_ns() // 1000)
        if mark:
            self._marks += (mark,)
            way = "forward" if mark.stepped_us > 0 else "back"
            by_s = abs(mark.stepped_us) / 1e6
            log.warning("%s: this computer's clock was set %s by %.1f s", self._device, way, by_s)
        return at_us

    def marked(self, batch: Batch) -> Batch:
        """`batch` with the steps of the clock since the previous batch."""
        if self._marks:
            batch, self._marks = batch._replace(marks=self._marks), ()
        return batch
