"""Controls DTR and RTS, and thereby whether opening a port resets the board or keeps it in reset.

An Uno resets whenever DTR turns on. Linux and macOS turn DTR and RTS on when a port opens; when it closes,
they turn DTR off if the flag HUPCL is set. To avoid a reset, DTR must therefore stay on from one opening to
the next; the first opening after the board was plugged in always resets the board. Windows opens a port with
DTR and RTS as requested.

On ESP32 boards, RTS is wired to reset and DTR to the pin that selects upload mode. Most boards combine the
two signals so that nothing happens while both are equal, which is why RTS gets the level of DTR unless the
user sets it. Some boards are wired straight, and are held in reset while RTS is on: they need both off.

Invariants: levels are set before the port opens, so that Windows never turns on a signal that is to be off,
and other systems turn it off again at once. DTR then changes before RTS (pyserial sets them in this order),
so that a board that RTS releases from reset does not start in upload mode.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import serial

_PULSE_S = 0.05
_SETTLE_S = 0.02


def before_open(port: serial.Serial, *, reset: bool, dtr: bool | None, rts: bool | None) -> None:
    """Set the levels that DTR and RTS will have when `port` opens.

    `dtr` and `rts` are the levels that the user has set; None if the user has not set them. Then DTR is on,
    except on Windows if opening the port is not to `reset` the board, and RTS has the level of DTR.
    """
    port.dtr = (reset or sys.platform != "win32") if dtr is None else dtr
    port.rts = port.dtr if rts is None else rts


def after_open(port: serial.Serial, *, reset: bool, dtr: bool | None) -> None:
    """Finish the opening of `port`, with or without a reset of the board.

    With `reset`, reset the board if opening the port has not reset it already, unless the user has turned
    `dtr` off. Without `reset`, change the port so that the next opening does not reset the board. Raises one
    of PORT_FAILURES if the port fails.
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
    if reset and was_on and dtr is not False:
        # DTR has stayed on since the last opening, so opening the port now has not reset the board.
        with suppress(OSError):  # a port without DTR
            port.dtr = False
            time.sleep(_PULSE_S)
            port.dtr = True
            time.sleep(_SETTLE_S)
            port.reset_input_buffer()
