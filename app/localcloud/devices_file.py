"""The devices file of `pinbridge cloud --devices`: the devices that the local cloud knows.

Invariants: a file that loads has only known keys; no two of its devices have the same name or token, and no
two datastreams of a device have the same pin or id; every error is one line that names the file, the key and
the fix, and contains no token.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from app.config import documents
from app.config.duplicates import check_datastreams, check_devices
from app.errors import InvalidValueError
from app.wire.datastreams import Datastream

MAX_NAME_CHARACTERS = 100

# Only characters that need no encoding in a URL, because clients encode other characters in different ways.
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{1,128}")


class DeviceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[device]]` table. If it has no `auth_token`, the local cloud generates one."""

    name: str
    auth_token: str = ""
    open: bool | None = None
    """Whether calls may name pins and ids that no `datastream` declares. None means: only if there is no
    `datastream`."""
    datastream: tuple[Datastream, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > MAX_NAME_CHARACTERS:
            raise InvalidValueError("cloud_device_name_invalid", most=MAX_NAME_CHARACTERS)
        if self.auth_token and not _TOKEN.fullmatch(self.auth_token):
            raise InvalidValueError("cloud_auth_token_invalid")
        check_datastreams(self.datastream)


class DevicesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a devices file: one `[[device]]` table for each device."""

    device: tuple[DeviceEntry, ...] = ()

    def __post_init__(self) -> None:
        if not self.device:
            raise InvalidValueError("no_cloud_device")
        check_devices("name", self.device, [device.name for device in self.device])
        check_devices("auth_token", self.device, [device.auth_token or None for device in self.device])


def load(path: Path) -> tuple[DeviceEntry, ...]:
    """Load the devices file at `path`. Raises ConfigError if the file cannot be read or is invalid."""
    return documents.load(path, DevicesFile).device
