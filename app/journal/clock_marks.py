"""Clock marks in the journal: each says before which reading of a device the computer's clock was set.

Invariant: between two marks of a device, the times of its readings never decrease, even across restarts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from app.wire.arrival import ClockMark


def write_marks(connection: sqlite3.Connection, marks: Iterable[tuple[str, int, ClockMark]]) -> None:
    """Store `marks` in an open transaction.

    Each mark comes with its device and the id of the first reading after it.
    """
    connection.executemany(
        "INSERT INTO clock_mark (device, first_id, at_us, monotonic_us, stepped_us)"
        " SELECT device, ?, ?, ?, ? FROM device WHERE name = ?",
        [(first_id, *mark, device) for device, first_id, mark in marks],
    )


def last_arrival_us(connection: sqlite3.Connection, device: str) -> int | None:
    """The arrival time (µs since 1970, UTC) of the newest reading of `device` in the journal, or None."""
    ends = connection.execute(
        "SELECT first_id, substr(ids, -4), substr(times, -8) FROM stream JOIN device USING (device)"
        " JOIN segment ON segment.stream = stream.stream AND first_seq ="
        " (SELECT max(first_seq) FROM segment WHERE segment.stream = stream.stream) WHERE name = ?",
        (device,),
    ).fetchall()
    newest = max(ends, key=lambda end: end[0] + int.from_bytes(end[1], "little"), default=None)
    return newest and int.from_bytes(newest[2], "little", signed=True)
