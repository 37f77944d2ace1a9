"""The serial ports: which there are, who may open them, who has them open, and what grabs them.

Invariant: no port is opened, for that resets the board.
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
from app.messages.message import verbatim

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
    "brltty": (
        Grade.WRONG,
        "brltty runs and takes boards with a CH340 or CP210x for braille displays: "
        "run 'sudo apt-get remove brltty', unless you need it, and plug the board in again.",
    ),
    "ModemManager": (
        Grade.NOTE,
        "ModemManager runs and may hold a new board's port for half a minute: "
        "run 'sudo systemctl disable --now ModemManager', unless you need it.",
    ),
}


def ports(
    found: Sequence[PortInfo] | None = None,
    may_open: Callable[[str], bool] = permission.may_open,
    held_by: Callable[[str], list[Holder]] = holders,
) -> Iterator[Finding]:
    """A finding for each serial port."""
    found = serial_ports() if found is None else found
    if not found:
        words = "There is no serial port: plug a board in, with a cable that carries data."
        yield Finding("ports", Grade.NOTE, verbatim(words))
    for port in found:
        words = " ".join(filter(None, (port.device, port.description, port.hwid)))
        if not may_open(port.device):
            fix = permission.fix(port.device)
            yield Finding("ports", Grade.WRONG, verbatim(f"{words}: this user may not open it: {fix}."))
        elif held := held_by(port.device):
            by = f"{held[0].program} (process {held[0].pid})"
            yield Finding(
                "ports", Grade.NOTE, verbatim(f"{words}: {by} has it open; one program at a time can.")
            )
        else:
            yield Finding("ports", Grade.OK, verbatim(f"{words}: free."))


def grabbers(running: Iterable[str] | None = None) -> Iterator[Finding]:
    """A finding for each program that is known to take boards away."""
    names = set(programs() if running is None else running)
    for name, (grade, sentence) in _GRABBERS.items():
        if name in names:
            yield Finding("grabbers", grade, verbatim(sentence))


def boards_without_port(bus: Path = Path("/sys/bus/usb/devices")) -> Iterator[Finding]:
    """A finding for each board that is on the USB bus of a Linux computer and got no port."""
    if sys.platform != "linux":
        return
    for device in sorted(bus.glob("*/idVendor")):
        vendor = _BOARD_VENDORS.get(_read(device))
        folder = device.parent
        if vendor and not any((*folder.glob("*:*/tty*/tty*"), *folder.glob("*:*/ttyUSB*"))):
            name = _read(folder / "product") or vendor
            yield Finding(
                "ports",
                Grade.WRONG,
                verbatim(
                    f"{name} is plugged in at {folder.name}, but has no serial port: plug it in again, "
                    "and see whether another program or a missing driver keeps it."
                ),
            )


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
