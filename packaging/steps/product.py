"""The names, version, folders and size limits of the program and its packages.

Invariant: the version is set in `app/__init__.py` and nowhere else.
"""

from __future__ import annotations

import re
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
ROOT = PACKAGING.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"

NAME = "Pinbridge"
PUBLISHER = "The Pinbridge authors"
DESCRIPTION = "Reads boards over USB, plots them, and forwards every reading to Blynk"
BUNDLE = "app.pinbridge.Pinbridge"
PORTABLE_MARK = "portable.txt"
CEILINGS_MB = {"-setup.exe": 45.0, "-portable.zip": 75.0, ".deb": 70.0}
"""Maps the end of a package's file name to the size limit of the package, in millions of bytes."""


def version(source: Path = ROOT / "app" / "__init__.py") -> str:
    """The program's version, which is read from the file `source`."""
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', source.read_text(encoding="utf-8"), re.M)
    if not found:
        raise ValueError(f'{source}: needs a line such as __version__ = "1.2.3"')
    return found[1]


def frozen_folder(system: str) -> Path:
    """The folder for the frozen program; `system` is `windows` or `linux`."""
    return BUILD / system / "frozen" / "pinbridge"
