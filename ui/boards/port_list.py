"""The entries of the list of ports, and which of them is the chosen one. Pure.

Invariants: each entry names one port and no other in the list; the user's choice keeps its address, and is
found again under any name of its port; if it could be one of several boards, none of them is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.bench.status import PortInfo, addresses
from app.messages.visible import visible

_MOST_CHARACTERS = 80
"""A board may report a description of any length."""


class PortEntry(NamedTuple):
    """An entry of the list."""

    name: str
    """The text that the user sees, without characters that a field for text would change."""
    port: str
    """The value for `port` in a bench file."""


def entries(ports: Sequence[PortInfo], chosen: str, shown: str) -> tuple[list[PortEntry], int]:
    """The entries for `ports`, and the index of the chosen one; -1 if it is not among them.

    `chosen` is the chosen port as a bench file has it, and `shown` is the text that stands for it now. Both
    may be empty.
    """
    found = [PortEntry(_name(info), port) for info, port in zip(ports, addresses(ports), strict=True)]
    meant = [at for at, info in enumerate(ports) if info.is_named(chosen)]
    if len(meant) == 1:
        (at,) = meant
        found[at] = found[at]._replace(port=chosen)
        return found, at
    # Another board with the same serial number has come: the chosen one still has the same name.
    return found, next((at for at in meant if found[at].name == shown), -1)


def _name(info: PortInfo) -> str:
    return visible(f"{info.device}  {info.description[:_MOST_CHARACTERS]}").strip()
