"""The interface through which the thread that reads a port passes on readings, rejected lines and events.

Invariant: only one such thread uses a sink, and the sink never makes that thread wait.
"""

from __future__ import annotations

from typing import Protocol

from app.wire.batches import Batch, Rejected
from app.wire.timeline import EventKind


class Sink(Protocol):
    """Receives the readings and rejected lines of one board."""

    @property
    def has_room(self) -> bool:
        """Whether there is room for a chunk. If not, the caller drops the chunk and counts it as lost."""

    def append(self, batch: Batch) -> None:
        """Receive accepted readings."""

    def reject(self, rejected: Rejected) -> None:
        """Receive rejected lines."""

    def happened(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        """Note that something has happened to the port or the board, at `at_us` (µs since 1970, UTC).

        For `detail`, see `EventKind`.
        """

    def lose(self, count: int, at_us: int) -> None:
        """Note that `count` bytes were dropped, because there was no room for them."""


class NullSink:
    """A sink that drops everything, for callers that need only a link's status, counts and last lines."""

    has_room = True

    def append(self, batch: Batch) -> None:
        """See `Sink`."""

    def reject(self, rejected: Rejected) -> None:
        """See `Sink`."""

    def happened(self, kind: EventKind, at_us: int, detail: str = "") -> None:
        """See `Sink`."""

    def lose(self, count: int, at_us: int) -> None:
        """See `Sink`."""
