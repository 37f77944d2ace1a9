"""Exports readings of a journal to a file.

Invariants: the file appears, or replaces an older file or a link of its name, only when it is complete; what
a link leads to stays as it is, and so does every other file; a journal is never replaced. Only a pipe, or a
device file such as /dev/null, is written to directly.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from app.journal.export.form import PLAIN, FileKind, Form
from app.journal.export.headings import Key
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
    form: Form = PLAIN,
    labels: Mapping[Key, str] = {},
    *,
    progress: Callable[[int, int], object] | None = None,
) -> Exported:
    """Write the selected readings of `journal` to the file `path`; see `export` for the other parameters.

    An exception that `progress` raises cancels the export. Raises JournalError or OSError.
    """
    check_is_no_journal(path, journal)

    def write(stream: TextIO | BinaryIO) -> Exported:
        return export(journal, stream, selection, form, labels, progress=progress)

    return write_whole(path, form, write)


def write_whole(path: Path, form: Form, write: Callable[[TextIO | BinaryIO], Exported]) -> Exported:
    """Let `write` write the file `path`, which appears only when it is complete. Raises OSError.

    The stream takes text or bytes, as a table of this form needs it.
    """
    if path.exists() and not path.is_file():
        with _opened(path, "w", form) as stream:
            return write(stream)
    part = path.with_name(f"pinbridge-{secrets.token_hex(8)}.part")
    stream = _opened(part, "x", form)
    try:
        with stream:
            exported = write(stream)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return exported


def _opened(path: Path, mode: str, form: Form) -> TextIO | BinaryIO:
    if form.kind is FileKind.PARQUET:
        return cast(BinaryIO, path.open(f"{mode}b"))
    encoding = "utf-8-sig" if form.has_byte_order_mark else "utf-8"
    return cast(TextIO, path.open(mode, encoding=encoding, newline=""))


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
