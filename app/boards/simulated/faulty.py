"""A simulated board that can be unplugged, garbled, or far too fast: the demo turns these faults on and off.

Invariants: a garbled line is never a valid line with another meaning, because its bytes are not UTF-8; an
unplugged board behaves like a real one: an open port fails, and a closed port cannot be opened.
"""

from __future__ import annotations

import enum
import errno
import math
import random
import time
from collections.abc import Callable

from app.boards.errors import PortError
from app.boards.ports.registry import PortRegistry
from app.boards.simulated.board import SimulatedBoard
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from app.messages.message import Message

FLOOD_HZ = 2000
_GARBLED_SHARE = 0.1


class BoardFault(enum.StrEnum):
    """A fault of the simulated board."""

    UNPLUG = "unplug"
    RUBBISH = "rubbish"
    FLOOD = "flood"


class FaultyBoard:
    """A simulated board that checks at every read which faults are on."""

    def __init__(
        self,
        is_on: Callable[[BoardFault], bool],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.is_on = is_on
        self.clock = clock
        self.sleep = sleep

    def open(self, _device: DeviceConfig, _registry: PortRegistry) -> _FaultySource:
        """Open the port of the board. Raises PortError while the board is unplugged."""
        if self.is_on(BoardFault.UNPLUG):
            raise PortError(LinkState.NO_SUCH_PORT, Message("simulated_board_unplugged"))
        return _FaultySource(self)


class _FaultySource:
    """An open port of a `FaultyBoard`."""

    def __init__(self, board: FaultyBoard) -> None:
        self._board = board
        self._inner = SimulatedBoard(board.clock, board.sleep)
        self._chance = random.Random(1)
        self._flooded_s: float | None = None

    def read(self) -> bytes:
        """See `Source`."""
        if self._board.is_on(BoardFault.UNPLUG):
            raise OSError(errno.ENODEV, "the simulated board is unplugged")
        chunk = self._inner.read()
        if self._board.is_on(BoardFault.FLOOD):
            if not chunk:
                return self._flood()
        else:
            self._flooded_s = None
        return self._garble(chunk) if self._board.is_on(BoardFault.RUBBISH) else chunk

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing: a simulated board has no baud rate."""

    def write(self, data: bytes) -> None:
        """Do nothing: a simulated board takes no input."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _flood(self) -> bytes:
        """The lines that a board without a delay in its loop would have sent since the last call.

        Empty in the first call after the fault was switched on.
        """
        now_s = self._board.clock()
        count = 0 if self._flooded_s is None else int((now_s - self._flooded_s) * FLOOD_HZ)
        self._flooded_s = now_s
        return b"".join(
            b"v0=%.3f\r\n" % (10 * math.sin(2 * math.pi * (now_s - step / FLOOD_HZ) / 5))
            for step in range(count, 0, -1)
        )

    def _garble(self, chunk: bytes) -> bytes:
        chance = self._chance
        return bytes(
            0xF8 + chance.randrange(8) if chance.random() < _GARBLED_SHARE else byte for byte in chunk
        )
