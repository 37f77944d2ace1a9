"""The window's settings, kept in a file: its language and looks, and the user's choices for each board.

Invariants: no token is kept; if the file cannot be read or written, only the settings are lost.
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
    """The window's settings; unknown keys of newer versions are ignored."""

    language: str = ""
    """The code of a language; empty for the system's language."""
    theme: Theme = Theme.SYSTEM
    width: int = 1280
    height: int = 800
    span_s: float = 10.0
    together: bool = False
    clock: bool = False
    last_port: str = ""
    last_server: str = ""
    baud_rates: dict[str, int] = {}
    """By port, which is written as in a bench file."""
    line_ends: dict[str, str] = {}
    """By port: the line end that is sent after each line to the board."""
    resets: dict[str, bool] = {}
    """By port: whether the board is reset when the port opens."""
    separator: str = ","
    decimal: str = "."

    def remember(self, kind: dict[str, Kept], port: str, what: Kept) -> None:
        """Store the user's choice for the board at `port` in `kind`, which is one of the dictionaries above.

        If there are too many boards, the one that was used longest ago is forgotten.
        """
        kind.pop(port, None)
        kind[port] = what
        while len(kind) > _MAX_BOARDS:
            del kind[next(iter(kind))]


def default_path() -> Path:
    """The path of this user's settings file."""
    return folders.settings_folder() / "window.json"


def load(path: Path) -> Settings:
    """The settings in the file at `path`, or the defaults if the file is missing or unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Settings()


def save(settings: Settings, path: Path | None) -> None:
    """Write the settings to a file, completely or not at all; do nothing if `path` is None."""
    if path is None:
        return
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(msgspec.json.format(msgspec.json.encode(settings)))
        new.replace(path)
    except OSError:
        # The window works without stored settings, for example if the home folder is read-only.
        pass
