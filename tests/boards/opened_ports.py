"""Notes the settings with which ports open, where pyserial gets them: a pty has no DTR and no parity."""

from __future__ import annotations

from typing import NamedTuple

import pytest
import serial


class Settings(NamedTuple):
    """The settings of a port at the moment it opens."""

    dtr: bool
    rts: bool
    data_bits: int
    parity: str
    stop_bits: float
    rts_cts: bool
    xon_xoff: bool


def note_settings(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """A list that gets the settings of each serial port that opens from now on."""
    noted: list[Settings] = []
    opened = serial.Serial.open

    def note(port: serial.Serial) -> None:
        noted.append(
            Settings(port.dtr, port.rts, port.bytesize, port.parity, port.stopbits, port.rtscts, port.xonxoff)
        )
        port.bytesize, port.parity = serial.EIGHTBITS, serial.PARITY_NONE  # a pty takes no other ones
        opened(port)

    monkeypatch.setattr(serial.Serial, "open", note)
    return noted
