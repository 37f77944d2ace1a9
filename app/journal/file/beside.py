"""Files that SQLite may have open in this process, opened beside it without loss of its locks.

POSIX takes all locks of a process on a file away as soon as the process closes any descriptor of that file.
Without them another program may change the journal, or delete its log, while it is written here.

Invariants: a descriptor is used by one look at a time; none is closed before the program ends, and there are
no more of them for a file than were ever in use at once. Where locks belong to a handle, as on Windows, each
look closes its own: a file that is open could not be set aside there.
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
"""Open descriptors that nobody uses, by the file's device and number."""


@contextmanager
def opened_beside_sqlite(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`, for reading. Raises OSError."""
    if sys.platform == "win32":
        with path.open("rb", buffering=0) as file:
            yield file
        return
    descriptor = _taken(path)
    try:
        # Unbuffered: what an earlier look has read may have been changed since.
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            file.seek(0)
            yield file
    finally:
        with _lock:
            _idle.setdefault(_key(os.fstat(descriptor)), []).append(descriptor)


def _taken(path: Path) -> int:
    """An idle descriptor of the file, or a new one."""
    with _lock:
        idle = _idle.get(_key(path.stat()))
        if idle:
            return idle.pop()
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _key(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
