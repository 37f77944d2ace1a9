"""The devices file of `pinbridge cloud --devices`: which devices the cloud knows, typed.

Invariants: a file that loads has no unknown key, no two devices of one name or token, no pin or id twice in
a device; every error is one line that names the file, the key and the fix, and never holds a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from app.errors import PinbridgeError
from app.localcloud import typed_toml
from app.wire.datastreams import Datastream

MAX_NAME_CHARACTERS = 100

_Key = TypeVar("_Key", str, int)

# What stands in a URL as it is: a token with other characters would differ from client to client.
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{1,128}")


class DevicesFileError(PinbridgeError, ValueError):
    """The devices file cannot be used as it is."""


class DeviceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[device]]` table. An empty `auth_token` asks for one to be made."""

    name: str
    auth_token: str = ""
    open: bool | None = None
    """Whether a pin or an id is set up when first used; left out: where no datastream is declared."""
    datastream: tuple[Datastream, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > MAX_NAME_CHARACTERS:
            raise ValueError(
                f"name is empty, unprintable or too long: give 1 to {MAX_NAME_CHARACTERS} letters"
            )
        if self.auth_token and not _TOKEN.fullmatch(self.auth_token):
            raise ValueError("auth_token holds other characters than letters, digits, _ . ~ -: leave it out")
        for key in ("virtual_pin", "id"):
            numbers = [getattr(datastream, key) for datastream in self.datastream]
            twice = _first_twice(number for number in numbers if number is not None)
            if twice is not None:
                raise ValueError(f"{key} = {twice} stands twice: give each datastream its own")


class DevicesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A devices file."""

    device: tuple[DeviceEntry, ...] = ()

    def __post_init__(self) -> None:
        if not self.device:
            raise ValueError("there is no [[device]] table: add one with a name")
        name = _first_twice(device.name for device in self.device)
        if name is not None:
            raise ValueError(f'name = "{name}" stands twice: give each device its own')
        tokens = [device.auth_token for device in self.device]
        token = _first_twice(token for token in tokens if token)
        if token is not None:
            second = tokens.index(token, tokens.index(token) + 1)
            raise ValueError(f"device[{second}].auth_token is another device's too: give each its own")


def load(path: Path) -> tuple[DeviceEntry, ...]:
    """The devices of the file at `path`. Raises DevicesFileError, in one line."""
    return typed_toml.load(path, DevicesFile, DevicesFileError).device


def parse(text: bytes, source: str) -> tuple[DeviceEntry, ...]:
    """The devices of the file `text`; errors name `source`. Raises DevicesFileError, in one line."""
    return typed_toml.parse(text, source, DevicesFile, DevicesFileError).device


def _first_twice(values: Iterable[_Key]) -> _Key | None:
    seen: set[_Key] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
