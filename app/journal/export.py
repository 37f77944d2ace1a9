"""The journal as a CSV file, in the order of arrival, with what became of each reading.

Invariants: memory does not grow with the journal, for one commit is held at a time; the export sees the
journal as of its start; text that a spreadsheet would run as a formula is defused, numbers are untouched.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TextIO

from app.journal.ranges import END
from app.journal.schema import open_for_reading
from app.journal.segments import unpack_ids, unpack_times, unpack_values
from app.wire.datastreams import Value, sent_as
from app.wire.streams import Fate

HEADER = ("id", "received_at", "device", "target", "value", "fate")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Selection(NamedTuple):
    """Which readings to export; None is no limit. Times in microseconds since 1970, UTC, end excluded."""

    device: str | None = None
    from_us: int | None = None
    to_us: int | None = None

    def takes(self, device: str, at_us: int) -> bool:
        """Whether a reading belongs to the export."""
        return (
            self.device in (None, device)
            and (self.from_us is None or at_us >= self.from_us)
            and (self.to_us is None or at_us < self.to_us)
        )


def export(
    journal: Path,
    output: TextIO,
    selection: Selection,
    *,
    separator: str = ",",
    decimal: str = ".",
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the selected readings of `journal` to `output`; how many there were.

    `progress` is told readings seen and readings in all. Raises JournalError.
    """
    connection = open_for_reading(journal)
    try:
        connection.execute("BEGIN")
        writer = csv.writer(output, delimiter=separator, lineterminator="\n")
        writer.writerow(HEADER)
        total = connection.execute("SELECT coalesce(sum(count), 0) FROM segment").fetchone()[0]
        seen = written = 0
        for rows in _commits(connection):
            seen += len(rows)
            if progress:
                progress(seen, total)
            for id_, at_us, device, target, value, fate in rows:
                if selection.takes(device, at_us):
                    written += 1
                    writer.writerow((id_, iso_time(at_us), device, target, _cell(value, decimal), fate))
        return written
    finally:
        connection.close()


def iso_time(at_us: int) -> str:
    """ISO 8601, UTC, with microseconds."""
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_Row = tuple[int, int, str, str, Value, str]


def _commits(connection: sqlite3.Connection) -> Iterator[list[_Row]]:
    """The readings of each commit, in the order of arrival."""
    segments = connection.execute(
        "SELECT segment.first_id, stream, first_seq, ids, times, vals, name, target"
        " FROM segment JOIN stream USING (stream) JOIN device USING (device) ORDER BY segment"
    )
    fates = _Fates(connection)
    rows: list[_Row] = []
    open_id = None
    for first_id, stream, first_seq, ids, times, values, device, target in segments:
        if first_id != open_id and rows:
            yield sorted(rows, key=lambda row: row[0])
            rows = []
        open_id = first_id
        columns = zip(unpack_ids(ids, first_id), unpack_times(times), unpack_values(values), strict=True)
        for seq, (id_, at_us, value) in enumerate(columns, first_seq):
            rows.append((id_, at_us, device, target, value, fates.of(stream, seq)))
    if rows:
        yield sorted(rows, key=lambda row: row[0])


class _Fates:
    """Looks up fates for seqs that rise within each stream: one run of each stream is held at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[int, tuple[int, int, str]] = {}

    def of(self, stream: int, seq: int) -> str:
        run = self._runs.get(stream)
        if run is None or seq > run[1]:
            run = self._runs[stream] = self._next_run(stream, seq)
        return run[2] if seq >= run[0] else Fate.PENDING

    def _next_run(self, stream: int, seq: int) -> tuple[int, int, str]:
        row = self._connection.execute(
            "SELECT first, last, fate FROM settled WHERE stream = ? AND first >="
            " (SELECT coalesce(max(first), 0) FROM settled WHERE stream = ? AND first <= ?)"
            " AND last >= ? ORDER BY first LIMIT 1",
            (stream, stream, seq, seq),
        ).fetchone()
        return row or (END, END, Fate.PENDING)


def _cell(value: Value, decimal: str) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    text = sent_as(value)
    return text.replace(".", decimal) if decimal != "." and not isinstance(value, tuple) else text
