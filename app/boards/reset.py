"""Sets up a port as the bench file says, above all DTR and RTS, which may reset the board.

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

from app.config.bench_file import DeviceConfig
from app.config.serial_settings import FlowControl, Parity

_PULSE_S = 0.05
_SETTLE_S = 0.02
_PARITY = {
    Parity.NONE: serial.PARITY_NONE,
    Parity.EVEN: serial.PARITY_EVEN,
    Parity.ODD: serial.PARITY_ODD,
    Parity.MARK: serial.PARITY_MARK,
    Parity.SPACE: serial.PARITY_SPACE,
}


def before_open(port: serial.Serial, device: DeviceConfig, *, is_remote: bool = False) -> None:
    """Give `port` the format of characters and the flow control of `device`, and set DTR and RTS.

    If the device's `dtr` is None, DTR will be on when `port` opens, except on Windows if opening the port is
    not to reset the board. If `rts` is None, RTS will have the level of DTR. `is_remote`: whether it is the
    port of another computer.
    """
    port.bytesize = device.data_bits
    port.parity = _PARITY[device.parity]
    port.stopbits = device.stop_bits
    port.rtscts = device.flow_control is FlowControl.RTS_CTS
    port.xonxoff = device.flow_control is FlowControl.XON_XOFF
    is_on = device.reset_on_connect or is_remote or sys.platform != "win32"
    port.dtr = is_on if device.dtr is None else device.dtr
    port.rts = port.dtr if device.rts is None else device.rts


def after_open(port: serial.Serial, device: DeviceConfig) -> None:
    """Finish the opening of `port`, with or without a reset of the board.

    With `reset_on_connect`, reset the board if opening the port has not reset it already, unless DTR is to
    stay off. Otherwise, change the port so that the next opening does not reset the board. Raises one of
    PORT_FAILURES if the port fails.
    """
    if sys.platform == "win32":
        return
    import termios

    reset = device.reset_on_connect
    settings = termios.tcgetattr(port.fileno())
    was_on = not settings[2] & termios.HUPCL
    if was_on is reset:
        settings[2] ^= termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, settings)
        # tcsetattr loses a baud rate for which termios has no constant; setting the rate again does no harm.
        port.baudrate = port.baudrate
    if reset and was_on and device.dtr is not False:
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
