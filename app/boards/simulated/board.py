"""A simulated board: it sends a sine, a noisy temperature, a counter and a text in real time.

Invariants: the board sends what a sketch would send, with a boot comment first; its cadence does not drift;
the counter never skips a number.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

RATE_HZ = 20
_WORDS = ("calm", "breeze", "wind", "gust", "storm")


class SimulatedBoard:
    """A `Source` that generates the bytes it returns. It ignores the bytes that are written to it."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._started_s = clock()
        self._ticks = 0
        self._random = random.Random(1)
        self._temperature = 21.0

    def read(self) -> bytes:
        """Return the lines that are due.

        If none is due, wait until the next line is due, but return no bytes: the next call returns that line.
        """
        due = int((self._clock() - self._started_s) * RATE_HZ) + 1
        if due <= self._ticks:
            # The next line may have become due since the clock was read: do not sleep a negative time.
            self._sleep(max(0.0, self._started_s + self._ticks / RATE_HZ - self._clock()))
            return b""
        lines = [line for tick in range(self._ticks, due) for line in self._lines(tick)]
        self._ticks = due
        return "".join(f"{line}\r\n" for line in lines).encode()

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing: a simulated board has no baud rate."""

    def write(self, data: bytes) -> None:
        """Do nothing: a simulated board takes no input."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _lines(self, tick: int) -> list[str]:
        seconds = tick / RATE_HZ
        lines = ["# sketch=simulated version=1.0"] if tick == 0 else []
        lines.append(f"v0={10 * math.sin(2 * math.pi * seconds / 5):.3f}")
        self._temperature += 0.02 * (21 - self._temperature) + self._random.gauss(0, 0.08)
        lines.append(f"v1={self._temperature:.2f}")
        lines.append(f"v2={tick}")
        if tick % RATE_HZ == 0:
            lines.append(f"v3={_WORDS[int(seconds / 2) % len(_WORDS)]}")
        return lines
