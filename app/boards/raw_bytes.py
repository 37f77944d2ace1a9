"""The last bytes of a board, as they came, for the hex view.

Invariants: memory is bounded, in bytes and in chunks; nothing is left out between the first kept byte and the
newest one.
"""

from __future__ import annotations

import threading
from collections import deque

from app.boards.status import RawBytes

MAX_BYTES = 1 << 18
_MAX_CHUNKS = 1 << 13


class RawBuffer:
    """The last bytes of one device. The thread that reads the port adds them; any thread may ask for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chunks: deque[tuple[int, bytes]] = deque()
        """The time of each chunk, and its bytes."""
        self._first = self._kept = 0

    def add(self, chunk: bytes, received_at_us: int) -> None:
        """Add a chunk. Then drop old chunks, but keep `MAX_BYTES` or more, or `_MAX_CHUNKS` chunks."""
        if not chunk:
            return
        with self._lock:
            self._chunks.append((received_at_us, chunk))
            self._kept += len(chunk)
            while len(self._chunks) > _MAX_CHUNKS or self._kept - len(self._chunks[0][1]) >= MAX_BYTES:
                size = len(self._chunks.popleft()[1])
                self._kept -= size
                self._first += size

    def last(self) -> RawBytes:
        """All bytes that are kept."""
        with self._lock:
            first, chunks = self._first, list(self._chunks)
        places, place = [], first
        for at_us, chunk in chunks:
            places.append((place, at_us))
            place += len(chunk)
        return RawBytes(first, b"".join(chunk for _, chunk in chunks), tuple(places))
