"""Finds pending readings. Also finds refused readings, because the user can decide to send them again, and
the last forwarded one, with which a forwarder compares new readings.

Marked readings are pending; refused and forwarded readings are settled.

Invariants: no more readings are collected in memory than were asked for; each look-up sees runs and segments
as of one instant. For this, `refused` and `oldest` need a transaction begun by the caller; the other
functions begin a transaction of their own, on a connection that never writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from app.journal.streams import accounts, ranges
from app.journal.streams.segments import place_of, unpack_ids, unpack_times, unpack_values
from app.journal.streams.stream import Stream
from app.messages.message import Message
from app.messages.stored import decode
from app.wire.streams import Newest, Reading


class Refused(NamedTuple):
    """A reading that the cloud refused, and the cloud's reason."""

    reading: Reading
    reason: Message


def pending(
    connection: sqlite3.Connection, stream: Stream, account: bytes | None, from_seq: int, limit: int
) -> list[Reading]:
    """The first `limit` pending readings for `account` from `from_seq` on, in the order of seqs.

    If `account` is None, returns an empty list. Readings marked to be sent again are left out (see `resent`).
    """
    with _one_instant(connection):
        return _first(
            limit,
            (
                reading
                for first, last in accounts.ranges(stream.account_ranges, account)
                if last >= from_seq
                for gap in ranges.gaps(connection, stream.stream, max(first, from_seq), last, resent=True)
                for reading in _readings(connection, stream, *gap)
            ),
        )


def newest(
    connection: sqlite3.Connection, stream: Stream, account: bytes | None, from_seq: int, until_seq: int
) -> Newest:
    """The newest pending reading for `account` from `from_seq` on, and the seq ranges of the older ones.

    Readings with seqs from `until_seq` on are left out. If `account` is None, no reading is found and the
    list of ranges is empty. Readings marked to be sent again are left out.
    """
    end_seq = min(stream.next_seq, until_seq)
    with _one_instant(connection):
        waiting = [
            gap
            for first, last in accounts.ranges(stream.account_ranges, account)
            if max(first, from_seq) < end_seq and last >= from_seq
            for gap in ranges.gaps(
                connection, stream.stream, max(first, from_seq), min(last, end_seq - 1), resent=True
            )
        ]
        if not waiting:
            return Newest(None, [])
        first, last = waiting.pop()
        if first < last:
            waiting.append((first, last - 1))
        return Newest(next(_readings(connection, stream, last, last), None), waiting)


def resent(
    connection: sqlite3.Connection, stream: Stream, account: bytes | None, limit: int
) -> list[Reading]:
    """The first `limit` readings for `account` that are marked to be sent again, in the order of seqs.

    If `account` is None, returns an empty list.
    """
    if not stream.resent:
        return []
    with _one_instant(connection):
        return _first(
            limit,
            (
                reading
                for first, last in accounts.ranges(stream.account_ranges, account)
                for mark in _marks(connection, stream, first, last)
                for reading in _readings(connection, stream, *mark)
            ),
        )


def refused(connection: sqlite3.Connection, stream: Stream) -> Iterator[Refused]:
    """All refused readings of a stream that have not been pruned, oldest first."""
    runs = connection.execute(
        "SELECT first, last, reason FROM settled INDEXED BY refused_run"
        " WHERE stream = ? AND fate = 'refused' ORDER BY first",
        (stream.stream,),
    )
    for first, last, reason in runs:
        for reading in _readings(connection, stream, first, last):
            yield Refused(reading, decode(reason))


def places(connection: sqlite3.Connection, ids: Iterable[int]) -> list[tuple[int, int]]:
    """The stream and the seq of each reading in the file that has one of `ids`."""
    return [place for id_ in ids if (place := _place(connection, id_))]


def oldest(connection: sqlite3.Connection, stream: Stream) -> Reading | None:
    """The first pending reading of a stream, for whatever account; None if no reading is pending."""
    first, _ = next(ranges.gaps(connection, stream.stream, 1))
    return next(_readings(connection, stream, first, first), None)


def last_refused(connection: sqlite3.Connection, stream: Stream, limit: int) -> list[Refused]:
    """The newest refused readings of a stream: at most `limit`, oldest first."""
    if not stream.refused:
        return []
    found: list[Refused] = []
    with _one_instant(connection):
        runs = connection.execute(
            "SELECT first, last, reason FROM settled INDEXED BY refused_run"
            " WHERE stream = ? AND fate = 'refused' ORDER BY first DESC LIMIT ?",
            (stream.stream, limit),
        ).fetchall()
        for first, last, reason in runs:
            first = max(first, last - (limit - len(found)) + 1)
            part = [
                Refused(reading, decode(reason)) for reading in _readings(connection, stream, first, last)
            ]
            found = part + found
            if len(found) >= limit:
                break
    return found


def last_forwarded(connection: sqlite3.Connection, stream: Stream) -> Reading | None:
    """The newest forwarded reading of a stream; None if there is none, or if it has been pruned."""
    if not stream.forwarded:
        return None
    with _one_instant(connection):
        row = connection.execute(
            "SELECT last FROM settled WHERE stream = ? AND fate = 'forwarded' ORDER BY first DESC LIMIT 1",
            (stream.stream,),
        ).fetchone()
        return next(_readings(connection, stream, row[0], row[0]), None) if row else None


def _place(connection: sqlite3.Connection, id_: int) -> tuple[int, int] | None:
    # The segments of a commit share `first_id`, which grows from commit to commit, as `segment` does.
    # Two queries: SQLite would read the whole table for both in one.
    (low,) = connection.execute("SELECT min(segment) FROM segment").fetchone()
    (high,) = connection.execute("SELECT max(segment) FROM segment").fetchone()
    while low is not None and low < high:
        middle = (low + high + 1) // 2
        segment, first_id = connection.execute(
            "SELECT segment, first_id FROM segment WHERE segment <= ? ORDER BY segment DESC LIMIT 1",
            (middle,),
        ).fetchone()
        low, high = (middle, high) if first_id <= id_ else (low, segment - 1)
    commit = None
    for first_id, stream, first_seq, ids in connection.execute(
        "SELECT first_id, stream, first_seq, ids FROM segment WHERE segment <= ? ORDER BY segment DESC",
        (low,),
    ):
        commit = first_id if commit is None else commit
        if first_id != commit:
            break
        if id_ >= first_id and (place := place_of(ids, id_ - first_id)) is not None:
            return stream, first_seq + place
    return None


def _first(limit: int, readings: Iterable[Reading]) -> list[Reading]:
    found: list[Reading] = []
    for reading in readings:
        found.append(reading)
        if len(found) == limit:
            break
    return found


def _marks(
    connection: sqlite3.Connection, stream: Stream, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """The ranges of seqs within `first`…`last` that are marked to be sent again."""
    rows = connection.execute(
        "SELECT first, last FROM resent WHERE stream = ? AND first <= ? AND last >= ? ORDER BY first",
        (stream.stream, last, first),
    )
    for row_first, row_last in rows:
        yield max(first, row_first), min(last, row_last)


def _readings(connection: sqlite3.Connection, stream: Stream, first: int, last: int) -> Iterator[Reading]:
    """The readings `first`…`last` of a stream, except pruned ones."""
    rows = connection.execute(
        "SELECT first_id, first_seq, ids, times, vals FROM segment WHERE stream = :stream"
        " AND first_seq BETWEEN (SELECT coalesce(max(first_seq), :first) FROM segment"
        " WHERE stream = :stream AND first_seq <= :first) AND :last ORDER BY first_seq",
        {"stream": stream.stream, "first": first, "last": last},
    )
    for first_id, first_seq, ids, times, values in rows:
        columns = zip(
            unpack_ids(ids, first_id),
            range(first_seq, first_seq + len(times) // 8),
            unpack_values(values),
            unpack_times(times),
            strict=True,
        )
        for id_, seq, value, at_us in columns:
            if first <= seq <= last:
                yield Reading(id_, stream.stream, seq, stream.target, value, at_us)


@contextmanager
def _one_instant(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")
