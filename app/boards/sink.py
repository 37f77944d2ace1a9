"""Where what a board says goes: a link hands everything that it has judged to a sink.

Invariant: a sink is used by one reader thread alone, which never waits for it.
"""

from __future__ import annotations

from typing import Protocol

from app.wire.batches import Batch, Rejected


class Sink(Protocol):
    """Takes what one board says."""

    @property
    def has_room(self) -> bool:
        """Whether another chunk would be taken; where it would not, it is lost and must be counted."""

    def append(self, batch: Batch) -> None:
        """Take accepted readings."""

    def reject(self, rejected: Rejected) -> None:
        """Take rejected lines."""


class NullSink:
    """Keeps nothing, for who only wants to hear how a board is."""

    has_room = True

    def append(self, batch: Batch) -> None:
        """See `Sink`."""

    def reject(self, rejected: Rejected) -> None:
        """See `Sink`."""
