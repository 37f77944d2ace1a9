"""The settings of a serial port besides its baud rate: the format of a character, and flow control. Pure.

Invariant: every combination that `check_serial_settings` accepts exists in UARTs, and no two settings control
the same signal.
"""

from __future__ import annotations

import enum

from app.errors import InvalidValueError


class Parity(enum.StrEnum):
    """The parity bit after the data bits of a character."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"
    MARK = "mark"
    SPACE = "space"


class FlowControl(enum.StrEnum):
    """How the port and the board tell each other to pause."""

    NONE = "none"
    RTS_CTS = "rts_cts"
    XON_XOFF = "xon_xoff"


def check_serial_settings(
    data_bits: int, stop_bits: float, flow_control: FlowControl, *, rts: bool | None
) -> None:
    """Raise InvalidValueError if a serial port cannot have these settings.

    A UART sends 1.5 stop bits only after 5 data bits, and 2 stop bits only after 6 to 8 (data sheet of the
    16550, bit 2 of the line control register). With `rts_cts`, RTS belongs to the driver.
    """
    if not 5 <= data_bits <= 8:
        raise InvalidValueError("value_out_of_range", key="data_bits", value=data_bits, low=5, high=8)
    if stop_bits not in (1, 1.5, 2):
        raise InvalidValueError("stop_bits_invalid")
    if stop_bits == 1.5 and data_bits != 5:
        raise InvalidValueError("stop_bits_only_with_five")
    if stop_bits == 2 and data_bits == 5:
        raise InvalidValueError("stop_bits_not_with_five")
    if flow_control is FlowControl.RTS_CTS and rts is not None:
        raise InvalidValueError("rts_of_flow_control")
