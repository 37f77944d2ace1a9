"""Gives a file its name without taking it from another file, and makes a file whole or not at all.

Invariants: no file, folder or link is ever replaced; a new file appears under its name only when it is
complete and on the disk, so that a crash or a power cut leaves no empty or half-made one.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from app.config.writing.replacing import sync, sync_folder


def make(path: Path, content: bytes) -> None:
    """Make the file `path` with this content. Raises FileExistsError if the name is taken, or OSError."""
    part = path.with_name(f"pinbridge-{secrets.token_hex(8)}.new")
    # "x": a file or a link that has the name of `part` is not opened.
    file = part.open("xb")
    try:
        with file:
            file.write(content)
            file.flush()
            sync(file.fileno())
        move(part, path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    sync_folder(path.parent)


def move(source: Path, place: Path) -> None:
    """Rename `source` to `place` in its folder. Raises FileExistsError if this name is taken, or OSError."""
    if sys.platform == "win32":
        # Windows itself refuses a name that is taken.
        source.rename(place)
        return
    try:
        os.link(source, place, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        # This file system has no hard links, or the file belongs to another user.
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        source.rename(place)
    else:
        source.unlink()
