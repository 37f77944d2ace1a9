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
        self.last: tuple[int, object] | None = None
        self.counts = JournalCounts()
