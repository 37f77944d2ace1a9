"""The log: a few rotating files in the user's folder, from which every token is struck out.

Invariants: a record is redacted after it is formatted, exception and all, so that nothing goes round it.
"""

from __future__ import annotations

import logging
import logging.handlers
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from app import folders

_FILE_BYTES = 1_000_000
_FILES = 3
REDACTED = "[token]"


class Redactor(logging.Formatter):
    """Formats records and strikes out known tokens, also in their percent-encoded form."""

    def __init__(self, tokens: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        plain = {token for token in tokens if token}
        encoded = {quote(token, safe="") for token in plain}
        # The longest first, so that no token is left over of which another is a part.
        self._secrets = sorted(plain | encoded, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, without any token."""
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """`text` without any token."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text


def start(tokens: Iterable[str], folder: Path | None = None) -> Path | None:
    """Log warnings and worse to a rotating file; its path, or None where none can be written."""
    folder = folder or folders.log_folder()
    path = folder / "pinbridge.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(Redactor(tokens))
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, Redactor)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return path
