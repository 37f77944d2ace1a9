"""Where the journal lies: whether it can be written, is safe there, and has room."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.doctor.finding import Finding, Grade
from app.journal.file.folder import folder_warnings
from app.journal.file.schema import JournalError, open_for_reading
from app.messages.message import verbatim

_MB = 1_000_000
_LEAST_MB = 200


def journal(path: Path, max_mb: float, free: Callable[[Path], int] | None = None) -> Iterator[Finding]:
    """What is wrong with the place of a journal, or that nothing is; nothing is left behind there."""
    folder = _existing(path.parent)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        words = f"{folder}: the journal cannot be written here ({error.strerror}): choose another folder."
        yield Finding("journal", Grade.WRONG, verbatim(words))
        return
    if path.exists():
        try:
            open_for_reading(path).close()
        except JournalError as error:
            yield Finding("journal", Grade.WRONG, verbatim(f"{error}."))
    for warning in folder_warnings(path):
        yield Finding("journal", Grade.WRONG, verbatim(f"{warning}."))
    free_mb = (free(folder) if free else shutil.disk_usage(folder).free) / _MB
    words = f"{path}: the disk has {free_mb:,.0f} MB free"
    if free_mb < _LEAST_MB:
        yield Finding(
            "disk", Grade.WRONG, verbatim(f"{words}: make room, or what boards say cannot be kept.")
        )
    elif free_mb < max_mb:
        yield Finding("disk", Grade.NOTE, verbatim(f"{words}, and the journal may grow to {max_mb:,.0f} MB."))
    else:
        yield Finding("journal", Grade.OK, verbatim(f"{words}, and the journal can be written."))


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
