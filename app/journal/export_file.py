"""A device's readings as a file of their own.

Invariant: the file is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.journal.export import Selection, export


def export_file(
    journal: Path,
    path: Path,
    selection: Selection,
    *,
    separator: str,
    decimal: str,
    progress: Callable[[int, int], None],
) -> int:
    """Write the selected readings of `journal` to `path`; how many there are.

    See `export`; what `progress` raises ends it. Raises JournalError or OSError.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            count = export(
                journal, stream, selection, separator=separator, decimal=decimal, progress=progress
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count
