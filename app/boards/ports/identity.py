"""Decides which of the plugged-in boards belongs to which device of the bench file; pure.

Invariants: a device never gets a board that matches another device more strongly, so that the readings of one
student cannot reach the dashboard of another; a device gets no board if two match it equally strongly.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from typing import NamedTuple

from app.boards.errors import ChoiceError, PortError
from app.boards.status import LinkState, PortInfo
from app.config import usb
from app.messages.message import Message


class MatchStrength(enum.IntEnum):
    """How strongly a board matches a device."""

    NOT = 0
    KIND = 1
    """By vendor and product id, which many boards share."""
    NAME = 2
    """By the port's name, which may be that of another board tomorrow."""
    BEFORE = 3
    """Because the device had this board before, even if the board's port has another name now."""
    EXACT = 4
    """By serial number or place on the bus, or because the user has chosen this board."""


class BoardClaim(NamedTuple):
    """The facts that identify the board of one device."""

    device: str
    port: str
    """The port as written in the bench file."""
    board: PortInfo | None = None
    """The board that the device had last since the bench started, or that the user has chosen."""
    chosen: bool = False
    has_twin: bool = False
    """Whether two boards with this board's serial number were there at once: its place must tell it apart."""

    def match_strength(self, info: PortInfo) -> MatchStrength:
        """How strongly the board at the port `info` matches this device."""
        address = usb.parse(self.port)
        # The user who writes a place means the board at this place, and no board that was there before.
        if self.board and (self.chosen or not address or not address.place):
            if self._had(info):
                return MatchStrength.EXACT if self.chosen else MatchStrength.BEFORE
            if self.chosen or self.has_twin:
                return MatchStrength.NOT
        if not info.is_named(self.port):
            return MatchStrength.NOT
        if not address:
            return MatchStrength.NAME
        return MatchStrength.EXACT if address.serial_number or address.place else MatchStrength.KIND

    def with_twin(self, ports: Iterable[PortInfo]) -> BoardClaim:
        """Return a copy that knows whether two of `ports` could be its board."""
        alike = sum(self._had(info) for info in ports)
        return self._replace(has_twin=self.has_twin or alike > 1)

    def _had(self, info: PortInfo) -> bool:
        """Whether `info` is the same port of the same board as `board`, as far as one can tell."""
        mine = self.board
        if not mine or not mine.vid_pid:
            return False
        if (mine.vid_pid, mine.serial_number) != (info.vid_pid, info.serial_number):
            return False
        if not mine.serial_number or self.has_twin:
            return mine.location == info.location
        # The two ports of one board have the same serial number; they differ in the part after the colon.
        return mine.location.partition(":")[2] == info.location.partition(":")[2]


def find(claim: BoardClaim, ports: Iterable[PortInfo], others: Collection[BoardClaim]) -> PortInfo | None:
    """The port of the board that belongs to the device of `claim`; `others` are the bench's other devices.

    A board that matches another device more strongly does not count. Raises PortError if several boards match
    equally strongly. If no board matches, there are two cases:

    - The user has chosen no board, and the bench file names a port, such as COM5, that is not in `ports`.
      Then returns None. The caller can still try to open that port, because `ports` may be incomplete.
    - In all other cases, raises PortError.
    """
    ports = list(ports)
    free = {
        info: strength
        for info in ports
        if (strength := claim.match_strength(info))
        and all(other.match_strength(info) <= strength for other in others)
    }
    best = [info for info, strength in free.items() if strength == max(free.values())]
    if claim.board:
        # Cheap boards all have the same serial number, so their place on the bus tells them apart.
        here = [info for info in best if info.location == claim.board.location]
        # On macOS, the two ports of one board have the same place too.
        named = [info for info in here if info.location and info.device == claim.board.device]
        best = named or here or best
    if len(best) > 1:
        raise _which(claim, best)
    if best:
        return best.pop()
    if claim.port.startswith("usb:") or claim.chosen:
        raise _absent(claim, ports, others)
    for other in others:
        for info in ports:
            if info.is_named(claim.port) and other.match_strength(info) > MatchStrength.NAME:
                raise PortError(
                    LinkState.NO_SUCH_PORT,
                    Message("port_has_other_board", port=claim.port, owner=other.device, device=claim.device),
                )
    return None


def choose(claim: BoardClaim, port: str, ports: Iterable[PortInfo]) -> BoardClaim:
    """Return a copy of `claim` in which the user has chosen the board at `port`, such as COM5.

    Raises ChoiceError if no port has this name now.
    """
    for info in ports:
        if info.is_named(port):
            return claim._replace(board=info, chosen=True)
    raise ChoiceError("chosen_port_gone", port=port)


def _which(claim: BoardClaim, boards: list[PortInfo]) -> PortError:
    names = tuple(
        Message("board_at", port=info.device, place=info.place or info.description) for info in boards
    )
    return PortError(
        LinkState.AMBIGUOUS,
        Message("board_ambiguous", board=claim.port, boards=names),
        tuple(boards),
    )


def _absent(claim: BoardClaim, ports: list[PortInfo], others: Collection[BoardClaim]) -> PortError:
    """The error to raise if no board fits `claim`.

    The `choices` of the error are the boards that the user can choose instead. They have the vendor and
    product id of the missing board and belong to no other device.
    """
    board = claim.board if claim.chosen else None
    kind = board.vid_pid if board else ":".join(claim.port.split(":")[1:3]).partition("@")[0].upper()
    alike = [
        info
        for info in ports
        if info.vid_pid == kind
        and not any(other.match_strength(info) > MatchStrength.KIND for other in others)
    ]
    what = board.port if board else claim.port
    if not alike:
        return PortError(LinkState.NO_SUCH_PORT, Message("board_not_plugged_in", board=what))
    names = tuple(info.device for info in alike)
    return PortError(
        LinkState.NO_SUCH_PORT,
        Message("board_replaced", board=what, ports=names, count=len(alike)),
        tuple(alike),
    )
