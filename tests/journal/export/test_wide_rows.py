"""The wide tables and Parquet files of a journal, also of a damaged one and while it is written."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from app.journal.export.form import FileKind, Form, Layout, TimeForm
from app.journal.export.headings import Key
from app.journal.export.rows import Selection, export
from app.journal.file.schema import JournalError
from app.journal.journal import Journal
from tests.journal.export.test_rows import ALL, journal
from tests.journal.test_journal import batch, opened

__all__ = ["journal"]
WIDE = Form(Layout.WIDE)


def wide(path: Path, selection: Selection = ALL, form: Form = WIDE, **keys: Any) -> list[list[str]]:
    output = io.StringIO()
    count, unreadable = export(path, output, selection, form, **keys)
    assert unreadable == []
    rows = list(csv.reader(io.StringIO(output.getvalue())))
    assert sum(cell != "" for row in rows[1:] for cell in row[1:]) == count
    return rows


def spoil(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE segment SET {change}")
        connection.commit()


def test_a_wide_table_has_a_column_for_each_datastream_and_a_row_for_each_instant(journal: Path) -> None:
    third = "1970-01-01 00:00:03.000"
    assert wide(journal, labels={("board", "v1"): "Air (°C)"}) == [
        ["time_utc", "board: Air (°C)", "board: v2", "board: v3", "other: v1"],
        ["1970-01-01 00:00:01.000", "1", "2.5", "", ""],
        ["1970-01-01 00:00:02.000", "", "", "", "-3"],
        [third, "4", "", "'=1+1", ""],
        [third, "5", "", "", ""],
        [third, "6", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("selection", "header"),
    [
        (Selection({"other"}), ["time_utc", "v1"]),
        (Selection({"board"}, None, 2_000_000), ["time_utc", "v1", "v2"]),
        (Selection(datastreams={("board", "v3"), ("other", "v2")}), ["time_utc", "v3"]),
        (Selection({"board"}, 2_000_000), ["time_utc", "v1", "v3"]),
        (Selection(None, 4_000_000), ["time_utc"]),
        (Selection({"nobody"}), ["time_utc"]),
    ],
)
def test_only_datastreams_with_selected_readings_have_a_column(
    journal: Path, selection: Selection, header: list[str]
) -> None:
    assert wide(journal, selection)[0] == header


def test_elapsed_time_begins_with_the_first_selected_reading(journal: Path) -> None:
    rows = wide(journal, Selection({"board"}, 2_000_000), Form(Layout.WIDE, TimeForm.ELAPSED))
    assert [row[0] for row in rows] == ["elapsed_s", *["0.000000"] * 3]


def test_the_progress_counts_both_passes(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    for size in (9_999, 1, 5):
        journal.write([("board", batch("v1=1\n" * size))], [])
    journal.close()
    told: list[tuple[int, int]] = []
    wide(tmp_path / "j.db", progress=lambda *at: told.append(at))
    assert told == [(1, 6), (4, 6), (6, 6)]


def test_a_wide_table_in_parquet_has_numbers_and_texts(journal: Path) -> None:
    output = io.BytesIO()
    export(journal, output, ALL, Form(Layout.WIDE, kind=FileKind.PARQUET))
    table = parquet.read_table(io.BytesIO(output.getvalue()))
    assert [str(kind) for kind in table.schema.types] == [
        *("timestamp[us, tz=UTC]", "double", "double", "string", "double"),
    ]
    assert table.column("board: v3").to_pylist() == [None, None, "=1+1", None, None]


def test_a_long_table_in_parquet_has_every_reading_with_its_fate(journal: Path) -> None:
    output = io.BytesIO()
    export(journal, output, ALL, Form(kind=FileKind.PARQUET))
    rows = parquet.read_table(io.BytesIO(output.getvalue())).to_pylist()
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    fifth = {"device": "board", "target": "v3", "value": None, "text": "=1+1", "fate": "pending"}
    assert rows[4] == {"id": 5, "received_at": rows[3]["received_at"], **fifth}
    assert (rows[6]["value"], rows[6]["text"], rows[6]["fate"]) == (6.0, None, "refused")


@pytest.mark.parametrize(("most", "form"), [(7, Form()), (5, WIDE)])
def test_more_rows_than_allowed_are_refused(journal: Path, most: int, form: Form) -> None:
    assert export(journal, io.StringIO(), ALL, form, most_rows=most).readings == 7
    with pytest.raises(JournalError, match=f"has more than {most - 1} rows"):
        export(journal, io.StringIO(), ALL, form, most_rows=most - 1)


def test_both_passes_over_a_journal_see_the_same_instant(journal: Path) -> None:
    live = opened(journal)

    class Meddling(dict[Key, str]):
        """Labels; when they are first looked at, between the passes, more readings are written."""

        def __iter__(self) -> Iterator[Key]:
            live.write([("board", batch("v1=7\nv9=1\n", 4_000_000))], [])
            return super().__iter__()

    assert len(wide(journal, labels=Meddling())) == 6
    live.close()
    assert len(wide(journal)) == 7


def test_the_values_of_what_is_not_selected_are_not_read(journal: Path) -> None:
    spoil(journal, "vals = x'00' WHERE stream = 3")
    assert export(journal, io.StringIO(), Selection({"board"})).unreadable == []
    for form in (Form(), WIDE):
        assert len(export(journal, io.StringIO(), ALL, form).unreadable) == 1


@pytest.mark.parametrize("change", ["count = 9", "count = 'x'", "times = x'00'", "times = NULL"])
def test_a_damaged_segment_of_another_device_disturbs_nothing(journal: Path, change: str) -> None:
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '')")
        connection.commit()
    spoil(journal, f"{change} WHERE stream = 3")
    for form in (Form(), WIDE):
        exported = export(journal, io.StringIO(), Selection({"board"}), form)
        assert exported.readings == 6
        assert [message.code for message in exported.unreadable] == ["readings_unreadable"]


@pytest.mark.parametrize("column", ["times", "vals", "ids"])
def test_a_wide_table_of_a_damaged_journal_has_what_can_be_read(journal: Path, column: str) -> None:
    spoil(journal, f"{column} = x'00' WHERE stream = 1 AND first_seq = 1")
    output = io.StringIO()
    exported = export(journal, output, ALL, WIDE)
    assert exported.readings == 6
    assert [message.code for message in exported.unreadable] == ["readings_unreadable"]
    assert output.getvalue().splitlines()[0] == "time_utc,board: v1,board: v2,board: v3,other: v1"


def test_a_wide_table_is_read_again_from_a_recovered_copy(tmp_path: Path) -> None:
    """A page in the middle is damaged, which is noticed only after the first segments were read."""
    path = tmp_path / "j.db"
    journal = opened(path)
    for number in range(400):
        journal.write([("board", batch(f"v{number % 7}={number}\n" * 50, number))], [])
    journal.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(content)
    long = export(path, io.StringIO(), ALL)
    assert long.unreadable
    assert 0 < long.readings < 20_000
    assert export(path, io.StringIO(), ALL, WIDE) == long


READINGS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 5), st.integers(1, 3)), max_size=12
)


SELECTIONS = st.sampled_from([ALL, Selection({"a"}), Selection(None, 2, 4), Selection({"b"}, None, 3)])


def check_wide(path: Path, readings: list[tuple[str, int, int, int]], selection: Selection) -> None:
    journal = Journal(path)
    for device in "ab":
        journal.bind(device, b"a")
    for number, (device, pin, at_us, count) in enumerate(readings):
        journal.write([(device, batch(f"v{pin}={number}\n" * count, at_us))], [])
    journal.close()
    output = io.StringIO()
    export(path, output, selection, Form(time=TimeForm.ELAPSED))
    long = [row[1:5] for row in csv.reader(io.StringIO(output.getvalue()))][1:]
    header, *rows = wide(path, selection, Form(Layout.WIDE, TimeForm.ELAPSED))
    several = len({row[1] for row in long}) > 1
    assert sorted(long) == sorted(
        [row[0], *(heading.split(": ") if several else [long[0][1], heading]), cell]
        for row in rows
        for heading, cell in zip(header[1:], row[1:], strict=True)
        if cell
    )


@settings(max_examples=25)
@given(READINGS, SELECTIONS)
def test_a_wide_table_has_the_readings_of_the_long_one(
    tmp_path_factory: pytest.TempPathFactory, readings: list[tuple[str, int, int, int]], selection: Selection
) -> None:
    check_wide(tmp_path_factory.mktemp("wide") / "j.db", readings, selection)


@pytest.mark.long
@settings(max_examples=500)
@given(READINGS, SELECTIONS)
def test_many_wide_tables_do(
    tmp_path_factory: pytest.TempPathFactory, readings: list[tuple[str, int, int, int]], selection: Selection
) -> None:
    check_wide(tmp_path_factory.mktemp("wide") / "j.db", readings, selection)
