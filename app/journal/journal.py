"""The journal: every accepted reading, and what became of it, in one file that survives a crash.

Invariants: a reading is never changed once written; a stream's seqs have no gaps; no seq is covered by two
runs; a stream's counters say what its runs say, and what was pruned; so that readings = forwarded +
superseded + refused + expired + pending at every commit. One thread writes; any thread reads.
"""

from __future__ import annotations

import hmac
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from app.journal.schema import JournalError, open_for_reading, open_for_writing
from app.journal.segments import Columns, merge, unpack_ids, unpack_times, unpack_values
from app.status import JournalCounts
from app.wire.batches import Batch
from app.wire.streams import Fate, Reading, Run

__all__ = ["Journal", "JournalError", "Stream", "Written"]


@dataclass(frozen=True)
class Stream:
    """A stream as of the last commit."""

    stream: int
    device: str
    target: str
    next_seq: int = 1
    forwarded: int = 0
    superseded: int = 0
    refused: int = 0
    expired: int = 0
    held: int = 0

    @property
    def pending(self) -> int:
        """How many readings no run covers."""
        return self.next_seq - 1 - self.forwarded - self.superseded - self.refused - self.expired

    def counts(self) -> JournalCounts:
        """The stream's line of the ledger."""
        return JournalCounts(
            self.next_seq - 1,
            self.forwarded,
            self.superseded,
            self.refused,
            self.expired,
            self.pending,
            self.held,
        )


class Written(NamedTuple):
    """What one commit brought to one stream."""

    device: str
    columns: Columns


class Journal:
    """One open journal file. `write` is for one thread alone; everything else is for all."""

    def __init__(self, path: Path) -> None:
        """Open or make the journal at `path`; raises JournalError."""
        self.path = path
        self._writing = open_for_writing(path)
        self._reading = threading.local()
        self._readers: list[sqlite3.Connection] = []
        row = self._writing.execute("SELECT secret, next_id FROM meta").fetchone()
        self._secret: bytes = row[0]
        self._next_id: int = row[1]
        self._accounts: dict[str, bytes] = {}
        self._streams: dict[tuple[str, str], Stream] = {
            (stream.device, stream.target): stream for stream in _read_streams(self._writing)
        }
        self._keys = {stream.stream: key for key, stream in self._streams.items()}

    def close(self) -> None:
        """Close the file; nothing may be called afterwards."""
        for connection in [*self._readers, self._writing]:
            connection.close()

    def fingerprint(self, server: str, token: str) -> bytes:
        """Which account readings are meant for, without saying it: keyed by the journal's own secret."""
        return hmac.digest(self._secret, f"{server}\n{token}".encode(), "sha256")[:16]

    def bind(self, device: str, account: bytes) -> None:
        """From now on `device` feeds `account`; what was meant for another one is held."""
        self._accounts[device] = account
        with self._writing:
            self._writing.execute("INSERT OR IGNORE INTO device (name) VALUES (?)", (device,))
        for key, stream in self._streams.items():
            if stream.device == device:
                self._streams[key] = replace(stream, held=self._count_held(stream, account))

    def streams(self) -> list[Stream]:
        """All streams as of the last commit, oldest first."""
        return list(self._streams.values())

    def write(self, appends: Sequence[tuple[str, Batch]], runs: Iterable[Run]) -> list[Written]:
        """Append batches (device, readings) and settle `runs`, in one durable transaction.

        Either all of it is in the journal when this returns, or nothing is and sqlite3.Error is raised.
        """
        changed: dict[tuple[str, str], Stream] = {}
        self._writing.execute("BEGIN IMMEDIATE")
        try:
            written, count = self._append(appends, changed)
            for run in _joined_runs(runs):
                self._settle(run, changed)
            self._writing.executemany(
                "UPDATE stream SET next_seq=?, forwarded=?, superseded=?, refused=?, expired=?"
                " WHERE stream=?",
                [
                    (s.next_seq, s.forwarded, s.superseded, s.refused, s.expired, s.stream)
                    for s in changed.values()
                ],
            )
            if count:
                self._writing.execute("UPDATE meta SET next_id = ?", (self._next_id + count,))
            self._writing.execute("COMMIT")
        except BaseException:
            if self._writing.in_transaction:
                self._writing.execute("ROLLBACK")
            raise
        self._next_id += count
        # A new dict, so that whoever walks over the old one is not disturbed.
        self._streams = (
            {**self._streams, **changed} if changed.keys() - self._streams.keys() else self._streams
        )
        self._streams.update(changed)
        self._keys.update({stream.stream: key for key, stream in changed.items()})
        return written

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        """The first `limit` readings of a stream, from `from_seq` on, that are neither settled nor held."""
        key = self._keys[stream]
        target, account = key[1], self._accounts.get(key[0], b"")
        reader = self._reader()
        found: list[Reading] = []
        # One transaction, so that runs and segments are of one instant.
        reader.execute("BEGIN")
        try:
            for first, last in _gaps(reader, stream, from_seq):
                rows = reader.execute(
                    "SELECT first_id, first_seq, ids, times, vals FROM segment"
                    " WHERE stream = ? AND account = ? AND first_seq BETWEEN"
                    " (SELECT coalesce(max(first_seq), 0) FROM segment WHERE stream = ? AND first_seq <= ?)"
                    " AND ? ORDER BY first_seq",
                    (stream, account, stream, first, last),
                )
                for first_id, first_seq, ids, times, values in rows:
                    seqs = range(first_seq, first_seq + len(times) // 8)
                    columns = zip(
                        unpack_ids(ids, first_id),
                        seqs,
                        unpack_values(values),
                        unpack_times(times),
                        strict=True,
                    )
                    found += [
                        Reading(id_, stream, seq, target, value, at_us)
                        for id_, seq, value, at_us in columns
                        if first <= seq <= last
                    ]
                    if len(found) >= limit:
                        return found[:limit]
        finally:
            reader.execute("COMMIT")
        return found

    def _append(
        self, appends: Sequence[tuple[str, Batch]], changed: dict[tuple[str, str], Stream]
    ) -> tuple[list[Written], int]:
        # A code means a target within one table alone: batches of two tables are merged apart.
        by_table: dict[tuple[str, int], list[tuple[int, Batch]]] = {}
        count = 0
        for device, batch in appends:
            by_table.setdefault((device, id(batch.targets)), []).append((count, batch))
            count += len(batch.codes)
        rows = []
        written = []
        for (device, _), batches in by_table.items():
            account = self._accounts[device]
            for columns in merge(batches):
                key = (device, columns.target)
                stream = (
                    changed.get(key) or self._streams.get(key) or self._new_stream(device, columns.target)
                )
                size = len(columns.ids)
                ids, times, values = columns.packed()
                rows.append(
                    (self._next_id, stream.stream, stream.next_seq, size, account, ids, times, values)
                )
                changed[key] = replace(stream, next_seq=stream.next_seq + size)
                written.append(Written(device, columns))
        self._writing.executemany(
            "INSERT INTO segment (first_id, stream, first_seq, count, account, ids, times, vals)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        return written, count

    def _new_stream(self, device: str, target: str) -> Stream:
        cursor = self._writing.execute(
            "INSERT INTO stream (device, target) SELECT device, ? FROM device WHERE name = ?",
            (target, device),
        )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return Stream(cursor.lastrowid, device, target)

    def _settle(self, run: Run, changed: dict[tuple[str, str], Stream]) -> None:
        """Cover what of `run` is uncovered: a late answer changes nothing twice."""
        key = self._keys[run.stream]
        stream = changed.get(key) or self._streams[key]
        for first, last in _gaps(self._writing, run.stream, run.first, min(run.last, stream.next_seq - 1)):
            self._cover(Run(run.stream, first, last, run.fate, run.reason))
            total = getattr(stream, run.fate) + last - first + 1
            stream = replace(stream, **{run.fate.value: total})
        changed[key] = stream

    def _cover(self, run: Run) -> None:
        """Insert a run over uncovered seqs, or lengthen the one before it that tells the same."""
        lengthened = self._writing.execute(
            "UPDATE settled SET last = ? WHERE stream = ? AND fate = ? AND reason = ? AND last = ?"
            " AND first = (SELECT max(first) FROM settled WHERE stream = ? AND first < ?)",
            (run.last, run.stream, run.fate, run.reason, run.first - 1, run.stream, run.first),
        )
        if lengthened.rowcount == 0:
            self._writing.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?)", run)

    def _count_held(self, stream: Stream, account: bytes) -> int:
        """How many pending readings of a stream were meant for another account than `account`."""
        held = 0
        for first, last in _gaps(self._writing, stream.stream, 1, stream.next_seq - 1):
            rows = self._writing.execute(
                "SELECT first_seq, count FROM segment WHERE stream = ? AND account <> ?"
                " AND first_seq BETWEEN (SELECT coalesce(max(first_seq), 0) FROM segment"
                " WHERE stream = ? AND first_seq <= ?) AND ?",
                (stream.stream, account, stream.stream, first, last),
            )
            held += sum(
                min(last, first_seq + count - 1) - max(first, first_seq) + 1 for first_seq, count in rows
            )
        return held

    def _reader(self) -> sqlite3.Connection:
        """This thread's own connection: a look at the journal never waits for the writer."""
        connection: sqlite3.Connection | None = getattr(self._reading, "connection", None)
        if connection is None:
            connection = self._reading.connection = open_for_reading(self.path)
            self._readers.append(connection)
        return connection


def _read_streams(connection: sqlite3.Connection) -> Iterator[Stream]:
    rows = connection.execute(
        "SELECT stream, name, target, next_seq, forwarded, superseded, refused, expired"
        " FROM stream JOIN device USING (device) ORDER BY stream"
    )
    return (Stream(*row) for row in rows)


def _gaps(
    connection: sqlite3.Connection, stream: int, first: int, last: int = 2**62
) -> Iterator[tuple[int, int]]:
    """The stretches of `first`…`last` that no run covers, in order."""
    runs = connection.execute(
        "SELECT first, last FROM settled WHERE stream = ? AND first BETWEEN"
        " (SELECT coalesce(max(first), 0) FROM settled WHERE stream = ? AND first <= ?) AND ? ORDER BY first",
        (stream, stream, first, last),
    ).fetchall()
    for run_first, run_last in runs:
        if first < run_first:
            yield first, run_first - 1
        first = max(first, run_last + 1)
    if first <= last:
        yield first, last


def _joined_runs(runs: Iterable[Run]) -> Iterator[Run]:
    """The same runs with neighbours of one stream, fate and reason made one: fewer statements a commit."""
    open_runs: dict[tuple[int, Fate, str], Run] = {}
    for run in runs:
        key = (run.stream, run.fate, run.reason)
        before = open_runs.get(key)
        if before and before.last + 1 == run.first:
            open_runs[key] = before._replace(last=run.last)
        else:
            if before:
                yield before
            open_runs[key] = run
    yield from open_runs.values()
