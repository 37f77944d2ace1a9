"""Serial ports: which there are, which one a bench file means, and how one is opened and read.

Invariants: a source hands out bytes as they came, in large chunks, and waits without using the processor;
every way in which a port can fail is told as a PortError with a state and a sentence.
"""

from __future__ import annotations

import errno
import re
import select
import sys
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import serial
from serial.tools import list_ports

from app.boards.simulated import SimulatedBoard
from app.config import DeviceConfig
from app.status import LinkState

try:
    from termios import error as _TermiosError  # noqa: N812 - the module's own name is lower case
except ImportError:  # Windows has no termios
    _TermiosError = OSError  # type: ignore[assignment,misc]

PORT_FAILURES = (OSError, _TermiosError)
"""What a port raises when it goes away; SerialException is an OSError, termios.error is not."""

CHUNK_BYTES = 65536
_WAIT_S = 0.2
_USB = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::([^@]+)|@(.+))?")


class PortError(Exception):
    """A port cannot be used now; carries the link's state and a sentence for a person."""

    def __init__(self, state: LinkState, sentence: str) -> None:
        super().__init__(sentence)
        self.state = state
        self.sentence = sentence


class PortInfo(NamedTuple):
    """A serial port of this computer."""

    device: str
    """The system's name: `COM5`, `/dev/ttyACM0`."""
    description: str
    vid_pid: str
    """`2341:0043`; empty where it is no USB port."""
    serial_number: str
    location: str

    @property
    def port(self) -> str:
        """What to write into a bench file: the board where it can be told from others, else the port."""
        return (
            f"usb:{self.vid_pid}:{self.serial_number}" if self.vid_pid and self.serial_number else self.device
        )

    @property
    def hwid(self) -> str:
        """The USB identity for a person; empty where it is no USB port."""
        return " ".join(filter(None, (self.vid_pid, self.serial_number)))


class Source(Protocol):
    """Where bytes come from; used by one thread alone."""

    def read(self) -> bytes:
        """What came; empty after at most 0.2 s without a byte. Raises one of PORT_FAILURES, or EOFError at
        the end of a board that ends."""

    def write(self, data: bytes) -> None:
        """Send bytes to the board."""

    def close(self) -> None:
        """Let go of the port."""


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
            LinkState.NO_SUCH_PORT,
            f"{port} could mean {names}: write the serial number or the @LOCATION of the right one.",
        )
    return fitting[0].device


def open_source(device: DeviceConfig) -> Source:
    """The open port of a device; raises PortError where it cannot be opened."""
    if device.port == "simulated:":
        return SimulatedBoard()
    name = resolve(device.port, serial_ports() if device.port.startswith("usb:") else ())
    try:
        return SerialSource(name, device)
    except PORT_FAILURES as error:
        raise _explain(name, error) from None
    except ValueError as error:
        raise PortError(LinkState.NO_SUCH_PORT, f"{name}: {error}.") from None


class SerialSource:
    """A port opened with pyserial: a device, a COM port, or `socket://`."""

    def __init__(self, name: str, device: DeviceConfig) -> None:
        self._port = serial.serial_for_url(name, device.baud_rate, timeout=_WAIT_S, do_not_open=True)
        if "://" not in name:
            # DTR resets an Uno; the choice must stand before the port opens.
            self._port.dtr = device.reset_on_connect
            self._port.exclusive = True if sys.platform != "win32" else None
        self._port.open()
        self._waits_by_select = sys.platform != "win32" or "://" in name
        if self._waits_by_select:
            self._port.timeout = 0
        elif hasattr(self._port, "set_buffer_size"):
            self._port.set_buffer_size(rx_size=1 << 20)

    def read(self) -> bytes:
        """See `Source`."""
        if self._waits_by_select:
            ready, _, _ = select.select([self._port.fileno()], [], [], _WAIT_S)
            return self._port.read(CHUNK_BYTES) if ready else b""
        return self._port.read(max(1, self._port.in_waiting))

    def write(self, data: bytes) -> None:
        """See `Source`."""
        self._port.write(data)

    def close(self) -> None:
        """See `Source`."""
        try:
            self._port.close()
        except PORT_FAILURES:
            # The port went away first; there is nothing left to let go of.
            return


def _explain(name: str, error: Exception) -> PortError:
    """What an error at opening means, in the words of the person at the bench."""
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.EACCES and sys.platform != "win32":
        return PortError(
            LinkState.NO_PERMISSION,
            f"{name} is there, but this user may not open it: run 'sudo usermod -aG dialout $USER', "
            "then log out and in again.",
        )
    busy = number in (errno.EBUSY, errno.EAGAIN, errno.EACCES) or "exclusively lock" in text
    if busy or "PermissionError" in text:
        return PortError(
            LinkState.BUSY, f"{name} is in use by another program: close its serial monitor or plotter."
        )
    if number == errno.ECONNREFUSED or name.startswith("socket://"):
        return PortError(LinkState.NO_SUCH_PORT, f"Nothing answers at {name}: start the board's server.")
    return PortError(LinkState.NO_SUCH_PORT, f"There is no port {name}: plug the board in.")
