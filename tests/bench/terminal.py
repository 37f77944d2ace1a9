"""A board that also shows the settings of its port and what the program sent to it."""

from __future__ import annotations

import os
import select
import sys

from tests.processes import Board
from tests.waiting import PATIENCE_S

if sys.platform != "win32":
    import termios


class Terminal(Board):
    """A pty as a board, with the settings that the program made and the bytes that it sent."""

    def settings(self) -> list[int | list[bytes | int]]:
        """The settings of the terminal, from the operating system."""
        return termios.tcgetattr(self.slave)

    @property
    def baud_rate(self) -> int:
        """The baud rate of the port."""
        return {termios.B9600: 9600, termios.B38400: 38400, termios.B115200: 115200}[self.settings()[5]]  # type: ignore[index]

    @property
    def drops_dtr(self) -> bool:
        """Whether closing the port turns DTR off, so that the next opening resets the board."""
        flags = self.settings()[2]
        assert isinstance(flags, int)
        return bool(flags & termios.HUPCL)

    def heard_until(self, end: bytes) -> bytes:
        """The bytes that came to the board, up to and including `end`."""
        data = b""
        while not data.endswith(end):
            assert select.select([self.master], [], [], PATIENCE_S)[0], data
            data += os.read(self.master, 1)
        return data
