"""The values that one datastream received, newest last, bounded.

Invariants: values are numbered from 1 without gaps, and `count` is the last number; at most `max_points`
points and `MAX_TEXT_BYTES` of text are kept, and the oldest are dropped first. A kept number costs about
100 bytes.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from app.wire.datastreams import Value

MAX_POINTS = 100_000
MAX_TEXT_BYTES = 8_000_000

Point = tuple[int, int, Value]
"""Running number, Unix time in ms, value."""


class PointHistory:
    """The newest points; the module's docstring states the bounds."""

    def __init__(self, max_points: int = MAX_POINTS) -> None:
        if max_points < 1:
            raise ValueError(f"max_points = {max_points} must be at least 1")
        self.count = 0
        self._max_points = max_points
        self._points: deque[tuple[int, Value]] = deque()
        self._text_bytes = 0

    def add(self, at_ms: int, value: Value) -> None:
        """Add a value of the time `at_ms` (Unix)."""
        self._points.append((at_ms, value))
        self.count += 1
        self._text_bytes += _text_bytes(value)
        while len(self._points) > self._max_points or self._text_bytes > MAX_TEXT_BYTES:
            self._text_bytes -= _text_bytes(self._points.popleft()[1])

    def after(self, number: int) -> list[Point]:
        """The kept points numbered above `number`, in the order of arrival."""
        forgotten = self.count - len(self._points)
        first = max(number, forgotten)
        kept = islice(self._points, first - forgotten, None)
        return [(index, at_ms, value) for index, (at_ms, value) in enumerate(kept, first + 1)]


def _text_bytes(value: Value) -> int:
    return len(value.encode()) if isinstance(value, str) else 0
