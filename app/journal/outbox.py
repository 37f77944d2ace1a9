"""A forwarder's access to the journal: it finds the pending readings of one device and settles readings.

Invariants: every reading returned is durable; readings are settled only through the journal's writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from app.journal.file.damage import is_damage
from app.journal.journal import Journal
from app.journal.streams import unsettled
from app.journal.writer import JournalWriter
from app.wire.streams import Newest, Reading, Run, StreamExtent, Usage


class Outbox:
    """Finds the pending readings of one device in the journal, and settles readings."""

    def __init__(self, journal: Journal, writer: JournalWriter, device: str) -> None:
        self._journal = journal
        self._writer = writer
        self._device = device

    def extents(self) -> list[StreamExtent]:
        """The next seq and the number of pending readings of each stream, as of the last commit."""
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
        """Readings of a stream that are neither settled nor held: the first `limit` from `from_seq` on.

        Readings marked to be sent again are left out: `resent` returns them.
        """
        found = self._journal.stream(stream)
        if found is None:
            return []
        with self._reports_damage():
            return unsettled.pending(self._journal.reader(), found, self._account, from_seq, limit)
        return []

    def newest(self, stream: int, from_seq: int) -> Newest:
        """The newest reading that `pending` would return without a limit.

        Also returns the seq ranges of the older readings.
        """
        found = self._journal.stream(stream)
        if found is None:
            return Newest(None, [])
        with self._reports_damage():
            return unsettled.newest(self._journal.reader(), found, self._account, from_seq)
        return Newest(None, [])

    def resent(self, limit: int) -> list[Reading]:
        """Readings marked to be sent again, without held ones: the first `limit` in the order of arrival."""
        with self._reports_damage():
            found = [
                reading
                for stream in self._journal.streams(self._device)
                for reading in unsettled.resent(self._journal.reader(), stream, self._account, limit)
            ]
            return sorted(found)[:limit]
        return []

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage] = ()) -> None:
        """Hand over `runs` and `usage` to the writer. It calls `done` once the journal contains them."""
        self._writer.settle(runs, done, usage)

    @property
    def _account(self) -> bytes | None:
        return self._journal.account(self._device)

    @contextmanager
    def _reports_damage(self) -> Iterator[None]:
        """If the `with` block raises an error that means damage, report it to the writer and suppress it.

        The writer then replaces the file. The caller returns an empty result, so that nothing is sent.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._writer.report(error)
