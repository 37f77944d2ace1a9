"""A TOML file into a type, with errors in one line that name the file, the key and the fix.

Invariants: no error is longer than a line; what a file holds stands in an error only where msgspec repeats
a key of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from app.errors import PinbridgeError

_T = TypeVar("_T")


def load(path: Path, kind: type[_T], error: type[PinbridgeError]) -> _T:
    """The file at `path` as a `kind`. Raises `error`."""
    try:
        text = path.read_bytes()
    except OSError as failed:
        reason = failed.strerror or "unknown error"
        raise error("verbatim", text=f"{path}: cannot be read ({reason}): name a file that can") from None
    return parse(text, str(path), kind, error)


def parse(text: bytes, source: str, kind: type[_T], error: type[PinbridgeError]) -> _T:
    """The file `text` as a `kind`; errors name `source`. Raises `error`."""
    try:
        return msgspec.toml.decode(text, type=kind)
    except msgspec.ValidationError as wrong:
        raise error("verbatim", text=f"{source}: {place_first(str(wrong))}") from None
    except (ValueError, RecursionError) as wrong:  # among ValueErrors: a number of thousands of digits
        raise error("verbatim", text=f"{source}: is not TOML: {wrong}") from None


def place_first(message: str) -> str:
    """msgspec's message in the words of the file: `device[0].open: expected bool, got str: mend it`."""
    what, _, place = message.partition(" - at `$")
    place = place.rstrip("`").lstrip(".")
    for theirs, ours in (
        ("Object contains unknown field", "unknown key"),
        ("Object missing required field", "missing key"),
        ("Expected", "expected"),
        ("Invalid", "invalid"),
    ):
        if what.startswith(theirs):
            what = what.replace(theirs, ours)
            if ours == "unknown key":
                what += ": take it out, or mend its spelling"
            elif what.startswith("invalid enum value"):
                what += ": mend its spelling"
            elif ours == "missing key":
                what += ": add it"
    what = what.replace("`", "")
    return f"{place}: {what}" if place else what
