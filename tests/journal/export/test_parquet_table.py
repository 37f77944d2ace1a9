"""Parquet files have the types of their columns, are written in pieces, and need pyarrow."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pyarrow
import pytest
from pyarrow import parquet

from app.journal.export import parquet_table
from app.journal.export.form import FileKind, Form, Layout, TimeForm
from app.journal.export.parquet_table import ParquetTable
from app.journal.export.tables import Column, Kind, Record
from app.journal.file.schema import JournalError

COLUMNS = (
    *(Column("id", Kind.ID), Column("time", Kind.TIME), Column("device", Kind.TEXT)),
    *(Column("Temperature (°C)", Kind.NUMBER), Column("=any", Kind.VALUE)),
)
AT_US = 1_780_000_000_123_456


def form(time: TimeForm) -> Form:
    return Form(Layout.WIDE, time, FileKind.PARQUET)


def written(*records: Record, time: TimeForm = TimeForm.UTC) -> pyarrow.Table:
    output = io.BytesIO()
    table = ParquetTable(output, form(time), COLUMNS)
    for record in records:
        table.add(record)
    table.close()
    return parquet.read_table(io.BytesIO(output.getvalue()))


@pytest.mark.parametrize(
    ("time", "kind"),
    [
        (TimeForm.UTC, pyarrow.timestamp("us", "UTC")),
        (TimeForm.LOCAL, pyarrow.timestamp("us")),
        (TimeForm.ELAPSED, pyarrow.float64()),
    ],
)
def test_each_column_has_its_type(time: TimeForm, kind: pyarrow.DataType) -> None:
    table = written(time=time)
    assert table.schema.names == [column.name for column in COLUMNS]
    assert table.schema.types == [
        *(pyarrow.int64(), kind, pyarrow.string()),
        *(pyarrow.float64(), pyarrow.string()),
    ]
    assert table.num_rows == 0


def test_values_are_kept_and_texts_are_as_they_are() -> None:
    table = written(
        (2**40, AT_US, "board", 2.5, "=1+1"), (8, AT_US + 1, "", None, (13.4, 52.5)), (9, -1, "", -0.5, 1e-7)
    )
    times = [datetime.fromtimestamp(AT_US // 10**6, UTC).replace(microsecond=us) for us in (123_456, 123_457)]
    assert table.column("id").to_pylist() == [2**40, 8, 9]
    assert table.column("time").to_pylist() == [*times, datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)]
    assert table.column("Temperature (°C)").to_pylist() == [2.5, None, -0.5]
    assert table.column("=any").to_pylist() == ["=1+1", "13.4,52.5", "1e-7"]


def test_elapsed_time_is_in_seconds() -> None:
    assert written((1, 1_500_000, "", None, None), time=TimeForm.ELAPSED).column("time").to_pylist() == [1.5]


def test_rows_are_written_in_pieces_of_limited_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_table, "_CELLS", 12)
    output = io.BytesIO()
    table = ParquetTable(output, form(TimeForm.UTC), COLUMNS)
    sizes = []
    for number in range(5):
        table.add((number, number, "board", 1.0, "x"))
        sizes.append(output.tell())
    table.close()
    assert sizes[0] < sizes[1] == sizes[2] < sizes[3] == sizes[4]
    assert parquet.read_table(io.BytesIO(output.getvalue())).column("id").to_pylist() == [0, 1, 2, 3, 4]


def test_a_table_with_more_columns_than_fit_a_piece_is_written_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parquet_table, "_CELLS", 2)
    assert written((1, 1, "", None, None), (2, 2, "", None, None)).num_rows == 2


def test_without_pyarrow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_table, "has_pyarrow", lambda: False)
    with pytest.raises(JournalError, match="pip install pyarrow"):
        ParquetTable(io.BytesIO(), form(TimeForm.UTC), COLUMNS)


def test_a_full_disk_is_reported_once() -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    output = Full()
    with pytest.raises(OSError, match="No space"):
        ParquetTable(output, form(TimeForm.UTC), COLUMNS).close()
