"""Writes the file with the checksums of all files of a release."""

from __future__ import annotations

import hashlib
from pathlib import Path

FILE = "SHA256SUMS"


def write(folder: Path) -> Path:
    """Write `SHA256SUMS`, with the checksum of every file in `folder`, for `sha256sum --check`."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != FILE
    ]
    sums = folder / FILE
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums
