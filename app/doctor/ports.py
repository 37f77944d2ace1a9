"""Checks of the serial ports: permissions, programs that hold or take ports, and boards without a port.

Invariant: no port is opened, because that resets the board.
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
    """A finding for each serial port."""
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
    """A finding for each running program that is known to take the ports of boards."""
    names = set(programs() if running is None else running)
    for name, finding in _GRABBERS.items():
        if name in names:
            yield finding


def boards_without_port(bus: Path = Path("/sys/bus/usb/devices")) -> Iterator[Finding]:
    """A finding for each board on the USB bus that has no port. On Linux only."""
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
