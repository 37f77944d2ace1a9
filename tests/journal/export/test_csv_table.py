"""CSV tables: the form of each cell, for scripts and for spreadsheets."""

from __future__ import annotations

import io

import pytest

from app.journal.export.csv_table import CsvTable
from app.journal.export.form import Form, Layout, TimeForm
from app.journal.export.tables import Column, Kind, Record

COLUMNS = (
    *(Column("id", Kind.ID), Column("=time", Kind.TIME), Column("device", Kind.TEXT)),
    *(Column("a;b", Kind.NUMBER), Column("any", Kind.VALUE)),
)
RECORD: Record = (7, 1_500_000, "@board", 2.5, "-1")


def written(form: Form, *records: Record) -> str:
    output = io.StringIO(newline="")
    table = CsvTable(output, form, COLUMNS)
    for record in records:
        table.add(record)
    table.close()
    return output.getvalue()


@pytest.mark.parametrize(
    ("form", "row"),
    [
        (Form(), "7,1970-01-01T00:00:01.500000Z,'@board,2.5,'-1"),
        (Form(time=TimeForm.LOCAL), "7,1970-01-01 00:00:01.500,'@board,2.5,'-1"),
        (Form(Layout.WIDE), "7,1970-01-01 00:00:01.500,'@board,2.5,'-1"),
        (
            Form(Layout.WIDE, separator=";", decimal=","),
            "7;1970-01-01 00:00:01,500;'@board;2,5;'-1",
        ),
        (Form(time=TimeForm.ELAPSED, separator="\t", decimal=","), "7\t1,500000\t'@board\t2,5\t'-1"),
    ],
)
def test_each_cell_has_the_form_of_its_column(form: Form, row: str) -> None:
    assert written(form, RECORD).splitlines()[1] == row


def test_a_header_is_quoted_and_harmless_and_empty_cells_are_empty() -> None:
    form = Form(Layout.WIDE, separator=";", decimal=",")
    assert written(form, (7, 0, "", None, None)) == (
        'id;\'=time;device;"a;b";any\n7;1970-01-01 00:00:00,000;;;\n'
    )


@pytest.mark.parametrize(("form", "cell"), [(Form(), '"13,52"'), (Form(Layout.WIDE), '"13, 52"')])
def test_a_location_is_no_number_for_a_spreadsheet(form: Form, cell: str) -> None:
    assert written(form, (7, 0, "", None, (13.0, 52.0))).splitlines()[1].endswith(f",{cell}")
