"""A board that sends counters at a given pace, until it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from tests.processes import Board

LANES = 4
_PINS = tuple(f"v{pin}" for pin in range(LANES))


class Talker(threading.Thread):
    """A thread that sends the next number on each of `targets` every `pause_s` seconds, until `stop`."""

    def __init__(self, board: Board, pause_s: float, targets: Sequence[str] = _PINS) -> None:
        super().__init__(daemon=True)
        self._board = board
        self._pause_s = pause_s
        self._targets = targets
        self.enough = threading.Event()
        self.said_s: list[float] = []
        """When each number was sent, by the monotonic clock."""

    def run(self) -> None:
        while not self.enough.wait(self._pause_s):
            lines = "".join(f"{target}={len(self.said_s)}\r\n" for target in self._targets)
            self.said_s.append(time.monotonic())
            self._board.say(lines.encode())

    def stop(self) -> int:
        """Stop sending. Returns how many numbers were sent on each target."""
        self.enough.set()
        self.join()
        return len(self.said_s)
