"""Whether connecting resets the board: what DTR and RTS do as a port opens and closes.

An Uno resets whenever DTR turns on. Linux and macOS turn DTR on when a port opens, and off when it closes if
the setting HUPCL says so. To avoid a reset, DTR must therefore stay on from one opening to the next; the
first opening after the board was plugged in always resets it. Windows opens a port with DTR as requested.
RTS is set like DTR: RTS alone holds an ESP32 board in reset.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import serial

_PULSE_S = 0.05
_SETTLE_S = 0.02


def before_open(port: serial.Serial, *, reset: bool) -> None:
    """Set DTR and RTS as the port is to open with."""
    port.dtr = port.rts = reset or sys.platform != "win32"


def after_open(port: serial.Serial, *, reset: bool) -> None:
    """Apply `reset` to a port that has just opened. Raises what a port raises when it goes away."""
    if sys.platform == "win32":
        return
    import termios

    settings = termios.tcgetattr(port.fileno())
    was_on = not settings[2] & termios.HUPCL
    if was_on is reset:
        settings[2] ^= termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, settings)
        # That loses a baud rate that has no constant of its own; setting it again does no harm.
        port.baudrate = port.baudrate
    if reset and was_on:
        # DTR has stayed on since the last opening, so this one has not reset the board.
        with suppress(OSError):  # a port without DTR
            port.dtr = False
            time.sleep(_PULSE_S)
            port.dtr = True
            time.sleep(_SETTLE_S)
            port.reset_input_buffer()
