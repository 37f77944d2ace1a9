"""Standard error without auth tokens: what the interpreter and libraries write there passes `redact` too.

Invariant: there is no byte stream under it to go round by.
"""

from __future__ import annotations

import io
import sys
from typing import TextIO

from app.security.redaction import redact


class RedactedStream(io.TextIOBase):
    """A text stream from which tokens are struck out; it has no byte stream under it to go round by."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream underneath."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How that stream treats what it cannot encode."""
        return self._stream.errors

    def write(self, text: str) -> int:
        """Write `text` without any token."""
        self._stream.write(redact(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        self._stream.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor underneath, for tools that ask what it is."""
        return self._stream.fileno()


def guard() -> None:
    """Let nothing be written to standard error but through here; a program with a window may have none."""
    if sys.stderr is not None and not isinstance(sys.stderr, RedactedStream):
        sys.stderr = RedactedStream(sys.stderr)
