"""What the window remembers from one day to the next: looks, and the baud rate of each board.

Invariants: never a token; a file that cannot be read or written costs the memory and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from app import folders
from ui.colors import Theme

DEFAULT_BAUD_RATE = 115200
_MAX_BOARDS = 100


class Settings(msgspec.Struct, kw_only=True):
    """The window's memory; unknown keys of newer versions are skipped."""

    theme: Theme = Theme.SYSTEM
    span_s: float = 10.0
    together: bool = False
    clock: bool = False
    last_port: str = ""
    last_server: str = ""
    baud_rates: dict[str, int] = {}
    """By port, as a bench file writes it."""

    def remember_baud_rate(self, port: str, baud_rate: int) -> None:
        """Keep a board's baud rate; the board that was used longest ago is forgotten first."""
        self.baud_rates.pop(port, None)
        self.baud_rates[port] = baud_rate
        while len(self.baud_rates) > _MAX_BOARDS:
            del self.baud_rates[next(iter(self.baud_rates))]


def default_path() -> Path:
    """Where this user's settings lie."""
    return folders.settings_folder() / "window.json"


def load(path: Path | None) -> Settings:
    """The settings at `path`; fresh ones where there are none, or none that can be read."""
    if path is None:
        return Settings()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError):
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
        return
