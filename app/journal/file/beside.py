"""Opens a file without making SQLite lose its locks, even if SQLite has the file open in this process.

On POSIX, a process loses all its locks on a file as soon as it closes any descriptor of that file. Without
the locks, another program could change the journal or delete its log while this program writes it.

Invariants: a descriptor has one user at a time; it is not closed, but used again later, until the journal is
closed; a new one is opened only if all descriptors of the file are in use. Windows is different: locks belong
to a handle, and a file that is open cannot be renamed, so each user closes its own handle.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FileKey = tuple[int, int]
"""A file's `st_dev` and `st_ino`."""

_lock = threading.Lock()
_idle: dict[FileKey, list[int]] = {}
"""Open descriptors that are not in use."""


@contextmanager
def opened_beside_sqlite(path: Path) -> Iterator[BinaryIO]:
    """Open the file at `path` for reading, without making SQLite lose its locks on it. Raises OSError."""
    if sys.platform == "win32":
        with path.open("rb", buffering=0) as file:
            yield file
        return
    descriptor = _taken(path)
    try:
        # Unbuffered, because the file may have changed since it was last read.
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            file.seek(0)
            yield file
    finally:
        with _lock:
            _idle.setdefault(_key(os.fstat(descriptor)), []).append(descriptor)


def close_idle(keys: Iterable[FileKey]) -> None:
    """Close the descriptors of the files with these keys.

    Call this only when SQLite does not have the files open in this process any more.
    """
    with _lock:
        for descriptor in [descriptor for key in keys for descriptor in _idle.pop(key, ())]:
            os.close(descriptor)


def key_of(path: Path) -> FileKey:
    """The key of the file at `path`, whatever names lead to it. Raises OSError."""
    return _key(path.stat())


def _taken(path: Path) -> int:
    """Take an idle descriptor of the file at `path`, or open a new one."""
    with _lock:
        idle = _idle.get(key_of(path))
        if idle:
            return idle.pop()
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _key(found: os.stat_result) -> FileKey:
    return found.st_dev, found.st_ino
