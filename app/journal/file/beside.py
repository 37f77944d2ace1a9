"""Opens files that SQLite may have open in this process, in such a way that SQLite keeps its locks.

On POSIX, a process loses all its locks on a file as soon as it closes any descriptor of that file. Without
the locks, another program could change the journal or delete its log while this program writes it.

Invariants: a descriptor has one user at a time; it stays open until the program ends, to be used again, so
that a file has no more descriptors than were ever in use at once. On Windows, where locks belong to a handle,
each user of a file closes its own handle, because an open file could not be set aside there.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_lock = threading.Lock()
_idle: dict[tuple[int, int], list[int]] = {}
"""Open descriptors that are not in use, by the device and inode number of their file."""


@contextmanager
def opened_beside_sqlite(path: Path) -> Iterator[BinaryIO]:
    """Open the file at `path` for reading, so that SQLite keeps its locks on it. Raises OSError."""
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


def _taken(path: Path) -> int:
    """Take an idle descriptor of the file at `path`, or open a new one."""
    with _lock:
        idle = _idle.get(_key(path.stat()))
        if idle:
            return idle.pop()
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _key(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
