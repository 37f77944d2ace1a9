"""A board that also tells what the program made of its port and sent to it."""

from __future__ import annotations

import os
import select
import sys

from tests.processes import Board
from tests.waiting import PATIENCE_S

if sys.platform != "win32":
    import termios


class Terminal(Board):
    """A pty that also tells what the program made of it and sent to it."""

    def settings(self) -> list[int | list[bytes | int]]:
        """The terminal's settings, as the system has them."""
        return termios.tcgetattr(self.slave)

    @property
    def baud_rate(self) -> int:
        """The rate of the port."""
        return {termios.B9600: 9600, termios.B38400: 38400, termios.B115200: 115200}[self.settings()[5]]  # type: ignore[index]

    @property
    def drops_dtr(self) -> bool:
        """Whether closing the port puts DTR off, so that the next opening resets the board."""
        flags = self.settings()[2]
        assert isinstance(flags, int)
        return bool(flags & termios.HUPCL)

    def heard_until(self, end: bytes) -> bytes:
        """What came to the board, up to and with `end`."""
        data = b""
        while not data.endswith(end):
            assert select.select([self.master], [], [], PATIENCE_S)[0], data
            data += os.read(self.master, 1)
        return data
