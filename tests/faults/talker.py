"""A board that sends counters on four pins at a given pace, until it is stopped."""

from __future__ import annotations

import threading

from tests.processes import Board

LANES = 4


class Talker(threading.Thread):
    """A thread that sends the next number on each of `LANES` pins every `pause_s` seconds, until `stop`."""

    def __init__(self, board: Board, pause_s: float) -> None:
        super().__init__(daemon=True)
        self._board = board
        self._pause_s = pause_s
        self.enough = threading.Event()
        self.said = 0

    def run(self) -> None:
        while not self.enough.wait(self._pause_s):
            lines = b"".join(b"v%d=%d\r\n" % (pin, self.said) for pin in range(LANES))
            self._board.say(lines)
            self.said += 1

    def stop(self) -> int:
        """Stop sending. Returns how many numbers were sent on each pin."""
        self.enough.set()
        self.join()
        return self.said
