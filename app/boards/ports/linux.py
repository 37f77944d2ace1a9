"""Lists the serial ports of Linux that pyserial misses: of less common drivers, and of embedded boards.

pyserial 3.5 (`serial/tools/list_ports_linux.py`) looks for the names of a few drivers only, and hides the
chips of an embedded board. The facts of a board are the same here as there, so that a bench file names the
same board by any driver.

Invariants: a board that goes away meanwhile, or has strange descriptors, hides no other port; a port that the
kernel only reserves, without a chip behind it, is not listed; a second name of a port is not listed.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.boards.status import PortInfo

PORT_NAME = re.compile(r"tty(?:[A-Z]\w*|mxc)\d+|rfcomm\d+")
"""The names of serial ports, such as ttyUSB0, ttyCH341USB0 (WCH's own driver), ttyTHS1 (Jetson), ttymxc2.

Consoles (tty1), the ends of old pseudo-terminals (ttyp0) and ttyprintk have no capital letter or no number.
"""
_PYSERIAL = re.compile(r"tty(?:S|USB|XRUSB|ACM|AMA|AP)\d+|rfcomm\d+")
"""The names for which pyserial looks."""
_SYSFS = Path("/sys")
_NO_CHIP = "0"
"""The content of the file `type` of a port without a chip (PORT_UNKNOWN in linux/serial_core.h)."""


def more_ports(dev: Path = Path("/dev"), sysfs: Path = _SYSFS) -> list[PortInfo]:
    """The ports that pyserial does not list. `dev` and `sysfs` are where the kernel shows its devices."""
    try:
        found = sorted(path for path in dev.iterdir() if PORT_NAME.fullmatch(path.name))
    except OSError:
        return []
    listed = {path for path in found if not path.is_symlink()}
    return [
        _facts(path, sysfs / "class/tty" / path.resolve().name)
        for path in found
        if (path in listed or path.resolve() not in listed) and _is_missed(path.name, sysfs)
    ]


def is_reserved(name: str, sysfs: Path = _SYSFS) -> bool:
    """Whether the kernel has the port `name`, such as ttyS3, only in case a chip is added to the computer."""
    return _line(sysfs / "class/tty" / name / "type") == _NO_CHIP


def _is_missed(name: str, sysfs: Path) -> bool:
    """Whether pyserial misses the port `name`, although there is a chip behind it."""
    facts = sysfs / "class/tty" / name
    kind = _line(facts / "type")
    if _PYSERIAL.fullmatch(name):
        return kind not in ("", _NO_CHIP) and _subsystem(facts / "device") == "platform"
    return kind != _NO_CHIP


def _facts(port: Path, facts: Path) -> PortInfo:
    """The port, with what sysfs knows of its USB board in the folder `facts`."""
    device = (facts / "device").resolve()
    interfaces = {"usb-serial": device.parent, "usb": device}
    interface = interfaces.get(_subsystem(device))
    if not interface:
        return PortInfo(str(port), "", "", "", "")
    board = interface.parent
    ids = ":".join(filter(None, (_line(board / "idVendor"), _line(board / "idProduct")))).upper()
    if ":" not in ids:
        return PortInfo(str(port), "", "", "", "")  # the board has just gone away
    has_several = _line(board / "bNumInterfaces") not in ("", "1")
    return PortInfo(
        str(port),
        " - ".join(filter(None, (_line(board / "product"), _line(interface / "interface")))),
        ids,
        _line(board / "serial"),
        (interface if has_several else board).name,
    )


def _subsystem(device: Path) -> str:
    return (device / "subsystem").resolve().name


def _line(path: Path) -> str:
    """The first line of a file without white space around it; empty if the file cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    except OSError:
        return ""
