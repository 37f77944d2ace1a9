"""The folders for the user's journals, settings and logs.

Invariant: a portable program (one with `portable.txt` beside it) writes only to the folder that it is in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

PORTABLE_MARK = "portable.txt"
RECORDINGS = "recordings"
"""The name of the folder for recordings; it is in the folder of the journal."""
_PORTABLE_FOLDER = "data"


def data_folder() -> Path:
    """The folder for journals whose bench file sets no path."""
    return _portable_folder() or Path(platformdirs.user_data_dir("pinbridge", appauthor=False))


def recordings_folder() -> Path:
    """The folder for recordings whose journal is in `data_folder`, or is only temporary."""
    return data_folder() / RECORDINGS


def settings_folder() -> Path:
    """The folder for the settings of the window."""
    return _portable_folder() or Path(platformdirs.user_config_dir("pinbridge", appauthor=False))


def log_folder() -> Path:
    """The folder for log files."""
    portable = _portable_folder()
    return portable / "logs" if portable else Path(platformdirs.user_log_dir("pinbridge", appauthor=False))


def _portable_folder() -> Path | None:
    """The data folder beside a portable program; None if the program is installed or runs from its source."""
    if not getattr(sys, "frozen", False):
        return None
    beside = Path(sys.executable).parent
    return beside / _PORTABLE_FOLDER if (beside / PORTABLE_MARK).exists() else None
