"""Looks up what a journal has of a device, before a bench opens the journal.

Invariant: the journal is opened for reading only, so that nothing in it changes.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.journal.clock_marks import last_arrival_us
from app.journal.file.schema import JournalError, one_instant
from app.journal.status import EarlierReadings
from app.journal.streams.stream import read_streams

_WITH_ACCOUNTS = 2
"""The first version of the journal's tables that has the accounts of readings."""


def find(journal: Path, device: str) -> EarlierReadings:
    """What `journal` has of `device`: nothing if there is no such journal, or if it cannot be read.

    A bench that opens such a file says why it cannot be read.
    """
    if not journal.exists():
        return EarlierReadings()
    try:
        with one_instant(journal, version=_WITH_ACCOUNTS) as connection:
            streams = [stream for stream in read_streams(connection) if stream.device == device]
            last_at_us = last_arrival_us(connection, device)
    except (JournalError, sqlite3.Error, OSError):
        return EarlierReadings()
    counts = [stream.counts() for stream in streams]
    unassigned = sum(stream.unassigned for stream in streams)
    return EarlierReadings(
        sum(count.readings for count in counts),
        last_at_us,
        sum(count.pending for count in counts) - unassigned,
        unassigned,
    )
