"""Sets the encodings of the standard streams, so that no text ends a command with an error.

Into a file or a pipe, the program writes UTF-8 on every system, because a script or another program reads it
there: on Windows, Python would use the code page of the country. A terminal has its own encoding, which
stays.

Invariants: every text can be written: what the encoding of a terminal does not have, and half a character
from a file name that is not valid text, is shown as an escape such as `\\u2192`. Text from a file or a pipe
is read as UTF-8, with or without a byte order mark.
"""

from __future__ import annotations

import io
import sys


def prepare() -> None:
    """Set the encodings of all standard streams that are open."""
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, io.TextIOWrapper):
            output.reconfigure(encoding=None if output.isatty() else "utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
