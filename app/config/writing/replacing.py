"""Replaces the content of a file, and waits until the disk has it.

Invariant: whenever a crash or a power cut comes, the file has its earlier content or the new one, as a whole.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import ExitStack, suppress
from pathlib import Path


def replace_file(path: Path, content: bytes, previous: Path) -> None:
    """Give the file `path`, which may not exist yet, this content. Its permissions stay.

    The earlier content is kept in the file `previous`. Raises OSError, also for a file that is read-only.
    """
    mode = _mode(path)
    if mode is not None and (not mode & 0o222 or not os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    with ExitStack() as stack:
        part = _part(path, content, mode, stack)
        if mode is not None:
            _part(previous, path.read_bytes(), mode, stack).replace(previous)
        part.replace(path)
    sync_folder(path.parent)


def write_file(path: Path, content: bytes) -> None:
    """Give the file `path`, which may not exist yet, this content. Raises OSError."""
    with ExitStack() as stack:
        _part(path, content, None, stack).replace(path)
    sync_folder(path.parent)


def sync(descriptor: int) -> None:
    """Wait until the disk has what was written to an open file. Raises OSError."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network drives cannot sync.
        if error.errno != errno.EINVAL:
            raise


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk. Windows does that by itself. Raises OSError."""
    if sys.platform == "win32":
        return
    with suppress(PermissionError):  # a folder that may be written but not read
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)


def _mode(path: Path) -> int | None:
    """The permissions of a file; None if it does not exist."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _part(path: Path, content: bytes, mode: int | None, stack: ExitStack) -> Path:
    """A new file beside `path` with this content, on the disk. `stack` deletes it if it is not renamed."""
    import secrets  # here, so that the window opens sooner

    part = path.with_name(f"pinbridge-{secrets.token_hex(8)}.new")
    stack.callback(part.unlink, missing_ok=True)
    # "x": a file or a link that has the name of `part` is not opened.
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        sync(file.fileno())
    if mode is not None:
        part.chmod(mode)
    return part
