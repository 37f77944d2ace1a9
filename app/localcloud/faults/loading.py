"""Reads a faults file from the disk, from text or from JSON.

Invariant: every error is a FaultsFileError of one line that names the file, the key and the mend.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.errors import PinbridgeError
from app.localcloud import typed_toml
from app.localcloud.faults.file import FaultsFile


class FaultsFileError(PinbridgeError, ValueError):
    """The faults file cannot be used as it is."""


def load(path: Path) -> FaultsFile:
    """The faults of the file at `path`. Raises FaultsFileError, in one line."""
    return typed_toml.load(path, FaultsFile, FaultsFileError)


def parse(text: bytes, source: str) -> FaultsFile:
    """The faults of the file `text`; errors name `source`. Raises FaultsFileError, in one line."""
    return typed_toml.parse(text, source, FaultsFile, FaultsFileError)


def parse_json(text: bytes) -> FaultsFile:
    """The same as JSON, for a switch while the cloud runs. Raises FaultsFileError, in one line."""
    try:
        return msgspec.json.decode(text, type=FaultsFile)
    except msgspec.ValidationError as wrong:
        raise FaultsFileError("verbatim", text=typed_toml.place_first(str(wrong))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise FaultsFileError("verbatim", text=f"is not JSON: {wrong}") from None
