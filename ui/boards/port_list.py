"""The entries of the list of ports, their order, and which of them is the chosen one. Pure.

Invariants: each entry names one port and no other in the list; the user's choice keeps its address, and is
found again under any name of its port; if it could be one of several boards, none of them is chosen. Boards
(USB ports) come before all other ports, and no other port is ever chosen for the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.bench.status import PortInfo, addresses
from app.messages.message import Message
from app.messages.visible import visible

_MOST_CHARACTERS = 80
"""A board may report a description of any length."""


class PortEntry(NamedTuple):
    """An entry of the list."""

    name: str
    """The text that the user sees, without characters that a field for text would change."""
    port: str
    """The value for `port` in a bench file."""


def is_board(info: PortInfo) -> bool:
    """Whether a board may be at the port: it is a USB port, not one that is built into the computer."""
    return bool(info.vid_pid)


def in_order(ports: Iterable[PortInfo]) -> list[PortInfo]:
    """`ports` with the boards first."""
    return sorted(ports, key=lambda info: not is_board(info))


def name_of(info: PortInfo) -> Message:
    """The name of a port, such as `Arduino Uno on COM5`: first what it is, then where it is."""
    port = visible(info.device)
    # Windows repeats the port in the description; Linux describes a built-in port by its name.
    described = info.description.strip().removesuffix(f"({info.device})").strip()
    described = visible(described[:_MOST_CHARACTERS]).strip()
    if described and described != port.removeprefix("/dev/"):
        return Message("port_with_name", name=described, port=port)
    return Message("port_of_board" if is_board(info) else "port_without_name", port=port)


def entries(
    ports: Sequence[PortInfo], names: Iterable[str], chosen: str, shown: str
) -> tuple[list[PortEntry], int]:
    """The entries for `ports`, and the index of the chosen one; -1 if it is not among them.

    `names` are the names of `ports` as texts. `chosen` is the chosen port as a bench file has it, and `shown`
    is the text that stands for it now. Both may be empty.
    """
    found = [PortEntry(name, port) for name, port in zip(names, addresses(ports), strict=True)]
    meant = [at for at, info in enumerate(ports) if info.is_named(chosen)]
    if len(meant) == 1:
        (at,) = meant
        found[at] = found[at]._replace(port=chosen)
        return found, at
    # Another board with the same serial number has come: the chosen one still has the same name.
    return found, next((at for at in meant if found[at].name == shown), -1)


def address_now(port: str, ports: Sequence[PortInfo]) -> str:
    """The address of the board that is at `port` now, if it is one of `ports`; else `port` itself.

    The user may have typed `COM5`, where a board with a serial number is plugged in.
    """
    meant = [at for at, info in enumerate(ports) if info.is_named(port)]
    return addresses(ports)[meant[0]] if len(meant) == 1 else port


def is_there(port: str, ports: Iterable[PortInfo]) -> bool:
    """Whether `port`, as a bench file has it, names at least one of `ports`."""
    return any(info.is_named(port) for info in ports)


def offered(ports: Sequence[PortInfo]) -> int:
    """The index of the port to choose if the user has chosen none: the first board; -1 without boards."""
    return next((at for at, info in enumerate(ports) if is_board(info)), -1)
