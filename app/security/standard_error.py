"""Makes all text safe that this program, its libraries or the interpreter write to standard error.

Invariants: tokens are redacted, and unprintable characters are replaced, because they could control the
terminal; the stream gives no access to its byte stream, which would do neither.
"""

from __future__ import annotations

import io
import sys
from typing import TextIO

from app.messages.visible import visible
from app.security.redaction import redact


class RedactedStream(io.TextIOBase):
    """A text stream that redacts tokens and gives no access to the byte stream underneath."""

    def __init__(self, stream: TextIO, *, draws: bool = False) -> None:
        """`draws`: whether control characters stay as they are, for a library that moves the cursor."""
        self._stream = stream
        self._draws = draws

    @property
    def for_drawing(self) -> RedactedStream:
        """A stream to the same place for a library that draws on the terminal."""
        return RedactedStream(self._stream, draws=True)

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
        """Write `text` with every known token redacted, and visible; return the length of `text`."""
        safe = redact(text)
        self._stream.write(safe if self._draws else visible(safe, lines=True))
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
    """From now on, make everything safe that is written to standard error.

    A program with a window may have no standard error; then there is nothing to do.
    """
    if sys.stderr is not None and not isinstance(sys.stderr, RedactedStream):
        sys.stderr = RedactedStream(sys.stderr)
