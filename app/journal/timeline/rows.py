"""The rows of the timeline in the journal's file: events, runs of the program, and markers.

A run of the program is a row of the table `event` too, of a kind of its own: it began at `at_us`, and the
program is known to have run until `until_us`.

Invariants: a row belongs to the device that has the given name when it is written; nothing is written for a
device that is not in the journal; of each device, the newest `KEPT` rows of rejected lines are kept, and the
newest `KEPT` of all others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from app.journal.clock_marks import last_arrival_us
from app.messages.stored import decode, encode
from app.wire.timeline import Event, EventKind, Marker

KEPT = 10_000
_RUN = "run"


class _Params(msgspec.Struct, frozen=True, omit_defaults=True):
    """The column `params`: what an event or a run has besides its kind and its times."""

    target: str = ""
    count: int = 0
    detail: str = ""
    reason: str = ""
    since_us: int | None = None
    has_ended: bool = False


_PARAMS = msgspec.json.Decoder(_Params)


class Run(NamedTuple):
    """A run of the program with a device."""

    number: int
    began_us: int
    until_us: int
    """The last time at which it is known to have run. All times are in microseconds since 1970, UTC."""
    since_us: int | None = None
    """When the run before it ended; None if there was none."""
    has_ended: bool = False
    """Whether it has ended properly: a crash or a power cut does not."""


class LastNumbers(NamedTuple):
    """The highest numbers in a journal; 0 where there is nothing."""

    event: int
    marker: int


def write_events(
    connection: sqlite3.Connection, device: str, events: Iterable[Event], run: Run | None
) -> None:
    """Write new and changed rows of `device` in an open transaction.

    Events of earlier runs that last, because a crash has kept the program from noting their end, end when
    the run before `run` ended.
    """
    row = connection.execute("SELECT device FROM device WHERE name = ?", (device,)).fetchone()
    if row is None:
        return
    rows: list[tuple[object, ...]] = [
        (event.number, *row, event.at_us, event.until_us, event.kind, _encoded(_params_of(event)))
        for event in events
    ]
    if run:
        params = _Params(since_us=run.since_us, has_ended=run.has_ended)
        rows.append((run.number, *row, run.began_us, run.until_us, _RUN, _encoded(params)))
        connection.execute(
            "UPDATE event SET until_us = max(at_us, ?) WHERE device = ? AND until_us IS NULL AND event < ?",
            (run.began_us if run.since_us is None else run.since_us, *row, run.number),
        )
    connection.executemany("INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?)", rows)


def delete_events(connection: sqlite3.Connection, device: str, last: int) -> None:
    """Delete the events and runs of `device` up to the number `last`, in an open transaction."""
    connection.execute(
        "DELETE FROM event WHERE device = (SELECT device FROM device WHERE name = ?) AND event <= ?",
        (device, last),
    )


def write_markers(connection: sqlite3.Connection, markers: Iterable[Marker], removed: Iterable[int]) -> None:
    """Write new and changed markers, and remove others by their numbers, in an open transaction."""
    connection.executemany("DELETE FROM marker WHERE marker = ?", [(number,) for number in removed])
    connection.executemany(
        "INSERT OR REPLACE INTO marker SELECT ?1, device, ?3, ?4 FROM"
        " (SELECT device FROM device WHERE name = ?2 UNION ALL SELECT NULL WHERE ?2 = '')",
        markers,
    )


def read_events(connection: sqlite3.Connection, device: str, last: int = (1 << 63) - 1) -> list[Event]:
    """The events of `device` up to the number `last`, in the order in which they happened.

    None if the file is of an older version.
    """
    if not has_tables(connection):
        return []
    rows = connection.execute(
        "SELECT event, at_us, until_us, kind, params FROM event JOIN device USING (device)"
        " WHERE name = ? AND event <= ? ORDER BY event",
        (device, last),
    ).fetchall()
    return [event for row in rows if (event := _event(*row))]


def read_markers(connection: sqlite3.Connection) -> list[Marker]:
    """All markers in the order of their numbers; none if the file is of an older version."""
    if not has_tables(connection):
        return []
    rows = connection.execute(
        "SELECT marker, coalesce(name, ''), at_us, note FROM marker LEFT JOIN device USING (device)"
        " ORDER BY marker"
    )
    return [Marker(*row) for row in rows]


def last_numbers(connection: sqlite3.Connection) -> LastNumbers:
    """The highest numbers of events and of markers."""
    queries = ("SELECT coalesce(max(event), 0) FROM event", "SELECT coalesce(max(marker), 0) FROM marker")
    return LastNumbers(*(connection.execute(query).fetchone()[0] for query in queries))


def seam_before(connection: sqlite3.Connection, device: str, now_us: int) -> int | None:
    """When the program last ran for `device`; None if it never did.

    If its last run has not ended properly, this is the last sign of life that the journal has of any device,
    up to `now_us`.
    """
    row = connection.execute(
        "SELECT until_us, params FROM event JOIN device USING (device)"
        " WHERE name = ? AND kind = ? ORDER BY event DESC LIMIT 1",
        (device, _RUN),
    ).fetchone()
    if row is None:
        return last_arrival_us(connection, device)
    until_us: int = row[0]
    if _PARAMS.decode(row[1]).has_ended:
        return until_us
    return max([until_us, *(at_us for at_us in _signs_of_life(connection) if at_us <= now_us)])


def _signs_of_life(connection: sqlite3.Connection) -> Iterator[int]:
    """The times of the newest readings and of the newest events."""
    rows = connection.execute("SELECT substr(times, -8) FROM segment ORDER BY segment DESC LIMIT 1")
    for (time,) in rows:
        yield int.from_bytes(time, "little", signed=True)
    rows = connection.execute("SELECT at_us, until_us FROM event ORDER BY event DESC LIMIT 100")
    for at_us, until_us in rows:
        yield until_us or at_us


def bound(connection: sqlite3.Connection) -> None:
    """Delete the oldest rows of each device that has more than are kept, in an open transaction."""
    devices = connection.execute("SELECT DISTINCT device FROM event").fetchall()
    for (device,) in devices:
        for which in ("=", "<>"):
            connection.execute(
                f"DELETE FROM event WHERE device = ?1 AND kind {which} ?2 AND event <= ("  # noqa: S608
                f" SELECT event FROM event WHERE device = ?1 AND kind {which} ?2"
                " ORDER BY event DESC LIMIT 1 OFFSET ?3)",
                (device, EventKind.REJECTED, KEPT),
            )


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether the file has a timeline; not if it is of an older version, and was not brought up to date."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'event'")
    return found.fetchone() is not None


def _event(number: int, at_us: int, until_us: int | None, kind: str, params: str) -> Event | None:
    """The event of a row. Of a run, the time before it; None if that is not known."""
    found = _PARAMS.decode(params)
    if kind == _RUN:
        if found.since_us is None:
            return None
        return Event(number, EventKind.NOT_RUNNING, found.since_us, at_us)
    reason = decode(found.reason) if found.reason else None
    return Event(number, EventKind(kind), at_us, until_us, found.target, found.count, found.detail, reason)


def _params_of(event: Event) -> _Params:
    reason = encode(event.reason) if event.reason else ""
    return _Params(event.target, event.count, event.detail, reason)


def _encoded(params: _Params) -> str:
    return msgspec.json.encode(params).decode()
