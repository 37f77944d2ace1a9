"""Names a recording: its file gets the name that the user has typed.

Invariants: no other file is ever overwritten; the file stays in its folder and keeps its suffix.
"""

from __future__ import annotations

from pathlib import Path

from app.boards.recordings.format import RecordingError
from app.config.addresses import is_device

_MOST_BYTES = 200
"""File systems allow 255 bytes; some need a part of them."""
_FORBIDDEN = '<>:"/\\|?*'
"""What Windows does not allow in the name of a file."""


def safe_name(name: str) -> str:
    """`name` as the name of a file on Windows, macOS and Linux, without a suffix; empty if nothing is left.

    Forbidden characters become a hyphen. Letters of all languages are kept.
    """
    shown = "".join("-" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in name)
    safe = shown.encode(errors="ignore")[:_MOST_BYTES].decode(errors="ignore").strip(" .")
    return f"run {safe}" if safe and is_device(safe) else safe


def rename(path: Path, name: str) -> Path:
    """Give the recording `path` the name `name`, made safe. Returns its new path.

    Raises RecordingError if nothing is left of the name, if another file has it, or if the system refuses.
    """
    safe = safe_name(name)
    if not safe:
        raise RecordingError("run_name_empty")
    new = path.with_name(safe if safe.lower().endswith(path.suffix.lower()) else f"{safe}{path.suffix}")
    if new == path:
        return path
    try:
        # Reserve the name first: a rename alone would overwrite another file on most systems.
        new.open("xb").close()
    except FileExistsError:
        raise RecordingError("run_name_taken", path=str(new)) from None
    except OSError as error:
        raise RecordingError("run_not_named", path=str(path), words=error.strerror or str(error)) from None
    try:
        path.replace(new)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise RecordingError("run_not_named", path=str(path), words=error.strerror or str(error)) from None
    return new
