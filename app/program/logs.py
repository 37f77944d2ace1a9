"""The log: a few rotating files in the user's folder, with every token redacted.

Invariant: a record is redacted after it is formatted, so that its arguments and its exception are redacted,
too.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Iterable
from pathlib import Path

from app.config import folders
from app.messages.visible import visible
from app.security import redaction

_FILE_BYTES = 1_000_000
_FILES = 3


class Redactor(logging.Formatter):
    """A formatter that redacts every token in a log record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record and its exception as text in which tokens are redacted and all characters visible."""
        return visible(redaction.redact(super().format(record)), lines=True)


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log file that skips a record if writing it fails."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Skip a record that cannot be written: the disk may be full, or the file owned by another user."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def start(tokens: Iterable[str], folder: Path | None = None) -> Path | None:
    """Log warnings and errors to a rotating file in `folder`, by default the user's log folder.

    Returns the path of the file, or None if the folder cannot be made. From now on, `tokens` are redacted in
    the log and in everything else that is shown.
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
