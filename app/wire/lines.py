"""Splits chunks of bytes into lines, in bounded memory.

Invariants: the lines do not depend on how the bytes are divided into chunks. Between two calls at most
`MAX_LINE_BYTES` bytes are kept, and no line end is among them. A line that is too long appears once, cut to
`MAX_LINE_BYTES + 1` bytes, which is enough to see that it is too long.
"""

from __future__ import annotations

import re

MAX_LINE_BYTES = 1200

_LINE_END = re.compile(rb"\r\n|\n|\r")


class LineSplitter:
    """Turns chunks of bytes into blocks of whole lines.

    A block holds the lines that one chunk completes, with their line ends; `split_block` splits it. The
    splitter returns blocks, not single lines, because `app.wire.batches` judges a whole block faster than its
    lines one by one.
    """

    def __init__(self) -> None:
        self.span_bytes = 0
        """The number of bytes from the start of the last block to the end of the chunk that completed it."""
        self._rest = b""
        self._after_cr = False
        self._skipping = False

    def feed(self, chunk: bytes) -> bytes:
        """Return a block: the lines that `chunk` completes, with their line ends. Empty if there are none."""
        if self._after_cr and chunk:
            # The last \r has already ended its line. A \n after it belongs to that \r, even in a new chunk.
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if self._skipping:
            end = _LINE_END.search(chunk)
            if end is None:
                return b""
            self._skipping = False
            self._after_cr = end.end() == len(chunk) and end.group() == b"\r"
            chunk = chunk[end.end() :]
        data = self._rest + chunk
        self.span_bytes = len(data)
        cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        block, self._rest = data[:cut], data[cut:]
        if block.endswith(b"\r") and not self._rest:
            self._after_cr = True
            if not block.endswith(b"\r\r"):
                # One chunk in twelve of a fast board ends between \r and \n. `batches` is slow without \n.
                block += b"\n"
        if len(self._rest) > MAX_LINE_BYTES:
            block += self._rest[: MAX_LINE_BYTES + 1] + b"\n"
            self._rest = b""
            self._skipping = True
        return block

    def copy(self) -> LineSplitter:
        """A splitter that continues with the same bytes of a line."""
        other = LineSplitter()
        other.span_bytes, other._rest = self.span_bytes, self._rest
        other._after_cr, other._skipping = self._after_cr, self._skipping
        return other

    @property
    def kept_bytes(self) -> int:
        """The number of kept bytes. They are the start of a line that has not ended yet."""
        return len(self._rest)

    def close(self) -> bytes:
        """Return the bytes after the last line end, and reset the splitter: later bytes start a new line."""
        rest, self._rest = self._rest, b""
        self._after_cr = self._skipping = False
        return rest


def split_block(block: bytes) -> list[bytes]:
    """The lines of a block, without their line ends, each cut to `MAX_LINE_BYTES + 1` bytes."""
    lines = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    lines.pop()
    return [line[: MAX_LINE_BYTES + 1] for line in lines]
