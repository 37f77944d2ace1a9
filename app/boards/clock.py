"""The clock of one device: reads the computer's clocks, and keeps what has to be journalled of them.

Invariant: a step of the clock is marked with the first readings that come after it, once.
"""

from __future__ import annotations

import logging
import time

from app.wire.arrival import ClockMark, SteadyClock
from app.wire.batches import Batch

log = logging.getLogger(__name__)


def wall_us() -> int:
    """The computer's clock as it stands: microseconds since 1970, UTC."""
    return time.time_ns() // 1000


class DeviceClock:
    """Used by the device's reader thread alone."""

    def __init__(self, device: str, last_us: int | None = None) -> None:
        """`last_us` is when the device's last reading came that the journal holds."""
        self._device = device
        self._steady = SteadyClock(last_us)
        self._marks: tuple[ClockMark, ...] = ()

    def now_us(self) -> int:
        """Microseconds since 1970, UTC."""
        at_us, mark = self._steady.read(wall_us(), time.monotonic_ns() // 1000)
        if mark:
            self._marks += (mark,)
            way = "forward" if mark.stepped_us > 0 else "back"
            by_s = abs(mark.stepped_us) / 1e6
            log.warning("%s: this computer's clock was set %s by %.1f s", self._device, way, by_s)
        return at_us

    def marked(self, batch: Batch) -> Batch:
        """`batch` with the steps of the clock since the batch before."""
        if self._marks:
            batch, self._marks = batch._replace(marks=self._marks), ()
        return batch
