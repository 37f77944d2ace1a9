"""Finds the readings of one device that are to be sent, and passes their fates to the journal's writer.

Invariants: every reading returned is durable, and meant for the account of the outbox; only the journal's
writer stores fates.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from app.journal.file.damage import is_damage
from app.journal.journal import Journal, Stream
from app.journal.owner import Owner
from app.journal.streams import unsettled
from app.journal.writer import JournalWriter
from app.wire.streams import END, Newest, Reading, Run, StreamExtent, UnwrittenReadings, Usage


class Outbox:
    """Finds the pending readings of one device in the journal, and passes fates to the journal's writer."""

    def __init__(
        self,
        journal: Journal,
        writer: JournalWriter,
        owner: Owner,
        account: bytes | None,
        *,
        same_account: bool = False,
    ) -> None:
        """Only readings of `owner` that are meant for `account`, a `Journal.fingerprint`, are handed out.

        If the device gets another account while the program runs, these are still the readings for which the
        forwarder has a token. `same_account`: whether earlier readings were forwarded to this account, if any
        were.
        """
        self._same_account = same_account
        self._journal = journal
        self._writer = writer
        self._owner = owner
        self._account = account

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
                stream.superseded,
                stream.refused,
                stream.expired,
            )
            for stream in self._streams()
        ]

    def unwritten(self) -> UnwrittenReadings:
        """The readings of the device that were accepted, but are not in the journal yet."""
        return self._writer.unwritten_of(self._owner)

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """The first `limit` pending readings of a stream from seq `from_seq` on, in the order of seqs.

        Held readings are left out. So are readings marked to be sent again, which `resent` returns.
        """
        found = self._journal.stream(stream)
        if found is None:
            return []
        with self._reports_damage():
            return unsettled.pending(self._journal.reader(), found, self._account, from_seq, limit)
        return []

    def last_forwarded(self, stream: int) -> Reading | None:
        """The newest reading of a stream that was forwarded to the present account.

        None if there is none, if it has been pruned, or if the account has changed.
        """
        found = self._journal.stream(stream)
        if found is None or not self._same_account:
            return None
        with self._reports_damage():
            return unsettled.last_forwarded(self._journal.reader(), found)
        return None

    def newest(self, stream: int, from_seq: int, until_seq: int = END) -> Newest:
        """The newest pending reading of a stream from `from_seq` on, and the seq ranges of the older ones.

        Readings with seqs from `until_seq` on are left out. So are held readings, and readings marked to be
        sent again.
        """
        found = self._journal.stream(stream)
        if found is None:
            return Newest(None, [])
        with self._reports_damage():
            return unsettled.newest(self._journal.reader(), found, self._account, from_seq, until_seq)
        return Newest(None, [])

    def resent(self, limit: int) -> list[Reading]:
        """In the order of arrival, the first `limit` readings that are marked and not held."""
        with self._reports_damage():
            found = [
                reading
                for stream in self._streams()
                for reading in unsettled.resent(self._journal.reader(), stream, self._account, limit)
            ]
            return sorted(found)[:limit]
        return []

    def settle(self, runs: Sequence[Run], done: Callable[[], None], usage: Iterable[Usage] = ()) -> None:
        """Pass `runs` and `usage` to the journal's writer, which stores them and then calls `done`."""
        self._writer.settle(runs, done, usage)

    def _streams(self) -> list[Stream]:
        with self._owner.lock:
            return self._journal.streams(self._owner.name)

    @contextmanager
    def _reports_damage(self) -> Iterator[None]:
        """Suppress an error that the `with` block raises because the journal's file is damaged.

        The error is reported to the thread that writes the journal, which then begins a new file. The caller
        returns an empty result, so that nothing is sent.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._writer.report(error)
