"""A pseudo-terminal as a board, to see the port settings of the program and the bytes that it sends."""

from __future__ import annotations

import os
import select
import sys

from tests.processes import Board
from tests.waiting import PATIENCE_S

if sys.platform != "win32":
    import fcntl
    import termios


class Terminal(Board):
    """A board from which a test can also read the port's settings and the bytes that the program sent."""

    def settings(self) -> list[int | list[bytes | int]]:
        """The port's settings, as `termios.tcgetattr` returns them."""
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

    @property
    def is_held(self) -> bool:
        """Whether a program has the port open exclusively."""
        other = os.open(self.port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(other)

    def heard_until(self, end: bytes) -> bytes:
        """Read the bytes that the program sends to the board, up to and including `end`."""
        data = b""
        while not data.endswith(end):
            assert select.select([self.master], [], [], PATIENCE_S)[0], data
            data += os.read(self.master, 1)
        return data
