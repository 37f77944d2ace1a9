"""What the window remembers from one day to the next: looks, and the baud rate of each board.

Invariants: never a token; a file that cannot be read or written costs the memory and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from app.config import folders
from ui.theme.colors import Theme

_MAX_BOARDS = 100


Kept = TypeVar("Kept", int, str, bool)


class Settings(msgspec.Struct, kw_only=True):
    """The window's memory; unknown keys of newer versions are skipped."""

    theme: Theme = Theme.SYSTEM
    width: int = 1280
    height: int = 800
    span_s: float = 10.0
    together: bool = False
    clock: bool = False
    last_port: str = ""
    last_server: str = ""
    baud_rates: dict[str, int] = {}
    """By port, as a bench file writes it."""
    line_ends: dict[str, str] = {}
    """By port: what follows a line that is sent to the board."""
    resets: dict[str, bool] = {}
    """By port: whether the board is reset when the port opens."""
    separator: str = ","
    decimal: str = "."

    def remember(self, kind: dict[str, Kept], port: str, what: Kept) -> None:
        """Keep what was chosen for a board, in one of the dictionaries above; the board that was used longest
        ago is forgotten first."""
        kind.pop(port, None)
        kind[port] = what
        while len(kind) > _MAX_BOARDS:
            del kind[next(iter(kind))]


def default_path() -> Path:
    """Where this user's settings lie."""
    return folders.settings_folder() / "window.json"


def load(path: Path) -> Settings:
    """The settings at `path`; fresh ones where there are none, or none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Settings()


def save(settings: Settings, path: Path | None) -> None:
    """Write the settings, whole or not at all."""
    if path is None:
        return
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(msgspec.json.format(msgspec.json.encode(settings)))
        new.replace(path)
    except OSError:
        # A read-only home is no reason to trouble anybody: the window works without its memory.
        pass
