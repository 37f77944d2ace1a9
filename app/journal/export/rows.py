"""The journal as a CSV file, in the order of arrival, with what became of each reading.

Invariants: memory does not grow with the journal, for one commit is held at a time; the export sees the
journal as of its start; text that a spreadsheet would run as a formula is defused, numbers are untouched;
of a damaged journal all that can be read is given, and what cannot is named.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TextIO

from app.journal.file.recovery import Look
from app.journal.file.salvage import Fates, Salvage, Segment
from app.messages.message import Message
from app.wire.datastreams import Value, sent_as

HEADER = ("id", "received_at", "device", "target", "value", "fate")
_EPOCH = datetime(1970, 1, 1)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TOLD_EVERY = 10_000


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


class Exported(NamedTuple):
    """How an export ended."""

    readings: int
    unreadable: list[Message]
    """What of a damaged journal is missing."""


def export(
    journal: Path,
    output: TextIO,
    selection: Selection,
    *,
    separator: str = ",",
    decimal: str = ".",
    progress: Callable[[int, int], None] | None = None,
) -> Exported:
    """Write the selected readings of `journal` to `output`.

    `progress` is told how much of the journal has been seen, of how much. Raises JournalError.
    """
    with closing(Look(journal)) as look:
        salvage = Salvage(look)
        writer = csv.writer(output, delimiter=separator, lineterminator="\n")
        writer.writerow(HEADER)
        written = untold = 0
        for place, rows in _commits(salvage, Fates(look)):
            untold += len(rows)
            if progress and untold >= _TOLD_EVERY:
                untold = 0
                progress(place, salvage.total)
            for id_, at_us, device, target, value, fate in rows:
                if selection.takes(device, at_us):
                    written += 1
                    writer.writerow(
                        (id_, iso_time(at_us), _harmless(device), target, _cell(value, decimal), fate)
                    )
        if progress:
            progress(salvage.total, salvage.total)
        return Exported(written, salvage.unreadable())


def iso_time(at_us: int) -> str:
    """ISO 8601, UTC, with microseconds."""
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_Row = tuple[int, int, str, str, Value, str]


def _commits(salvage: Salvage, fates: Fates) -> Iterator[tuple[int, list[_Row]]]:
    """The readings of each commit in the order of arrival, and how much of the journal lies before them."""
    for _, commit in groupby(salvage.segments(), attrgetter("first_id")):
        segments = list(commit)
        yield segments[-1].place, sorted(row for segment in segments for row in _rows(segment, fates))


def _rows(segment: Segment, fates: Fates) -> Iterator[_Row]:
    for seq, (id_, at_us, value) in enumerate(segment.readings, segment.first_seq):
        yield id_, at_us, segment.device, segment.target, value, fates.of(segment.stream, seq)


def _cell(value: Value, decimal: str) -> str:
    if isinstance(value, str):
        return _harmless(value)
    text = sent_as(value)
    return text if isinstance(value, tuple) else text.replace(".", decimal)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
