"""The settings file of the window: language, looks, place, and the user's choices for each board.

Invariants: no token is stored; if the file cannot be read or written, only the settings are lost; a field
that is missing in an older file has its default. A number may be anything: who uses it applies its limits.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TypeVar

import msgspec

from app.config import folders
from ui.theme.colors import Theme

_MAX_BOARDS = 100


class Alarm(enum.StrEnum):
    """How the user learns that a value is beyond its limits."""

    OFF = "off"
    FLASH = "flash"
    BEEP = "beep"
    BOTH = "both"


Kept = TypeVar("Kept", int, str, bool, dict[str, int])


class Macro(msgspec.Struct, kw_only=True):
    """A line that is sent often, and its name."""

    name: str = ""
    """What its button says; if it is empty, the line itself."""
    line: str = ""
    port: str = ""
    """The port of the board that it is for, written as in a bench file; empty for all boards."""


class Settings(msgspec.Struct, kw_only=True):
    """The window's settings. Unknown keys in the file, for example from a newer version, are ignored."""

    language: str = ""
    """A language code; empty for the system's language."""
    theme: Theme = Theme.SYSTEM
    text_percent: int = 100
    """The size of all text, in percent of the desktop's own size."""
    width: int = 1280
    height: int = 800
    left: int | None = None
    top: int | None = None
    """The place of the window on the desktop, without its frame; None before the first start."""
    maximised: bool = False
    splitters: dict[str, list[int]] = {}
    """The sizes in pixels of the parts of each splitter, by the splitter's name."""
    hidden: list[str] = []
    """The names of the panes that the user has hidden."""
    span_s: float = 10.0
    together: bool = False
    one_scale: bool = False
    """Whether curves that share a strip share one axis too, even if their units differ."""
    clock: bool = False
    alarm: Alarm = Alarm.FLASH
    thick: bool = False
    """Whether curves are thicker than a pixel."""
    looks: dict[str, dict[str, int]] = {}
    """How the curves of each bench look, by the path of its journal: see `Curves.remembered`."""
    last_port: str = ""
    last_server: str = ""
    baud_rates: dict[str, int] = {}
    """The keys of `baud_rates`, `line_ends` and `resets` are ports, written as in a bench file."""
    line_ends: dict[str, str] = {}
    """The line end that is sent after each line to the board."""
    resets: dict[str, bool] = {}
    """Whether the board is reset when the port opens."""
    macros: list[Macro] = []
    """The lines that are sent often, in the order of their buttons."""
    all_boards: bool = False
    """Whether the console has the lines of all boards."""
    hex_view: bool = False
    log_colors: bool = True
    """Whether the console shows the colours that boards ask for."""
    copies_details: bool = False
    """Whether a line is copied with its time, verdict and hint."""
    recent: list[str] = []
    """The paths of the bench files that were opened last, the newest first."""
    runs: list[str] = []
    """The paths of the recordings that ended or were opened last, the newest first."""
    tray: bool = False
    """Whether a minimised window is hidden in the system's tray."""
    keep_awake: bool = False
    """Whether the computer is kept awake while a bench is connected."""
    kept_tokens: list[str] = []
    """The names in the keyring of the tokens that the user has kept there; see `app.config.board_names`."""
    old_board: str = ""
    """The port of the board that continues the journal which earlier versions kept for all boards."""
    old_journal_told: bool = False
    picture_format: str = "png"
    picture_scale: int = 1
    layout: str = "wide"
    """Of saved data, as are the following: the words of `Form`."""
    times: str = "local"
    file_kind: str = "csv"
    separator: str = ""
    """If it or `decimal` is empty, it is that of the system's language."""
    decimal: str = ""

    def remember(self, kind: dict[str, Kept], port: str, what: Kept) -> None:
        """Set `kind[port]` to `what`, the user's choice for the board at `port`.

        `kind` is `baud_rates`, `line_ends` or `resets`; or `looks`, by journals instead of ports. If `kind`
        gets more than `_MAX_BOARDS` ports, the port whose choice was stored longest ago is removed.
        """
        kind.pop(port, None)
        kind[port] = what
        while len(kind) > _MAX_BOARDS:
            del kind[next(iter(kind))]


def default_path() -> Path:
    """The path of this user's settings file."""
    return folders.settings_folder() / "window.json"


def load(path: Path) -> Settings:
    """Read the settings from a file; use the defaults if the file is missing or unreadable."""
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
