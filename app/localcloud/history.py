"""A bounded history of the values that one datastream received, in the order of arrival.

Invariants: values are numbered from 1 without gaps, and `count` is the number of the last one; at most
`max_points` points and `MAX_TEXT_BYTES` bytes of text are kept, and the oldest points are dropped first. A
point whose value is a number takes about 100 bytes of memory.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from app.wire.datastreams import Value

MAX_POINTS = 100_000
MAX_TEXT_BYTES = 8_000_000

Point = tuple[int, int, Value]
"""The number of a value, its Unix time in ms, and the value."""


class PointHistory:
    """The newest points of one datastream: at most `max_points`, and at most `MAX_TEXT_BYTES` of text."""

    def __init__(self, max_points: int = MAX_POINTS) -> None:
        if max_points < 1:
            raise ValueError(f"max_points = {max_points} must be at least 1")
        self.count = 0
        self._max_points = max_points
        self._points: deque[tuple[int, Value]] = deque()
        self._text_bytes = 0

    def add(self, at_ms: int, value: Value) -> None:
        """Add a value whose time is `at_ms` (Unix time in ms)."""
        self._points.append((at_ms, value))
        self.count += 1
        self._text_bytes += _text_bytes(value)
        while len(self._points) > self._max_points or self._text_bytes > MAX_TEXT_BYTES:
            self._text_bytes -= _text_bytes(self._points.popleft()[1])

    def after(self, number: int) -> list[Point]:
        """The kept points whose number is above `number`, in the order of arrival."""
        forgotten = self.count - len(self._points)
        first = max(number, forgotten)
        kept = islice(self._points, first - forgotten, None)
        return [(index, at_ms, value) for index, (at_ms, value) in enumerate(kept, first + 1)]


def _text_bytes(value: Value) -> int:
    return len(value.encode()) if isinstance(value, str) else 0
