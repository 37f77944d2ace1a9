"""Writes the journal as CSV, in the order of arrival, with the fate of each reading.

Invariants: memory does not grow with the journal, because only the readings of one commit are in memory at a
time; commits made after the export began are not exported; text that a spreadsheet would run as a formula is
made harmless, numbers are not changed; everything readable in a damaged journal is exported, and missing
readings are reported.
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
_PROGRESS_EVERY = 10_000


class Selection(NamedTuple):
    """Which readings to export: those of `device` from `from_us` up to, but not including, `to_us`.

    None means no restriction. Times are in microseconds since 1970, UTC.
    """

    device: str | None = None
    from_us: int | None = None
    to_us: int | None = None

    def takes(self, device: str, at_us: int) -> bool:
        """Whether a reading of `device` that arrived at `at_us` is selected."""
        return (
            self.device in (None, device)
            and (self.from_us is None or at_us >= self.from_us)
            and (self.to_us is None or at_us < self.to_us)
        )


class Exported(NamedTuple):
    """The result of an export: how many readings were written, and messages about missing readings."""

    readings: int
    unreadable: list[Message]
    """Messages about readings that are missing because the journal is damaged."""


class Table:
    """A CSV table of readings, with its header."""

    def __init__(self, output: TextIO, separator: str, decimal: str) -> None:
        self._decimal = decimal
        self._writer = csv.writer(output, delimiter=separator, lineterminator="\n")
        self._writer.writerow(HEADER)

    def add(self, id_: int, at_us: int, device: str, target: str, value: Value, fate: str) -> None:
        """Add a reading that arrived at `at_us` (microseconds since 1970, UTC)."""
        cell = _cell(value, self._decimal)
        self._writer.writerow((id_, iso_time(at_us), _harmless(device), target, cell, fate))


def export(
    journal: Path,
    output: TextIO,
    selection: Selection,
    *,
    separator: str = ",",
    decimal: str = ".",
    progress: Callable[[int, int], object] | None = None,
) -> Exported:
    """Write the selected readings of `journal` to `output`.

    `progress` is called with the number of segments read so far and the number of all segments. Raises
    JournalError if neither the journal nor a recovered copy can be read.
    """
    with closing(Look(journal)) as look:
        salvage = Salvage(look)
        table = Table(output, separator, decimal)
        written = unreported = 0
        for place, rows in _commits(salvage, Fates(look)):
            unreported += len(rows)
            if progress and unreported >= _PROGRESS_EVERY:
                unreported = 0
                progress(place, salvage.total)
            for id_, at_us, device, target, value, fate in rows:
                if selection.takes(device, at_us):
                    written += 1
                    table.add(id_, at_us, device, target, value, fate)
        if progress:
            progress(salvage.total, salvage.total)
        return Exported(written, salvage.unreadable())


def iso_time(at_us: int) -> str:
    """`at_us` (µs since 1970, UTC) as ISO 8601 text with microseconds."""
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_Row = tuple[int, int, str, str, Value, str]


def _commits(salvage: Salvage, fates: Fates) -> Iterator[tuple[int, list[_Row]]]:
    """The readings of the journal, grouped by commit.

    Each item has the place of the commit's last segment (see `Segment.place`), and the commit's readings in
    the order of arrival.
    """
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
