"""The account of an edited device: its server, and the place of its token. Pure.

Invariant: an account is complete, and one that the loader would take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from app.config.bench_file import DeviceConfig
from ui.bench.model.draft import Node

_KEYS = ("name", "server", "auth_token")


class NodeTokens(NamedTuple):
    """What can be done with the token of an edited device; both functions take its table."""

    type: Callable[[Node], None]
    """Asks for the token."""
    test: Callable[[Node], None]
    """Tries the token."""


def account_of(device: Node) -> DeviceConfig | None:
    """A device with the name, the server and the place of the token of `device`; None if one is wrong."""
    values = {key: device.get(key) for key in _KEYS}
    if not values["server"]:
        return None
    try:
        return msgspec.convert({"port": "simulated:", **values}, DeviceConfig)
    except msgspec.ValidationError:
        return None
