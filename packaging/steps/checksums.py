"""Writes the file with the checksums of all files of a release."""

from __future__ import annotations

import hashlib
from pathlib import Path

FILE = "SHA256SUMS"


def write(folder: Path) -> Path:
    """Write the checksums of all files in `folder` to `SHA256SUMS` there, and return the path of this file.

    `sha256sum --check` can read the file.
    """
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != FILE
    ]
    sums = folder / FILE
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums
