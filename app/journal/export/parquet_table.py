"""Writes a table as Parquet, if the library pyarrow is installed. It is imported only when it is used.

Invariants: memory holds one row group, which has a limited number of cells; times in UTC have that zone,
local ones have none, and elapsed ones are seconds; a column is of numbers or of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from app.journal.export.form import Form, TimeForm
from app.journal.export.tables import Column, Kind, Record
from app.journal.file.schema import JournalError
from app.program.libraries import has_pyarrow
from app.wire.datastreams import sent_as

if TYPE_CHECKING:
    import pyarrow

_CELLS = 1_000_000
"""How many cells are collected before they are written."""


class ParquetTable:
    """A Parquet table. It is complete only after `close`."""

    def __init__(self, output: BinaryIO, form: Form, columns: Sequence[Column]) -> None:
        """Raises JournalError if pyarrow is not installed."""
        if not has_pyarrow():
            raise JournalError("parquet_needs_pyarrow")
        import pyarrow
        from pyarrow import parquet

        self._is_elapsed = form.time is TimeForm.ELAPSED
        self._columns = columns
        zone = "UTC" if form.time is TimeForm.UTC else None
        types = {
            Kind.ID: pyarrow.int64(),
            Kind.TIME: pyarrow.float64() if self._is_elapsed else pyarrow.timestamp("us", zone),
            Kind.NUMBER: pyarrow.float64(),
        }
        self._schema: pyarrow.Schema = pyarrow.schema(
            [(column.name, types.get(column.kind, pyarrow.string())) for column in columns]
        )
        self._writer = parquet.ParquetWriter(output, self._schema)
        self._records: list[Record] = []
        self._most = max(1, _CELLS // len(columns))

    def add(self, record: Record) -> None:
        """Take a row. It is written with others."""
        self._records.append(record)
        if len(self._records) >= self._most:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        try:
            self._flush()
        finally:
            self._end()

    def _end(self) -> None:
        try:
            self._writer.close()
        finally:
            # If the disk is full, pyarrow would try again when the object is deleted.
            self._writer.is_open = False

    def _flush(self) -> None:
        import pyarrow

        if not self._records:
            return
        arrays = [
            pyarrow.array(self._cells(column.kind, cells), field.type)
            for column, field, cells in zip(
                self._columns, self._schema, zip(*self._records, strict=True), strict=True
            )
        ]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._records = []

    def _cells(self, kind: Kind, cells: Sequence[Any]) -> Sequence[Any]:
        if kind is Kind.TIME and self._is_elapsed:
            return [elapsed_us / 1e6 for elapsed_us in cells]
        if kind is Kind.VALUE:
            return [None if value is None else sent_as(value) for value in cells]
        return cells
