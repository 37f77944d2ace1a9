"""Checks of the journal's folder: whether it is writable, safe for a journal, and on a disk with space."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.doctor.finding import Finding, Grade
from app.journal.file.folder import folder_warnings
from app.journal.file.schema import JournalError, check_header, open_for_reading
from app.messages.message import Message

_MB = 1_000_000
_LEAST_MB = 200


def journal(path: Path, max_mb: float, free: Callable[[Path], int] | None = None) -> Iterator[Finding]:
    """Check the folder of the journal file `path`, which may grow to `max_mb`. Leave no file behind.

    `free` returns the free bytes on the disk of a folder; by default, the operating system is asked.
    """
    folder = _existing(path.parent)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = Message("journal_folder_not_writable", folder=str(folder), words=error.strerror or "")
        yield Finding("journal", Grade.WRONG, message)
        return
    try:
        check_header(path)
        if path.exists():
            open_for_reading(path).close()
    except JournalError as error:
        yield Finding("journal", Grade.WRONG, error.message)
    for warning in folder_warnings(path):
        yield Finding("journal", Grade.WRONG, warning)
    free_mb = (free(folder) if free else shutil.disk_usage(folder).free) / _MB
    if free_mb < _LEAST_MB:
        message = Message("disk_almost_full", path=str(path), free_mb=free_mb)
        yield Finding("disk", Grade.WRONG, message)
    elif free_mb < max_mb:
        message = Message("disk_smaller_than_journal", path=str(path), free_mb=free_mb, max_mb=max_mb)
        yield Finding("disk", Grade.NOTE, message)
    else:
        message = Message("journal_folder_good", path=str(path), free_mb=free_mb)
        yield Finding("journal", Grade.OK, message)


def _existing(folder: Path) -> Path:
    """`folder` if it exists, otherwise the nearest parent that exists; it may be a file or a broken link."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder
