"""Writes the readings of a journal as a table, in the order of arrival.

Invariants: memory does not grow with the journal, because only the readings of one commit are in memory at a
time; commits made after the export began are not exported; everything readable in a damaged journal is
exported, and missing readings are reported. Segments without a selected reading are not unpacked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from app.journal.export.form import PLAIN, Form, Layout
from app.journal.export.form import Selection as Selection
from app.journal.export.headings import Key
from app.journal.export.tables import Row
from app.journal.export.writing import write
from app.journal.file.recovery import Look
from app.journal.file.salvage import Fates, Salvage, Segment
from app.messages.message import Message

_PROGRESS_EVERY = 10_000


class Exported(NamedTuple):
    """The result of an export: how many readings were written, and messages about missing readings."""

    readings: int
    unreadable: list[Message]
    """Messages about readings that are missing because the journal is damaged."""


def export(
    journal: Path,
    output: TextIO | BinaryIO,
    selection: Selection,
    form: Form = PLAIN,
    labels: Mapping[Key, str] = {},
    *,
    progress: Callable[[int, int], object] | None = None,
    most_rows: int | None = None,
) -> Exported:
    """Write the selected readings of `journal` to `output`; see `write` for the other parameters.

    `progress` is called with the number of segments read so far and the number of all segments; a wide table
    reads them twice. Raises JournalError if neither the journal nor a recovered copy can be read.
    """
    with closing(Look(journal)) as look:
        source = _Readings(look, selection, form.layout, progress)
        readings = write(source, output, form, labels, most_rows)
        return Exported(readings, source.unreadable())


class _Readings:
    """The selected readings of a journal. Both times it is read, it is as at the same instant."""

    def __init__(
        self,
        look: Look,
        selection: Selection,
        layout: Layout,
        progress: Callable[[int, int], object] | None,
    ) -> None:
        self._look, self._selection, self._progress = look, selection, progress
        self._is_wide = layout is Layout.WIDE
        self._before = 0
        """How many segments were read before the present pass."""

    def streams(self) -> dict[Key, bool]:
        """The datastreams that have selected readings, and whether all their values are numbers.

        This finds the same damage as `rows`, which therefore has readings of no other datastream.
        """
        was_recovered = self._look.is_recovered
        salvage, found, unreported = Salvage(self._look), dict[Key, bool](), 0
        for outline in salvage.outlines():
            unreported += len(outline.times_us)
            if unreported >= _PROGRESS_EVERY:
                unreported = 0
                self._tell(outline.place, salvage)
            if self._selection.takes_any(outline.device, outline.target, outline.times_us):
                key = outline.device, outline.target
                found[key] = found.get(key, True) and outline.are_numbers
        if self._look.is_recovered and not was_recovered:
            # The recovered copy may have more, or other names: read all of it.
            return self.streams()
        self._before = salvage.total
        return found

    def rows(self) -> Iterator[Row]:
        """The selected readings, in the order of arrival. Only the long layout has their fates."""
        self._salvage = salvage = Salvage(self._look)
        is_period = self._selection.has_period
        wants_all = self._selection == Selection()
        segments = salvage.segments(None if wants_all else self._selection.takes_any)
        fates = None if self._is_wide else Fates(self._look)
        unreported = 0
        for _, commit in groupby(segments, attrgetter("first_id")):
            commit_segments = list(commit)
            unreported += sum(segment.size for segment in commit_segments)
            if unreported >= _PROGRESS_EVERY:
                unreported = 0
                self._tell(commit_segments[-1].place, salvage)
            rows = sorted(row for segment in commit_segments for row in _rows(segment, fates))
            if is_period:
                yield from (row for row in rows if self._selection.takes(row.device, row.target, row.at_us))
            else:
                yield from rows
        self._tell(salvage.total, salvage)

    def unreadable(self) -> list[Message]:
        """Messages about missing readings. Call this only after reading all of `rows`."""
        return self._salvage.unreadable()

    def _tell(self, read: int, salvage: Salvage) -> None:
        if self._progress:
            self._progress(self._before + read, salvage.total * (2 if self._is_wide else 1))


def _rows(segment: Segment, fates: Fates | None) -> Iterator[Row]:
    device, target = segment.device, segment.target
    if not fates:
        for id_, at_us, value in segment.readings:
            yield Row(id_, at_us, device, target, value, "")
        return
    for seq, (id_, at_us, value) in enumerate(segment.readings, segment.first_seq):
        yield Row(id_, at_us, device, target, value, fates.of(segment.stream, seq))
