"""The interface through which the thread that reads a port passes on readings and rejected lines.

Invariant: only one such thread uses a sink, and the sink never makes that thread wait.
"""

from __future__ import annotations

from typing import Protocol

from app.wire.batches import Batch, Rejected


class Sink(Protocol):
    """Receives the readings and rejected lines of one board."""

    @property
    def has_room(self) -> bool:
        """Whether there is room for a chunk. If not, the caller drops the chunk and counts it as lost."""

    def append(self, batch: Batch) -> None:
        """Receive accepted readings."""

    def reject(self, rejected: Rejected) -> None:
        """Receive rejected lines."""


class NullSink:
    """A sink that drops everything, for callers that need only a link's status, counts and last lines."""

    has_room = True

    def append(self, batch: Batch) -> None:
        """See `Sink`."""

    def reject(self, rejected: Rejected) -> None:
        """See `Sink`."""
