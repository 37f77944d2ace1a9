"""Exports readings of a journal to a file.

Invariants: the file appears, or replaces an older file or a link of its name, only when it is complete; what
a link leads to stays as it is, and so does every other file; a journal is never replaced. Only a pipe, or a
device file such as /dev/null, is written to directly.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from app.journal.export.rows import Exported, Selection, export
from app.journal.file.lock import SUFFIX
from app.journal.file.neighbours import ENDINGS
from app.journal.file.schema import JournalError, is_journal

_BESIDE = (*ENDINGS, SUFFIX)
"""What the names of the files beside a journal end with."""


def export_file(
    journal: Path,
    path: Path,
    selection: Selection,
    *,
    separator: str,
    decimal: str,
    progress: Callable[[int, int], object] | None,
) -> Exported:
    """Write the selected readings of `journal` to the file `path`; see `export` for the other parameters.

    An exception that `progress` raises cancels the export. Raises JournalError or OSError.
    """
    check_is_no_journal(path, journal)

    def write(stream: TextIO) -> Exported:
        return export(journal, stream, selection, separator=separator, decimal=decimal, progress=progress)

    return write_whole(path, write)


def write_whole(path: Path, write: Callable[[TextIO], Exported]) -> Exported:
    """Let `write` write the file `path`, which appears only when it is complete. Raises OSError."""
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as stream:
            return write(stream)
    part = path.with_name(f"pinbridge-{secrets.token_hex(8)}.part")
    stream = part.open("x", encoding="utf-8", newline="")
    try:
        with stream:
            exported = write(stream)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return exported


def check_is_no_journal(path: Path, journal: Path | None = None) -> None:
    """Raise JournalError if `path` is a journal, or has a name that `journal` or another journal needs."""
    beside = (Path(f"{journal}{ending}") for ending in ("", *_BESIDE)) if journal else ()
    needed_by = (Path(str(path).removesuffix(ending)) for ending in _BESIDE if path.name.endswith(ending))
    if (
        is_journal(path)
        or any(map(is_journal, needed_by))
        or any(path.exists() and file.exists() and path.samefile(file) for file in beside)
    ):
        raise JournalError("output_is_journal", path=str(path))
