"""Controls whether opening a port resets the board, by means of DTR and RTS.

An Uno resets whenever DTR turns on. Linux and macOS turn DTR on when a port opens; when it closes, they turn
DTR off if the flag HUPCL is set. To avoid a reset, DTR must therefore stay on from one opening to the next;
the first opening after the board was plugged in always resets the board. Windows opens a port with DTR as
requested. When a port opens, RTS gets the same level as DTR, because an ESP32 board is held in reset while
RTS is on and DTR is off.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import serial

_PULSE_S = 0.05
_SETTLE_S = 0.02


def before_open(port: serial.Serial, *, reset: bool) -> None:
    """Set the levels that DTR and RTS will have when `port` opens.

    `reset`: whether opening the port is to reset the board. On Windows, both levels are on only if `reset` is
    true. On other systems, they are always on.
    """
    port.dtr = port.rts = reset or sys.platform != "win32"


def after_open(port: serial.Serial, *, reset: bool) -> None:
    """Finish the opening of `port`, with or without a reset of the board.

    With `reset`, reset the board if opening the port has not reset it already. Without `reset`, change the
    port so that the next opening does not reset the board. Raises one of PORT_FAILURES if the port fails.
    """
    if sys.platform == "win32":
        return
    import termios

    settings = termios.tcgetattr(port.fileno())
    was_on = not settings[2] & termios.HUPCL
    if was_on is reset:
        settings[2] ^= termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, settings)
        # tcsetattr loses a baud rate for which termios has no constant; setting the rate again does no harm.
        port.baudrate = port.baudrate
    if reset and was_on:
        # DTR has stayed on since the last opening, so opening the port now has not reset the board.
        with suppress(OSError):  # a port without DTR
            pulse(port)


def pulse(port: serial.Serial) -> None:
    """Reset the board at `port` by turning DTR off and on, and drop the bytes from before the reset.

    Raises OSError if the port has no DTR.
    """
    port.dtr = False
    time.sleep(_PULSE_S)
    port.dtr = True
    time.sleep(_SETTLE_S)
    port.reset_input_buffer()
