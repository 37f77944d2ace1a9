"""Whether connecting resets the board: what DTR and RTS do as a port opens and closes.

An Uno resets whenever DTR goes on. On Linux and macOS the system itself puts DTR on as a port opens, and off
as it closes where the setting HUPCL says so. Not to reset means therefore to leave it on from one opening to
the next; the first opening after the board was plugged in cannot be kept from resetting it. On Windows a port
opens with DTR as it is asked for. RTS goes with DTR: an ESP32 board with RTS alone is held in reset.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import serial

_PULSE_S = 0.05
_SETTLE_S = 0.02


def before_open(port: serial.Serial, *, reset: bool) -> None:
    """Choose how a port opens."""
    port.dtr = port.rts = reset or sys.platform != "win32"


def after_open(port: serial.Serial, *, reset: bool) -> None:
    """Make the choice hold on a port that has just opened; raises what a port raises when it goes away."""
    if sys.platform == "win32":
        return
    import termios

    settings = termios.tcgetattr(port.fileno())
    was_on = not settings[2] & termios.HUPCL
    if was_on is reset:
        settings[2] ^= termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, settings)
        # A baud rate without a constant of its own is lost by that; setting it again does no harm.
        port.baudrate = port.baudrate
    if reset and was_on:
        # DTR has stayed on since the last opening, so this one has not reset the board.
        with suppress(OSError):  # a port without such a line
            port.dtr = False
            time.sleep(_PULSE_S)
            port.dtr = True
            time.sleep(_SETTLE_S)
            port.reset_input_buffer()
