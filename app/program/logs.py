"""The log: a few rotating files in the user's folder, from which every token is struck out.

Invariants: a record is redacted after it is formatted, exception and all, so that nothing goes round it.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Iterable
from pathlib import Path

from app.config import folders
from app.security import redaction

_FILE_BYTES = 1_000_000
_FILES = 3


class Redactor(logging.Formatter):
    """Formats records without any token."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, exception and all, without any token."""
        return redaction.redact(super().format(record))


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log that is written as far as it can be."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Leave out what a full disk, or a file of another user's, does not take."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def start(tokens: Iterable[str], folder: Path | None = None) -> Path | None:
    """Log warnings and worse to a rotating file; its path, or None where none can be written.

    `tokens` are struck out from now on, of the log and of all else that is shown.
    """
    redaction.learn(tokens)
    folder = folder or folders.log_folder()
    path = folder / "pinbridge.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(path, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8", delay=True)
    except OSError:
        return None
    handler.setFormatter(Redactor())
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, Redactor)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return path
