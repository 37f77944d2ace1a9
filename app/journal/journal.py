"""The journal: every accepted reading and its fate, in one file that survives a crash.

Invariants: a reading is never changed once written; a stream's seqs have no gaps; no seq is covered by two
runs; a stream's counters agree with its runs, and still count readings that have been pruned, so that
readings = forwarded + superseded + refused + expired + pending at every commit. One thread writes; any thread
reads.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from app.config.addresses import account_server
from app.journal.clock_marks import write_marks
from app.journal.file.journal_file import JournalFile, Return
from app.journal.file.schema import JournalError
from app.journal.streams import accounts, ranges, unsettled
from app.journal.streams.segments import Columns, merge
from app.journal.streams.stream import Stream, read_devices
from app.journal.streams.table import StreamTable
from app.journal.streams.transaction import Transaction
from app.journal.streams.unsettled import Refused
from app.messages.message import Message
from app.wire.arrival import ClockMark
from app.wire.batches import Batch
from app.wire.streams import Run, Usage

__all__ = ["Account", "Journal", "JournalError", "Stream", "Unwritten", "Written"]


class Written(NamedTuple):
    """The readings that one commit added to one stream."""

    device: str
    columns: Columns


class Unwritten(Protocol):
    """What is written beside readings: rejected lines, events, markers."""

    def write(self, connection: sqlite3.Connection) -> None:
        """Write it in an open transaction."""


class Account(NamedTuple):
    """The account that new readings of a device are meant for."""

    fingerprint: bytes
    """See `Journal.fingerprint`; empty if new readings of the device are not to be forwarded."""
    earlier: Collection[bytes] = ()
    """Fingerprints that earlier versions of the program have given to the same account."""


class Journal:
    """An open journal file.

    Only one thread at a time, normally the writer's, may call the methods that change the file; any thread
    may call the others.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, or create it. Raises JournalError."""
        self._file = JournalFile(path)
        self._secret, self._next_id, streams, self._usage = self._file.state
        self._streams = StreamTable(streams)
        self._accounts: dict[str, bytes] = {}
        self._must_carry_over = False

    @property
    def path(self) -> Path:
        """The path of the file. It changes if the file was taken away and another file has its name now."""
        return self._file.path

    @property
    def warning(self) -> Message | None:
        """A message for the user if the file was replaced, with the reason; None if it was not."""
        return self._file.warning

    @property
    def was_taken_away(self) -> bool:
        """Whether a file of the journal has been deleted, renamed, replaced or overwritten meanwhile."""
        return self._file.was_taken_away

    @property
    def pending(self) -> int:
        """How many readings of all devices are pending."""
        return sum(stream.pending for stream in self.streams())

    def close(self) -> None:
        """Close the file; no method may be called afterwards."""
        self._file.close()

    def fingerprint(self, server: str, token: str) -> bytes:
        """A digest that identifies an account without revealing it. All servers of Blynk are one account."""
        return self.digest(account_server(server), token)

    def digest(self, server: str, token: str) -> bytes:
        """A digest of `server`, spelled as it is, and `token`, keyed with the journal's own secret."""
        return hmac.digest(self._secret, f"{server}\n{token}".encode(), "sha256")[:16]

    def bind(self, device: str, account: bytes, earlier: Collection[bytes] = ()) -> None:
        """Make `account` the present account of `device`. Pending readings for other accounts are held.

        `account` is a `fingerprint`, or empty if new readings of the device are not to be forwarded.
        `earlier` are fingerprints that earlier versions of the program have given to this account: readings
        with one of these are not held.
        """
        with self.transaction(accounts={**self._accounts, device: account}) as change:
            change.adopt(device, self.streams(device), account, earlier)

    def last_account(self, device: str) -> bytes:
        """The fingerprint of the account that the newest reading of `device` was meant for.

        Empty if the reading was not to be forwarded, or if the journal has no reading of `device`.
        """
        newest = {}
        for stream in self.streams(device):
            row = self._file.writing.execute(
                "SELECT segment FROM segment WHERE stream = ? ORDER BY first_seq DESC", (stream.stream,)
            ).fetchone()
            if row:
                newest[row] = stream.account_ranges[-1].account
        return newest[max(newest)] if newest else b""

    def account(self, device: str) -> bytes | None:
        """The fingerprint of the account that new readings of `device` are meant for.

        Empty if new readings are not to be forwarded; None before `bind`.
        """
        return self._accounts.get(device)

    @property
    def accounts(self) -> Mapping[str, bytes]:
        """The fingerprints of all devices that have a present account, see `account`."""
        return self._accounts

    def streams(self, device: str | None = None) -> list[Stream]:
        """All streams, or only those of `device`, oldest first. Their counts are as of the last commit."""
        return self._streams.all() if device is None else self._streams.of_device(device)

    def stream(self, number: int) -> Stream | None:
        """The stream with this number as of the last commit; None if it has been deleted."""
        return self._streams.by_number.get(number)

    def devices(self) -> list[str]:
        """The names of all devices in the journal, in the order in which they first appeared."""
        return read_devices(self.reader())

    def write(
        self,
        appends: Sequence[tuple[str, Batch]],
        runs: Iterable[Run],
        usage: Iterable[Usage] = (),
        unwritten: Sequence[Unwritten] = (),
    ) -> list[Written]:
        """Append readings, settle `runs`, and store `usage` and `unwritten`, all in one commit.

        `appends` holds batches of readings, each with its device; `unwritten` holds rejected lines and the
        like. Returns the readings that were added to each stream.

        When this returns, the journal holds everything; if this raises sqlite3.Error, nothing has changed. A
        commit with readings or `unwritten` is on the disk when this returns. A commit without them does not
        wait for the disk: it survives a crash of the program, but a power cut may undo it. The readings
        in `runs` are then pending again, so some of them may be sent twice.
        """
        with self.transaction(synced=bool(appends or unwritten)) as change:
            written, count = self._append(appends, change)
            for run in ranges.joined(runs):
                change.settle(run)
            change.used = {use.budget: use for use in usage}
            change.connection.executemany(
                "INSERT OR REPLACE INTO usage VALUES (?, ?, ?)", change.used.values()
            )
            for lines in unwritten:
                lines.write(change.connection)
            if count:
                change.connection.execute("UPDATE meta SET next_id = ?", (self._next_id + count,))
        self._next_id += count
        return written

    @contextmanager
    def transaction(
        self,
        *,
        synced: bool = True,
        of_new_file: bool = False,
        accounts: dict[str, bytes] | None = None,
    ) -> Iterator[Transaction]:
        """Make one change: it is committed when the `with` block ends, and rolled back if the block raises.

        If `synced` is false, the commit does not wait for the disk: it survives a crash of the program, but
        until a synced commit follows, a power cut can undo it.

        `of_new_file` is for the first change in a new file that replaces a damaged file. The new file has no
        streams yet, so the change does not see the streams that are in memory.

        `accounts` replaces the present accounts of all devices (see `account`); None changes none of them.
        """
        accounts = self._accounts if accounts is None else accounts
        self._file.writing.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
        self._file.writing.execute("BEGIN IMMEDIATE")
        before = {} if of_new_file else self._streams.by_number
        change = Transaction(self._file.writing, before, accounts)
        try:
            yield change
            change.finish()
            self._file.writing.execute("COMMIT")
        except BaseException:
            if self._file.writing.in_transaction:
                self._file.writing.execute("ROLLBACK")
            raise
        self._accounts = accounts
        if change.used or change.unused:
            # A new dict, because another thread may be iterating over the old one.
            kept = {name: used for name, used in self._usage.items() if name not in change.unused}
            self._usage = kept | change.used
        self._streams.update(change.changed, change.dropped)

    def begin_anew(self, damage: Message) -> None:
        """Rename the damaged file and continue in a new file, without a restart of the program.

        Streams, seqs, ids, counters, accounts and used budgets continue in the new file. Pending readings
        become expired, because they are only in the damaged file. Raises JournalError if the damaged file
        cannot be renamed. Only for the thread that writes the journal.
        """
        self._file.replace_damaged(damage, self.pending, self._secret)
        self._carry_over()

    def return_to_place(self) -> bool:
        """If a file of the journal was deleted, renamed, replaced or overwritten, continue in a new file.

        The new file has everything that the journal had: SQLite can still read the files that it has open. If
        it cannot, because they were overwritten, pending readings become expired. Returns whether the file is
        a new one. Raises JournalError if there can be no new file. Only for the thread that writes the
        journal.
        """
        result = self._file.return_to_place(self.pending, self._secret)
        self._must_carry_over |= result is Return.WITHOUT_READINGS
        if self._must_carry_over:
            self._carry_over()
        if result is Return.WAS_IN_PLACE:
            return False
        # Meanwhile, a forwarder may have found less in the file than there is: let it begin again.
        self._streams.update({s.stream: replace(s, generation=s.generation + 1) for s in self._streams.all()})
        return True

    @property
    def is_taken_away(self) -> bool:
        """Whether a file of the journal is not in its place now: its content is gone when it is closed."""
        return self._file.is_taken_away

    def _carry_over(self) -> None:
        """Continue the streams, devices and budgets in the file, which is new and empty."""
        before = self._streams.all()
        with self.transaction(of_new_file=True) as change:
            change.connection.execute("UPDATE meta SET next_id = ?", (self._next_id,))
            for device in {*self._accounts, *(stream.device for stream in before)}:
                change.connection.execute("INSERT INTO device (name) VALUES (?)", (device,))
            for stream in before:
                change.carry_over(stream)
            change.connection.executemany("INSERT INTO usage VALUES (?, ?, ?)", self._usage.values())
        self._must_carry_over = False

    def usage(self) -> list[Usage]:
        """How much of each budget has been used in the most recent period of that budget."""
        return list(self._usage.values())

    def refused(self, device: str, limit: int) -> list[Refused]:
        """The newest `limit` refused readings of `device`, oldest first, each with the cloud's reason."""
        found = [
            refused
            for stream in self.streams(device)
            for refused in unsettled.last_refused(self.reader(), stream, limit)
        ]
        return sorted(found)[-limit:]

    def reader(self) -> sqlite3.Connection:
        """The calling thread's own connection for reading, which never waits for the writer."""
        return self._file.readers.connection()

    def new_reader(self) -> sqlite3.Connection:
        """A new connection for reading, which the caller closes. Any thread may ask, also after `close`.

        Raises JournalError.
        """
        return self._file.readers.opened()

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement outside of any transaction and return its rows.

        Only for the thread that writes the journal.
        """
        return self._file.writing.execute(statement).fetchall()

    def give_back(self, pages: int) -> None:
        """Give some free pages of the file back to the disk. Only for the thread that writes the journal."""
        # `execute` would remove one page only, because it leaves the statement after its first step.
        self._file.writing.executescript(f"PRAGMA incremental_vacuum({pages})")

    def cut_log(self, patience_ms: int) -> bool:
        """Move everything in SQLite's write-ahead log to the file, and empty the log.

        Returns False if another connection needs the log for longer than `patience_ms`. Only for the thread
        that writes the journal.
        """
        ((usual_ms,),) = self.execute("PRAGMA busy_timeout")
        self.execute(f"PRAGMA busy_timeout = {patience_ms}")
        try:
            ((busy, *_),) = self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.execute(f"PRAGMA busy_timeout = {usual_ms}")
        return not busy

    def _append(self, appends: Sequence[tuple[str, Batch]], change: Transaction) -> tuple[list[Written], int]:
        # Each table of targets has its own codes, so batches with different tables are merged separately.
        by_table: dict[tuple[str, int], list[tuple[int, Batch]]] = {}
        marks: list[tuple[str, int, ClockMark]] = []
        count = 0
        for device, batch in appends:
            by_table.setdefault((device, id(batch.targets)), []).append((count, batch))
            marks += [(device, self._next_id + count, mark) for mark in batch.marks]
            count += len(batch.codes)
        rows = []
        written = []
        for (device, _), batches in by_table.items():
            account = self._accounts.get(device)
            if account is None:
                # The device has just left the bench, but its last readings were still on their way.
                account = b""
                change.connection.execute("INSERT OR IGNORE INTO device (name) VALUES (?)", (device,))
            for columns in merge(batches):
                stream = self._stream(device, columns.target, change)
                size = len(columns.ids)
                rows.append((self._next_id, stream.stream, stream.next_seq, size, *columns.packed()))
                account_ranges = accounts.extend(
                    stream.account_ranges, stream.next_seq, account, stream.settled
                )
                change.put(replace(stream, next_seq=stream.next_seq + size, account_ranges=account_ranges))
                written.append(Written(device, columns))
        change.connection.executemany(
            "INSERT INTO segment (first_id, stream, first_seq, count, ids, times, vals)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        if marks:
            write_marks(change.connection, marks)
        return written, count

    def _stream(self, device: str, target: str, change: Transaction) -> Stream:
        """The stream of `device` and `target`. It is created if it does not exist."""
        number = self._streams.number(device, target)
        known = change.stream(number) if number else None
        return known or change.begun(device, target)
