"""Exports the timeline of a journal as CSV: the user's markers, and what happened to the devices.

Invariants: as for readings, the file appears only when it is complete, is never a journal, and no cell is run
as a formula by a spreadsheet; a journal of an older version, which has no timeline, gives an empty table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from app.journal.export.cells import harmless, iso_time
from app.journal.export.file import check_is_no_journal, write_whole
from app.journal.export.form import PLAIN
from app.journal.export.rows import Exported, Selection
from app.journal.file.schema import one_instant
from app.journal.streams.stream import read_devices
from app.journal.timeline.rows import read_events, read_markers
from app.wire.timeline import Event

MARKERS = ("at", "device", "note")
EVENTS = ("at", "until", "device", "kind", "target", "count", "detail")


def export_markers(journal: Path, path: Path, selection: Selection, separator: str) -> int:
    """Write the selected markers to the CSV file `path`. Returns their number.

    Markers of the whole bench have no device, and belong to each selection of a device. Raises JournalError
    or OSError.
    """
    with one_instant(journal) as connection:
        rows = [
            (iso_time(marker.at_us), harmless(marker.device), harmless(marker.note))
            for marker in sorted(read_markers(connection), key=lambda marker: (marker.at_us, marker.number))
            if (not marker.device or selection.takes_device(marker.device))
            and selection.takes_time(marker.at_us)
        ]
    return _write(journal, path, separator, MARKERS, rows)


def export_events(journal: Path, path: Path, selection: Selection, separator: str) -> int:
    """Write the selected events to the CSV file `path`, in the order in which they happened.

    An event is selected by the time when it happened or began. Returns their number. Raises JournalError or
    OSError.
    """
    with one_instant(journal) as connection:
        found = [
            (event.number, device, event)
            for device in read_devices(connection)
            for event in read_events(connection, device)
            if selection.takes_device(device) and selection.takes_time(event.at_us)
        ]
    found.sort(key=lambda entry: entry[0])
    return _write(journal, path, separator, EVENTS, [_cells(device, event) for _, device, event in found])


def _cells(device: str, event: Event) -> tuple[str, ...]:
    until = "" if event.until_us is None else iso_time(event.until_us)
    detail = str(event.reason) if event.reason else event.detail
    count = str(event.count) if event.count else ""
    return iso_time(event.at_us), until, harmless(device), event.kind, event.target, count, harmless(detail)


def _write(
    journal: Path, path: Path, separator: str, header: Sequence[str], rows: Sequence[Iterable[str]]
) -> int:
    def write(stream: TextIO | BinaryIO) -> Exported:
        writer = csv.writer(cast(TextIO, stream), delimiter=separator, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        return Exported(len(rows), [])

    check_is_no_journal(path, journal)
    return write_whole(path, PLAIN, write).readings
