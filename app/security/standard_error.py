"""Redacts tokens in all text that this program, its libraries or the interpreter write to standard error.

Invariant: the redacted stream gives no access to its byte stream, which would not redact tokens.
"""

from __future__ import annotations

import io
import sys
from typing import TextIO

from app.security.redaction import redact


class RedactedStream(io.TextIOBase):
    """A text stream that redacts tokens and gives no access to the byte stream underneath."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream underneath."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """The name of the error handler of the stream underneath: `strict`, for example.

        The error handler decides what happens to characters that the stream cannot encode. None if the
        stream names no error handler.
        """
        return self._stream.errors

    def write(self, text: str) -> int:
        """Write `text` with every known token redacted; return the length of `text`."""
        self._stream.write(redact(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream underneath."""
        self._stream.flush()

    def writable(self) -> bool:
        """Return true: text can always be written to this stream."""
        return True

    def isatty(self) -> bool:
        """Whether the stream underneath is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The file descriptor of the stream underneath, for libraries that ask for one."""
        return self._stream.fileno()


def guard() -> None:
    """From now on, redact everything that is written to standard error.

    A program with a window may have no standard error; then there is nothing to do.
    """
    if sys.stderr is not None and not isinstance(sys.stderr, RedactedStream):
        sys.stderr = RedactedStream(sys.stderr)
