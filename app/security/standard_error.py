"""Standard error with tokens redacted, for what the interpreter and libraries write there too.

Invariant: no byte stream is accessible by which a token could bypass it.
"""

from __future__ import annotations

import io
import sys
from typing import TextIO

from app.security.redaction import redact


class RedactedStream(io.TextIOBase):
    """A text stream that redacts tokens and gives no access to the byte stream under it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream underneath."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How the stream underneath treats characters that it cannot encode."""
        return self._stream.errors

    def write(self, text: str) -> int:
        """Write `text` with every token redacted."""
        self._stream.write(redact(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream underneath."""
        self._stream.flush()

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Whether the stream underneath is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor underneath, for libraries that ask for it."""
        return self._stream.fileno()


def guard() -> None:
    """Redact everything written to standard error from now on. A program with a window may have none."""
    if sys.stderr is not None and not isinstance(sys.stderr, RedactedStream):
        sys.stderr = RedactedStream(sys.stderr)
