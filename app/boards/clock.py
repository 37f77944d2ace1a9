"""Computes the times of one device's readings, and reports changes of the computer's clock (over 2 s).

Invariant: each such change is reported once, with the first batch of readings after it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from app.wire.arrival import ClockMark, SteadyClock
from app.wire.batches import Batch

log = logging.getLogger(__name__)


def wall_us() -> int:
    """The time of the computer's clock, in microseconds since 1970 (UTC)."""
    return time.time_ns() // 1000


class DeviceClock:
    """A clock for the readings of one device. Only the thread that reads the device's port uses it."""

    def __init__(
        self,
        device: str,
        last_us: int | None = None,
        on_set: Callable[[int, int], object] = lambda _at_us, _stepped_us: None,
    ) -> None:
        """`last_us` is the time of the device's last reading in the journal; None if the journal has none.

        `on_set` is called when the computer's clock was set: with the time after that, and with by how much
        it was set forward, both in microseconds.
        """
        self.device = device
        """The name of the device, for the log."""
        self._on_set = on_set
        self._steady = SteadyClock(last_us)
        self._marks: tuple[ClockMark, ...] = ()

    def now_us(self) -> int:
        """The time to record for a reading that arrives now, in microseconds since 1970 (UTC)."""
        at_us, mark = self._steady.read(wall_us(), time.monotonic_ns() // 1000)
        if mark:
            self._marks += (mark,)
            way = "forward" if mark.stepped_us > 0 else "back"
            by_s = abs(mark.stepped_us) / 1e6
            log.warning("%s: this computer's clock was set %s by %.1f s", self.device, way, by_s)
            self._on_set(mark.at_us, mark.stepped_us)
        return at_us

    def marked(self, batch: Batch) -> Batch:
        """Return a copy of `batch` to which all clock marks since the previous call are added.

        A clock mark is a record that the computer's clock was set.
        """
        if self._marks:
            batch, self._marks = batch._replace(marks=self._marks), ()
        return batch
