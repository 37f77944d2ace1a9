"""Checks of the serial ports: permissions, programs that hold or seize ports, and boards without a port.

Invariant: no port is opened, because opening a port resets its board.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from app.boards.ports import permission
from app.boards.ports.holders import Holder, holders, programs
from app.boards.ports.registry import serial_ports
from app.boards.status import PortInfo
from app.doctor.finding import Finding, Grade
from app.messages.message import Message

_BOARD_VENDORS = {
    "2341": "Arduino",
    "2a03": "Arduino",
    "1a86": "CH340",
    "10c4": "CP210x",
    "0403": "FTDI",
    "239a": "Adafruit",
    "2e8a": "Raspberry Pi Pico",
    "303a": "Espressif",
    "1b4f": "SparkFun",
}
_GRABBERS = {
    "brltty": Finding("grabbers", Grade.WRONG, Message("brltty_runs")),
    "ModemManager": Finding("grabbers", Grade.NOTE, Message("modem_manager_runs")),
}


def ports(
    found: Sequence[PortInfo] | None = None,
    may_open: Callable[[str], bool] = permission.may_open,
    held_by: Callable[[str], list[Holder]] = holders,
) -> Iterator[Finding]:
    """Check whether each port in `found` (by default, every serial port) may be opened and is free."""
    found = serial_ports() if found is None else found
    if not found:
        yield Finding("ports", Grade.NOTE, Message("doctor_finds_no_port"))
    for port in found:
        shown = " ".join(filter(None, (port.device, port.description, port.hwid)))
        if not may_open(port.device):
            message = Message("port_forbidden", port=shown, fix=permission.fix(port.device))
            yield Finding("ports", Grade.WRONG, message)
        elif held := held_by(port.device):
            message = Message("port_held_by", port=shown, program=held[0].program, pid=held[0].pid)
            yield Finding("ports", Grade.NOTE, message)
        else:
            yield Finding("ports", Grade.OK, Message("port_free", port=shown))


def grabbers(running: Iterable[str] | None = None) -> Iterator[Finding]:
    """Report each running program that is known to open the ports of boards without being asked.

    `running` has the names of the running programs; by default, the names are read from the system.
    """
    names = set(programs() if running is None else running)
    for name, finding in _GRABBERS.items():
        if name in names:
            yield finding


def boards_without_port(bus: Path = Path("/sys/bus/usb/devices")) -> Iterator[Finding]:
    """On Linux, report each board that is on the USB bus but has no serial port. Elsewhere, do nothing."""
    if sys.platform != "linux":
        return
    for device in sorted(bus.glob("*/idVendor")):
        vendor = _BOARD_VENDORS.get(_read(device))
        folder = device.parent
        if vendor and not any((*folder.glob("*:*/tty*/tty*"), *folder.glob("*:*/ttyUSB*"))):
            name = _read(folder / "product") or vendor
            message = Message("board_without_port", board=name, place=folder.name)
            yield Finding("ports", Grade.WRONG, message)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
