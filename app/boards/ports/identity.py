"""Which board a device of the bench file means, among those that are plugged in; pure.

Invariants: a board that one device names more surely than another is never taken by the other, so that one
student's readings cannot reach another's dashboard; where two boards could be meant, none is taken.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from app.bench.status import LinkState, PortInfo
from app.boards.ports.failures import PortError

_USB = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::([^@]+)|@(.+))?")


class Sureness(enum.IntEnum):
    """How surely a device means a board."""

    NOT = 0
    KIND = 1
    """By vendor and product, which many boards share."""
    NAME = 2
    """By the port's name, which another board may have tomorrow."""
    BEFORE = 3
    """It is the board that the device had before, perhaps under another name."""
    ITSELF = 4
    """By serial number or place on the bus, or because a person has chosen it."""


class Want(NamedTuple):
    """What a device knows of its board."""

    device: str
    port: str
    """As the bench file has it."""
    board: PortInfo | None = None
    """The board that it had last in this run, or that a person has chosen."""
    chosen: bool = False

    def sureness(self, info: PortInfo) -> Sureness:
        """How surely this device means the board at `info`."""
        if self.board and _same_board(self.board, info):
            return Sureness.ITSELF if self.chosen else Sureness.BEFORE
        if self.chosen:
            return Sureness.NOT
        match = _USB.fullmatch(self.port)
        if not match:
            return Sureness.NAME if _same_name(self.port, info.device) else Sureness.NOT
        vid, pid, serial_number, location = match.groups()
        if info.vid_pid != f"{vid}:{pid}".upper():
            return Sureness.NOT
        if serial_number or location:
            itself = serial_number in (None, info.serial_number) and location in (None, info.location)
            return Sureness.ITSELF if itself else Sureness.NOT
        return Sureness.KIND


def find(want: Want, ports: Iterable[PortInfo], others: Collection[Want]) -> PortInfo | None:
    """The port of the board that `want` means; None where its name is all there is to go by.

    `others` are the other devices of the bench. Raises PortError where no board fits, or where two do.
    """
    ports = list(ports)
    free = {
        info: sure
        for info in ports
        if (sure := want.sureness(info)) and all(other.sureness(info) <= sure for other in others)
    }
    best = [info for info, sure in free.items() if sure == max(free.values())]
    if want.board:
        # Boards of one serial number: cheap ones all have the same. The place tells them apart.
        best = [info for info in best if info.location == want.board.location] or best
    if len(best) > 1:
        raise _which(want, best)
    if best:
        return best.pop()
    if want.port.startswith("usb:") or want.chosen:
        raise _absent(want, ports, others)
    for other in others:
        for info in ports:
            if _same_name(want.port, info.device) and other.sureness(info) > Sureness.NAME:
                raise PortError(
                    LinkState.NO_SUCH_PORT,
                    f'{want.port} is now the board of "{other.device}": plug in that of "{want.device}".',
                )
    return None


def choose(want: Want, port: str, ports: Iterable[PortInfo]) -> Want:
    """`want` after a person has said that the board at `port`, a name such as COM5, is meant.

    Raises ValueError where there is no such port now.
    """
    for info in ports:
        if _same_name(port, info.device):
            return want._replace(board=info, chosen=True)
    raise ValueError(f"{port} is not there any more: choose another board")


def _same_board(mine: PortInfo, info: PortInfo) -> bool:
    """Whether two looks show one board: by serial number, or by place where it has none."""
    if not mine.vid_pid or (mine.vid_pid, mine.serial_number) != (info.vid_pid, info.serial_number):
        return False
    if not mine.serial_number:
        return mine.location == info.location
    # A board with two ports has one serial number, and tells them apart behind the colon.
    return mine.location.partition(":")[2] == info.location.partition(":")[2]


def _same_name(port: str, device: str) -> bool:
    """Whether two names are one port's: paths alone tell capitals from small letters."""
    return port == device if port.startswith("/") else port.lower() == device.lower()


def _which(want: Want, boards: list[PortInfo]) -> PortError:
    names = " or ".join(f"{info.device} ({info.place or info.description})" for info in boards)
    return PortError(
        LinkState.AMBIGUOUS,
        f"{want.port} could mean {names}: choose one, or write its place as the port.",
        tuple(boards),
    )


def _absent(want: Want, ports: list[PortInfo], others: Collection[Want]) -> PortError:
    """No board fits; those of its kind that nobody else means are offered."""
    board = want.board if want.chosen else None
    kind = board.vid_pid if board else ":".join(want.port.split(":")[1:3]).partition("@")[0].upper()
    alike = [
        info
        for info in ports
        if info.vid_pid == kind and not any(other.sureness(info) > Sureness.KIND for other in others)
    ]
    what = board.port if board else want.port
    if not alike:
        return PortError(LinkState.NO_SUCH_PORT, f"No board {what} is plugged in: plug it in.")
    names = " and ".join(info.device for info in alike)
    return PortError(
        LinkState.NO_SUCH_PORT,
        f"No board {what} is plugged in, but one of its kind is at {names}: choose it if it is meant.",
        tuple(alike),
    )
