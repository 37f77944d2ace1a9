"""Writes readings from any source as a table of any form.

Invariants: the readings are those of the source, in its order; no more than some rows are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol, TextIO, cast

from app.journal.export.csv_table import CsvTable
from app.journal.export.form import FileKind, Form, Layout
from app.journal.export.headings import Key
from app.journal.export.parquet_table import ParquetTable
from app.journal.export.tables import Column, Long, Record, Row, Wide
from app.journal.file.schema import JournalError


class Source(Protocol):
    """Where readings come from."""

    def streams(self) -> Mapping[Key, bool]:
        """The datastreams that have readings, and whether all their values are numbers.

        If it is called, then before `rows`.
        """

    def rows(self) -> Iterator[Row]:
        """The readings, in the order of arrival."""


def write(
    source: Source,
    output: TextIO | BinaryIO,
    form: Form,
    labels: Mapping[Key, str],
    most_rows: int | None = None,
) -> int:
    """Write the readings of `source` to `output`. Returns how many there were.

    `output` takes text for CSV, bytes for Parquet. `labels` are the headings of datastreams in the wide
    layout; without one, the target is the heading. Raises JournalError if there would be more rows than
    `most_rows`, or if Parquet cannot be written.
    """
    layout = Wide(form, source.streams(), labels) if form.layout is Layout.WIDE else Long(form)
    table = _table(output, form, layout.columns)
    readings = written = 0

    def add(record: Record | None) -> None:
        nonlocal written
        if record is None:
            return
        if most_rows is not None and written == most_rows:
            raise JournalError("too_many_rows", count=most_rows)
        written += 1
        table.add(record)

    try:
        for row in source.rows():
            readings += 1
            add(layout.take(row))
        add(layout.end())
    finally:
        table.close()
    return readings


def _table(output: TextIO | BinaryIO, form: Form, columns: Sequence[Column]) -> CsvTable | ParquetTable:
    if form.kind is FileKind.PARQUET:
        return ParquetTable(cast(BinaryIO, output), form, columns)
    return CsvTable(cast(TextIO, output), form, columns)
