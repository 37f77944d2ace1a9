"""Stores clock marks. Each mark is for one device.

A mark records that the computer's clock was set, and which reading of the device came next.

Invariant: between two marks of a device, the times of the device's readings never decrease, even if the
program was restarted in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from app.wire.arrival import ClockMark


def write_marks(connection: sqlite3.Connection, marks: Iterable[tuple[str, int, ClockMark]]) -> None:
    """Store clock marks in an open transaction.

    Each item of `marks` consists of a device, the id of the device's first reading after the computer's clock
    was set, and the clock mark.
    """
    connection.executemany(
        "INSERT INTO clock_mark (device, first_id, at_us, monotonic_us, stepped_us)"
        " SELECT device, ?, ?, ?, ? FROM device WHERE name = ?",
        [(first_id, *mark, device) for device, first_id, mark in marks],
    )


def last_arrival_us(connection: sqlite3.Connection, device: str) -> int | None:
    """When the newest reading of `device` arrived (µs since 1970, UTC); None if there is no reading."""
    ends = connection.execute(
        "SELECT first_id, substr(ids, -4), substr(times, -8) FROM stream JOIN device USING (device)"
        " JOIN segment ON segment.stream = stream.stream AND first_seq ="
        " (SELECT max(first_seq) FROM segment WHERE segment.stream = stream.stream) WHERE name = ?",
        (device,),
    ).fetchall()
    newest = max(ends, key=lambda end: end[0] + int.from_bytes(end[1], "little"), default=None)
    return newest and int.from_bytes(newest[2], "little", signed=True)
