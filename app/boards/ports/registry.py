"""Lists the serial ports, finds the port of each device, and finds the programs that have a port open.

Invariants: all devices of a bench share one list of ports; any thread may use it. While nothing is plugged in
or unplugged, the full list is read only every 5 s; in between, only the names are compared, which is cheap.
"""

from __future__ import annotations

import math
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.boards.errors import PortError
from app.boards.ports import identity, linux
from app.boards.ports.holders import Holder, can_tell, holders, still_holds
from app.boards.ports.identity import BoardClaim
from app.boards.status import PortInfo

LOOK_S = 0.2
"""The names of the ports are compared at most once in this time."""
_FULL_LOOK_S = 5.0
"""After this time the full list is read again even if no name has changed."""
_SETTLE_S = 1.0
"""For this long after a change, the list may lack details of a new board, such as its serial number."""
_PORT_NAMES = re.compile(rf"{linux.PORT_NAME.pattern}|cu\..+")


def serial_ports() -> list[PortInfo]:
    """The serial ports of this computer, USB ports first."""
    found = _listed_by_pyserial()
    if sys.platform == "linux":
        found = [port for port in found if not linux.is_reserved(Path(port.device).name)] + linux.more_ports()
    return sorted(found, key=lambda port: (not port.vid_pid, port.device))


def _listed_by_pyserial() -> list[PortInfo]:
    try:
        # If a function is missing on Windows, as in Wine, the import itself fails.
        from serial.tools import list_ports

        found = list_ports.comports()
    except (OSError, AttributeError, TypeError, ValueError):
        # The system cannot list ports, or a board went away meanwhile.
        return []
    return [
        PortInfo(
            port.device,
            port.description if port.description not in (None, "n/a") else "",
            f"{port.vid:04X}:{port.pid:04X}" if port.vid is not None and port.pid is not None else "",
            port.serial_number or "",
            port.location or "",
        )
        for port in found
    ]


def names_in_use() -> object:
    """The names of the ports that exist now, to be compared with an earlier result.

    The two results differ if a port has appeared or disappeared between the two calls. A call is cheap.
    Returns None if no name is found. `serial_ports` searches in another way, and may still find ports.
    """
    if sys.platform == "win32":
        import winreg

        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DEVICEMAP\SERIALCOMM") as key,
        ):
            return [winreg.EnumValue(key, number)[:2] for number in range(winreg.QueryInfoKey(key)[1])]
        return None
    found = []
    with suppress(OSError), os.scandir("/dev") as entries:
        for entry in entries:
            if _PORT_NAMES.fullmatch(entry.name):
                with suppress(OSError):
                    # A board that was unplugged and came back has a new node under the old name.
                    node = entry.stat()
                    found.append((entry.name, node.st_ino, node.st_rdev, node.st_ctime_ns))
    return sorted(found) or None


class PortRegistry:
    """The ports of this computer, and the board that belongs to each device of a bench."""

    def __init__(
        self,
        look: Callable[[], list[PortInfo]] = serial_ports,
        names: Callable[[], object] = names_in_use,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._names, self._clock = look, names, clock
        self._lock = threading.Lock()
        self._claims: dict[str, BoardClaim] = {}
        self._ports: list[PortInfo] = []
        self._seen: object = None
        self._seen_s = self._full_s = self._changed_s = -math.inf
        self._changes = 0
        self._holders: dict[str, tuple[float, list[Holder]]] = {}

    def register(self, device: str, port: str) -> str:
        """Add `device`, whose port in the bench file is `port`. Add all devices before the first `find`.

        Returns the key of the device, for the other methods. It is the device's name, or a similar text if
        that is taken, and stays the same if the device gets another name.
        """
        with self._lock:
            key = device
            while key in self._claims:
                key += "'"
            self._claims[key] = BoardClaim(device, port)
            return key

    def change(self, key: str, device: str, port: str) -> None:
        """Give a device another name, or another port. With another port, it has no board for now.

        Only for the thread that also calls `find` and `opened` for this device.
        """
        with self._lock:
            claim = self._claims[key]
            kept = claim._replace(device=device)
            self._claims[key] = kept if claim.port == port else BoardClaim(device, port)

    def remove(self, key: str) -> None:
        """Remove a device, so that others may get its board."""
        with self._lock:
            self._claims.pop(key, None)

    def ports(self) -> list[PortInfo]:
        """The ports that exist now."""
        with self._lock:
            return self._look_again()

    def changes(self) -> int:
        """A count that grows when ports appear or disappear."""
        with self._lock:
            self._look_again()
            return self._changes

    def find(self, key: str) -> PortInfo | None:
        """The port of a device's board.

        Raises PortError if several boards fit the device equally well. If no board fits, there are two cases:

        - The user has chosen no board, and the bench file names a port that is not in the list of ports. Then
          returns None. The caller can still try to open that port, because the list may be incomplete.
        - In all other cases, raises PortError.
        """
        with self._lock:
            claim = _without_links(self._claims[key])
            others = [_without_links(other) for name, other in self._claims.items() if name != key]
            return identity.find(claim, self._look_again(), others)

    def opened(self, key: str, info: PortInfo) -> None:
        """Remember that the board at the port `info` belongs to the device with the key `key`.

        Call this after the port has been opened for this device.
        """
        with self._lock:
            self._claims[key] = self._claims[key]._replace(board=info).with_twin(self._ports)

    def choose(self, key: str, port: str) -> None:
        """Assign the board that is now at `port` to a device, as the user has chosen.

        Raises ChoiceError if no port has this name now.
        """
        with self._lock:
            ports = self._look_again()
            self._claims[key] = identity.choose(self._claims[key], port, ports).with_twin(ports)

    def use_of(self, key: str, port: str) -> tuple[bool, list[Holder] | None]:
        """Whether a device's port exists, and the other programs that have this port open.

        The second value is None if the system cannot tell which programs have a port open.
        """
        try:
            info = self.find(key)
        except PortError:
            return False, []
        name = info.device if info else port
        there = info is not None or not name.startswith("/") or Path(name).exists()
        return there, self.holders(name, LOOK_S) if can_tell() else None

    def holders(self, port: str, pause_s: float) -> list[Holder]:
        """The other programs that have `port` open. An empty list can also mean that the system cannot tell.

        Programs from an earlier search are returned without a new search if they still have the port open.
        After a search that found no program, no new search is made for `pause_s` seconds.
        """
        now_s = self._clock()
        with self._lock:
            looked_s, found = self._holders.get(port, (-math.inf, []))
        still = [holder for holder in found if still_holds(holder, port)]
        if still or (not found and now_s - looked_s < pause_s):
            return still
        found = holders(port)
        with self._lock:
            self._holders[port] = now_s, found
        return found

    def _look_again(self) -> list[PortInfo]:
        now_s = self._clock()
        if now_s - self._seen_s >= LOOK_S:
            seen = self._names()
            if seen != self._seen:
                self._changed_s = now_s
                self._changes += 1
            unsettled = seen is None or now_s - self._changed_s < _SETTLE_S
            if unsettled or now_s - self._full_s >= _FULL_LOOK_S:
                self._ports = self._look()
                self._full_s = now_s
                self._claims = {name: claim.with_twin(self._ports) for name, claim in self._claims.items()}
            self._seen, self._seen_s = seen, now_s
        return self._ports


def _without_links(claim: BoardClaim) -> BoardClaim:
    """Replace a symbolic link in `claim`, such as /dev/serial/by-id/…, by the port to which it points now.

    Returns the changed copy.
    """
    return claim._replace(port=os.path.realpath(claim.port)) if claim.port.startswith("/") else claim
