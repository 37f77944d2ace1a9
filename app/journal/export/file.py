"""Exports readings of a journal to a file.

Invariant: the file appears, or replaces an older file, only when it is complete. Only a pipe, or a
device file such as /dev/null, is written to directly.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.journal.export.rows import Exported, Selection, export


def export_file(
    journal: Path,
    path: Path,
    selection: Selection,
    *,
    separator: str,
    decimal: str,
    progress: Callable[[int, int], None] | None,
) -> Exported:
    """Write the selected readings of `journal` to the file `path`; see `export` for the other parameters.

    An exception that `progress` raises cancels the export. Raises JournalError or OSError.
    """
    # A pipe, or a device file such as /dev/null, is written to directly and never replaced.
    is_special = path.exists() and not path.is_file()
    part = path if is_special else path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            exported = export(
                journal, stream, selection, separator=separator, decimal=decimal, progress=progress
            )
        if not is_special:
            part.replace(path)
    finally:
        if not is_special:
            part.unlink(missing_ok=True)
    return exported
