"""The readings of one datastream of the bench for the window's tests."""

from __future__ import annotations

from app.bench.status import JournalCounts
from app.wire.datastreams import Datastream


class Stream:
    """The readings of one datastream."""

    def __init__(self, entry: Datastream) -> None:
        self.entry = entry
        self.times: list[float] = []
        self.values: list[float] = []
        self.texts: list[tuple[float, str]] = []
        self.last: tuple[int, object] | None = None
        self.counts = JournalCounts()

    def take(self, at_s: float, value: object) -> None:
        """Take a reading."""
        self.last = (round(at_s * 1e6), value)
        if isinstance(value, int | float):
            self.times.append(at_s)
            self.values.append(float(value))
        elif isinstance(value, str):
            self.texts.append((at_s, value))
