"""Readings from any source become a table; what cannot be finished is closed."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from pyarrow import parquet

from app.journal.export.form import FileKind, Form, Layout, TimeForm
from app.journal.export.headings import Key
from app.journal.export.tables import Row
from app.journal.export.writing import write
from app.journal.file.schema import JournalError


class Readings:
    """A source of readings of one datastream, one each second; it fails after `good` of them."""

    def __init__(self, count: int, good: int = 100) -> None:
        self._count, self._good = count, good

    def streams(self) -> dict[Key, bool]:
        return {("board", "v1"): True}

    def rows(self) -> Iterator[Row]:
        for number in range(self._count):
            if number == self._good:
                raise OSError("the disk has gone")
            yield Row(number + 1, number * 1_000_000, "board", "v1", float(number), "")


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(("count", "most"), [(0, 0), (3, 3), (3, 4), (3, None)])
def test_as_many_rows_as_allowed_are_written(layout: Layout, count: int, most: int | None) -> None:
    output = io.StringIO()
    assert write(Readings(count), output, Form(layout), {}, most) == count
    assert output.getvalue().count("\n") == count + 1


@pytest.mark.parametrize("layout", Layout)
def test_one_row_more_is_refused(layout: Layout) -> None:
    with pytest.raises(JournalError, match="has more than 2 rows"):
        write(Readings(3), io.StringIO(), Form(layout), {}, 2)


def test_labels_are_the_headings_of_a_wide_table() -> None:
    output = io.StringIO()
    form = Form(Layout.WIDE, TimeForm.ELAPSED, separator=";", decimal=",")
    write(Readings(2), output, form, {("board", "v1"): "Air (°C)"})
    assert output.getvalue() == "elapsed_s;Air (°C)\n0,000000;0\n1,000000;1\n"


@pytest.mark.parametrize("kind", FileKind)
def test_a_source_that_fails_is_reported_and_the_table_is_closed(kind: FileKind) -> None:
    output: io.StringIO | io.BytesIO = io.StringIO() if kind is FileKind.CSV else io.BytesIO()
    with pytest.raises(OSError, match="the disk has gone"):
        write(Readings(5, good=3), output, Form(Layout.WIDE, kind=kind), {})
    if isinstance(output, io.BytesIO):
        # pyarrow would otherwise close the file when the object is deleted, and warn.
        assert parquet.read_table(io.BytesIO(output.getvalue())).num_rows == 2
