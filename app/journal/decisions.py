"""Carries out the user's decisions about readings.

The decisions are: send refused readings again, send held readings to the device's present account (all, or
only those that were meant for none), discard pending or refused readings, delete data.

Invariants: each decision is one durable change, or nothing changes; the ledger balances before and after it;
deleted data is no longer in any of the journal's files. Only for the thread that writes the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from app.journal.journal import Journal, JournalError
from app.journal.streams import accounts, unsettled
from app.journal.streams.stream import Stream
from app.journal.streams.transaction import Transaction
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import END, Fate, Run

_RUNS_AT_ONCE = 500


def resend(
    journal: Journal, device: str, target: str | None = None, ids: Collection[int] | None = None
) -> int:
    """Make refused readings of `device` pending again, so that they are sent once more. Returns how many.

    `target` and `ids` (reading ids) restrict the choice; None means no restriction. Readings that were meant
    for another account are left out, until `send_here` assigns them to the present account.
    """
    account = journal.account(device)
    if account is None:
        return 0
    count = 0
    with journal.transaction() as change:
        for stream in journal.streams(device):
            if target in (None, stream.target) and stream.refused:
                change.bind(stream, account)
                ranges_of_account = (change.stream(stream.stream) or stream).account_ranges
                spans = accounts.ranges(ranges_of_account, account)
                for first, last in _refused_runs(change, stream, spans, ids):
                    change.send_again(stream, first, last)
                    count += last - first + 1
                change.recount_refused(stream.stream)
    return count


def send_here(journal: Journal, device: str) -> int:
    """Assign all readings of `device` to its present account, so that none is held any more.

    Returns how many were held before.
    """
    account = journal.account(device)
    if account is None:
        return 0
    held = [stream for stream in journal.streams(device) if stream.held]
    with journal.transaction() as change:
        for stream in held:
            change.restamp(stream, account)
    return sum(stream.held for stream in held)


def discard(journal: Journal, device: str, *, everything: bool = False) -> int:
    """Give up the held readings of `device`: they get the fate `expired`. Returns how many.

    If `everything` is true, give up all pending readings: this is for a device that has left the bench. The
    readings count as expired, because they were neither sent nor refused, and no newer value replaced them.
    """
    account = None if everything else journal.account(device)
    count = 0
    with journal.transaction() as change:
        for stream in journal.streams(device):
            if stream.held or everything:
                for first, last in accounts.ranges(stream.account_ranges, account, others=True):
                    count += change.settle(
                        Run(stream.stream, first, last, Fate.EXPIRED, encode(Message("discarded")))
                    )
    return count


def send_unassigned(journal: Journal, device: str) -> int:
    """Assign those readings of `device` to its present account that were meant for none. Returns how many.

    They arrived while the device had no server. Readings for other accounts stay held.
    """
    account = journal.account(device)
    if not account:
        return 0
    found = [stream for stream in journal.streams(device) if stream.unassigned]
    with journal.transaction() as change:
        for stream in found:
            change.bind(stream, account, (b"",))
            # A new generation makes the forwarder read the stream from seq 1 again.
            assigned = change.stream(stream.stream) or stream
            change.put(replace(assigned, generation=assigned.generation + 1))
    return sum(stream.unassigned for stream in found)


def discard_unassigned(journal: Journal, device: str) -> int:
    """Give up those readings of `device` that were meant for no account, as it has one. Returns how many.

    They get the fate `expired`, for a reason of its own, and stay in the journal and in its export.
    """
    count = 0
    if not journal.account(device):
        return 0
    with journal.transaction() as change:
        for stream in journal.streams(device):
            if stream.unassigned:
                reason = encode(Message("plotted_without_server"))
                for first, last in accounts.ranges(stream.account_ranges, b""):
                    count += change.settle(Run(stream.stream, first, last, Fate.EXPIRED, reason))
    return count


def discard_refused(
    journal: Journal, device: str, target: str | None = None, ids: Collection[int] | None = None
) -> int:
    """Give up refused readings of `device`: they get the fate `expired`. Returns how many.

    `target` and `ids` (reading ids) restrict the choice; None means no restriction. The readings may have
    been meant for any account. Those that were pruned are left as they are.
    """
    reason = encode(Message("discarded"))
    count = 0
    with journal.transaction() as change:
        for stream in journal.streams(device):
            if target in (None, stream.target) and stream.refused_kept:
                spans = None if ids is None else list(_refused_runs(change, stream, [(1, END)], ids))
                count += change.discard_refused(stream, spans, reason)
    return count


def delete_data(journal: Journal, *devices: str) -> int:
    """Delete all data of `devices`, including pending readings. Returns how many readings were deleted.

    A device in the bench keeps its counters and continues its seqs. A device that has left the bench is
    forgotten. If another program is reading the journal, JournalError is raised after the deletion, because
    SQLite's write-ahead log may still contain a copy of the deleted data.
    """
    journal.execute("PRAGMA secure_delete = ON")
    with journal.transaction() as change:
        deleted = sum(_delete_device(journal, change, device) for device in devices)
    # Free pages may still contain readings pruned earlier, and the write-ahead log all deleted data.
    journal.execute("VACUUM")
    ((busy, *_),) = journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise JournalError("journal_still_read", path=str(journal.path))
    return deleted


def _delete_device(journal: Journal, change: Transaction, device: str) -> int:
    is_bound = journal.account(device) is not None
    streams = journal.streams(device)
    deleted = 0
    for stream in streams:
        change.settle(Run(stream.stream, 1, END, Fate.EXPIRED))
        (count,) = change.connection.execute(
            "SELECT coalesce(sum(count), 0) FROM segment WHERE stream = ?", (stream.stream,)
        ).fetchone()
        deleted += count
    _delete_rows(change.connection, device)
    for stream in streams:
        if is_bound:
            # A new generation makes the forwarder drop the readings that it has prefetched.
            left = change.stream(stream.stream) or stream
            change.fold_all(replace(left, generation=left.generation + 1))
        else:
            change.drop(stream)
    if not is_bound:
        change.connection.execute("DELETE FROM device WHERE name = ?", (device,))
    return deleted


def _refused_runs(
    change: Transaction, stream: Stream, spans: Iterable[tuple[int, int]], ids: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    """The refused readings of `stream` within `spans`, as ranges of seqs (first, last); so are `spans`.

    `ids` restricts them to the readings with these ids (see `Reading.id`); None means no restriction.
    """
    for from_seq, to_seq in spans:
        if ids is None:
            yield from _all_refused(change.connection, stream.stream, from_seq, to_seq)
        else:
            seqs = [
                refused.reading.seq
                for refused in unsettled.refused(change.connection, stream)
                if refused.reading.id in ids and from_seq <= refused.reading.seq <= to_seq
            ]
            for _, part in groupby(enumerate(seqs), lambda item: item[1] - item[0]):
                group = [seq for _, seq in part]
                yield group[0], group[-1]


def _all_refused(
    connection: sqlite3.Connection, stream: int, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """All refused runs within `first`…`last`. The caller may remove a run before it takes the next run."""
    while True:
        rows = connection.execute(
            "SELECT max(first, ?), min(last, ?) FROM settled WHERE stream = ? AND fate = 'refused'"
            " AND first <= ? AND last >= ? ORDER BY first LIMIT ?",
            (first, last, stream, last, first, _RUNS_AT_ONCE),
        ).fetchall()
        yield from rows
        if len(rows) < _RUNS_AT_ONCE:
            return
        first = rows[-1][1] + 1


def _delete_rows(connection: sqlite3.Connection, device: str) -> None:
    """Delete all rows that belong to a device or to its streams, except those in `device` and `stream`."""
    number = "(SELECT device FROM device WHERE name = :name)"
    owners = {
        "stream": f"stream IN (SELECT stream FROM stream WHERE device = {number})",  # noqa: S608
        "device": f"device = {number}",
    }
    columns = connection.execute(
        "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c"
        " WHERE t.schema = 'main' AND t.name NOT IN ('device', 'stream') AND c.name IN ('device', 'stream')"
    ).fetchall()
    for table, column in columns:
        connection.execute(f"DELETE FROM {table} WHERE {owners[column]}", {"name": device})  # noqa: S608
