"""The newest reading of each stream, so that a window shows them before the next ones come.

Invariant: a stream without a readable segment has none; nothing is raised for it, because who needs its
readings will say so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from app.journal.streams.segments import unpack_times, unpack_values
from app.journal.streams.stream import Stream
from app.wire.datastreams import Value


def newest(
    connection: sqlite3.Connection, streams: Iterable[Stream]
) -> dict[tuple[str, str], tuple[Value, int]]:
    """The newest value of each device and target, with its time (microseconds since 1970, UTC)."""
    found = {}
    for stream in streams:
        try:
            rows = connection.execute(
                "SELECT times, vals FROM segment WHERE stream = ? ORDER BY first_seq DESC LIMIT 1",
                (stream.stream,),
            ).fetchall()
            for times, values in rows:
                found[stream.device, stream.target] = unpack_values(values)[-1], unpack_times(times)[-1]
        except (sqlite3.Error, ValueError, IndexError):
            continue
    return found
