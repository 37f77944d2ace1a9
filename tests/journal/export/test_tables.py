"""Readings become the rows of a long or a wide table; the wide one equals a naive model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.journal.export.form import FileKind, Form, Layout, TimeForm
from app.journal.export.tables import Column, Kind, Long, Record, Row, Wide
from app.wire.datastreams import Value

WIDE = Form(Layout.WIDE)
ROW = Row(7, 2_000_000, "board", "v1", 2.5, "pending")


def wide(rows: list[Row], form: Form = WIDE) -> list[Record]:
    """The rows of the wide table of all datastreams in `rows`."""
    layout = Wide(form, dict.fromkeys(((row.device, row.target) for row in rows), True), {})
    records = [*map(layout.take, rows), layout.end()]
    return [record for record in records if record is not None]


def row(at_us: int, target: str, value: Value, device: str = "board") -> Row:
    return Row(0, at_us, device, target, value, "")


@pytest.mark.parametrize(
    ("time", "name", "at"),
    [
        (TimeForm.UTC, "received_at", 2_000_000),
        (TimeForm.LOCAL, "received_at_local", None),
        (TimeForm.ELAPSED, "elapsed_s", 0),
    ],
)
def test_the_long_table_has_a_row_for_each_reading(time: TimeForm, name: str, at: int | None) -> None:
    layout = Long(Form(time=time))
    assert layout.columns == (
        *(Column("id", Kind.ID), Column(name, Kind.TIME), Column("device", Kind.TEXT)),
        *(Column("target", Kind.TEXT), Column("value", Kind.VALUE), Column("fate", Kind.TEXT)),
    )
    record = layout.take(ROW)
    assert record[0] == 7
    assert at is None or record[1] == at
    assert record[2:] == ("board", "v1", 2.5, "pending")
    assert layout.end() is None


def test_in_parquet_numbers_and_texts_have_columns_of_their_own() -> None:
    layout = Long(Form(kind=FileKind.PARQUET))
    assert layout.columns[4:6] == (Column("value", Kind.NUMBER), Column("text", Kind.VALUE))
    assert layout.take(ROW)[4:6] == (2.5, None)
    assert layout.take(ROW._replace(value="warm"))[4:6] == (None, "warm")
    assert layout.take(ROW._replace(value=(13.4, 52.5)))[4:6] == (None, (13.4, 52.5))


def test_the_wide_table_has_a_row_for_each_instant() -> None:
    rows = [row(5, "v1", 1.0), row(5, "v2", 2.0), row(6, "v2", 3.0), row(5, "v1", 4.0)]
    # In the order of arrival, also where the clock was set back.
    assert wide(rows) == [(5, 1.0, 2.0), (6, None, 3.0), (5, 4.0, None)]


def test_a_second_reading_at_the_same_time_begins_another_row() -> None:
    rows = [row(5, "v1", 1.0), row(5, "v1", 2.0), row(5, "v2", 3.0)]
    assert wide(rows) == [(5, 1.0, None), (5, 2.0, 3.0)]


def test_a_table_without_readings_has_no_row() -> None:
    assert wide([]) == []


@pytest.mark.parametrize(
    ("time", "name"),
    [(TimeForm.UTC, "time_utc"), (TimeForm.LOCAL, "time_local"), (TimeForm.ELAPSED, "elapsed_s")],
)
def test_the_columns_of_a_wide_table_have_names_and_types(time: TimeForm, name: str) -> None:
    kinds = {("a", "v1"): True, ("b", "v1"): False}
    layout = Wide(Form(Layout.WIDE, time), kinds, {("b", "v1"): "State"})
    assert layout.columns == (
        *(Column(name, Kind.TIME), Column("b: State", Kind.VALUE), Column("a: v1", Kind.NUMBER)),
    )


def test_elapsed_time_counts_from_the_first_row() -> None:
    rows = [row(5, "v1", 1.0), row(7, "v1", 2.0)]
    assert [record[0] for record in wide(rows, Form(Layout.WIDE, TimeForm.ELAPSED))] == [0, 2]


VALUES = st.one_of(st.floats(allow_nan=False), st.text(max_size=3))
ROWS = st.lists(
    st.builds(row, st.integers(0, 3), st.sampled_from(["v1", "v2", "v3"]), VALUES, st.sampled_from("ab"))
)


@given(ROWS)
def test_a_wide_table_equals_its_model(rows: list[Row]) -> None:
    """The model keeps all rows: it looks for one at the end with this time and an empty cell."""
    model: list[tuple[int, dict[tuple[str, str], Value]]] = []
    for reading in rows:
        key = reading.device, reading.target
        if not model or model[-1][0] != reading.at_us or key in model[-1][1]:
            model.append((reading.at_us, {}))
        model[-1][1][key] = reading.value
    layout = Wide(WIDE, dict.fromkeys(((each.device, each.target) for each in rows), True), {})
    places = layout._places
    records = [record for record in (*map(layout.take, rows), layout.end()) if record is not None]
    found = [
        (record[0], {key: record[place] for key, place in places.items() if record[place] is not None})
        for record in records
    ]
    assert found == model
