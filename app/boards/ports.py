"""Serial ports: which there are, and which one a bench file means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from serial.tools import list_ports

from app.boards.failures import PortError
from app.status import LinkState, PortInfo

_USB = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::([^@]+)|@(.+))?")


def serial_ports() -> list[PortInfo]:
    """The serial ports of this computer, USB ports first."""
    try:
        found = list_ports.comports()
    except (OSError, AttributeError):
        # A system without the place where ports are listed has none to show.
        return []
    ports = [
        PortInfo(
            port.device,
            port.description if port.description not in (None, "n/a") else "",
            f"{port.vid:04X}:{port.pid:04X}" if port.vid is not None and port.pid is not None else "",
            port.serial_number or "",
            port.location or "",
        )
        for port in found
    ]
    return sorted(ports, key=lambda port: (not port.vid_pid, port.device))


def resolve(port: str, ports: Iterable[PortInfo]) -> str:
    """The name of the port that `port` of a bench file means; a `usb:` port is looked up in `ports`.

    Raises PortError where no board fits, or where two do.
    """
    match = _USB.fullmatch(port)
    if not match:
        return port
    vid, pid, serial_number, location = match.groups()
    fitting = [
        info
        for info in ports
        if info.vid_pid == f"{vid}:{pid}".upper()
        and serial_number in (None, info.serial_number)
        and location in (None, info.location)
    ]
    if not fitting:
        raise PortError(LinkState.NO_SUCH_PORT, f"No board {port} is plugged in: plug it in.")
    if len(fitting) > 1:
        names = " and ".join(f"{info.device} ({info.vid_pid}@{info.location})" for info in fitting)
        raise PortError(
            LinkState.AMBIGUOUS,
            f"{port} could mean {names}: write the serial number or the @LOCATION of the right one.",
            tuple(fitting),
        )
    return fitting[0].device
