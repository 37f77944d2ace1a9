"""The side of the journal that a forwarder sees: what of one device is still to be sent.

Invariant: what it hands out is durable already, and what it takes back is settled by the journal's writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from app.journal.file.damage import is_damage
from app.journal.journal import Journal
from app.journal.writer import JournalWriter
from app.wire.streams import Newest, Reading, Run, StreamExtent, Usage


class Outbox:
    """The pending readings of one device."""

    def __init__(self, journal: Journal, writer: JournalWriter, device: str) -> None:
        self._journal = journal
        self._writer = writer
        self._device = device

    def extents(self) -> list[StreamExtent]:
        """The device's streams as of the last commit."""
        return [
            StreamExtent(
                stream.stream,
                stream.target,
                stream.next_seq,
                stream.pending,
                stream.held,
                stream.resent,
                stream.generation,
            )
            for stream in self._journal.streams(self._device)
        ]

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """At most `limit` readings of a stream from `from_seq` on that wait for their turn, in order."""
        try:
            return self._journal.pending(stream, from_seq, limit)
        except sqlite3.DatabaseError as error:
            return self._nothing_of(error)

    def resent(self, limit: int) -> list[Reading]:
        """The first `limit` readings that a person wants to be sent again, oldest first, until settled."""
        try:
            return self._journal.resent(self._device, limit)
        except sqlite3.DatabaseError as error:
            return self._nothing_of(error)

    def newest(self, stream: int, from_seq: int) -> Newest:
        """The newest of what `pending` tells, and which stretches of older ones there are."""
        try:
            return self._journal.newest(stream, from_seq)
        except sqlite3.DatabaseError as error:
            self._nothing_of(error)
            return Newest(None, [])

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage] = ()) -> None:
        """Hand `runs` and `usage` to the writer; `done` is called when it holds them."""
        self._writer.settle(runs, done, usage)

    def _nothing_of(self, error: sqlite3.DatabaseError) -> list[Reading]:
        """A damaged journal gives nothing to send: its writer sets it aside, and the road goes on."""
        if not is_damage(error):
            raise error
        self._writer.report(error)
        return []
