"""Turns readings into the rows of a table, in the long or the wide layout. Pure.

Invariants: the order of arrival is kept; a row needs no more memory than its own cells. In the wide layout, a
row has the readings that follow one another and have the same time of arrival, to the microsecond; if a
datastream has two readings at one time, the second begins another row.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from app.journal.export.form import FileKind, Form, TimeForm
from app.journal.export.headings import Key, headings
from app.journal.export.times import Times
from app.wire.datastreams import Value

HEADER = ("id", "received_at", "device", "target", "value", "fate")
"""The columns of the long layout, with times in UTC."""
_LONG_TIMES = {
    TimeForm.UTC: "received_at",
    TimeForm.LOCAL: "received_at_local",
    TimeForm.ELAPSED: "elapsed_s",
}
_WIDE_TIMES = {TimeForm.UTC: "time_utc", TimeForm.LOCAL: "time_local", TimeForm.ELAPSED: "elapsed_s"}


class Row(NamedTuple):
    """A reading as an export has it."""

    id: int
    at_us: int
    """When it arrived, in microseconds since 1970, UTC."""
    device: str
    target: str
    value: Value
    fate: str
    """Empty if it is unknown, or if there is none."""


class Kind(enum.Enum):
    """What a column holds. A cell of any kind but the first three may be None."""

    ID = enum.auto()
    TIME = enum.auto()
    """Microseconds, as `Times.of` returns them."""
    TEXT = enum.auto()
    NUMBER = enum.auto()
    VALUE = enum.auto()
    """Values, of which not all are numbers."""


class Column(NamedTuple):
    """A column of a table."""

    name: str
    kind: Kind


Record = tuple[int | str | Value | None, ...]
"""A row of a table: a cell for each column."""


class Long:
    """The long layout: a row for each reading.

    A column of Parquet has one type, so the texts have a column of their own there.
    """

    def __init__(self, form: Form) -> None:
        self._times = Times(form.time)
        self._is_typed = form.kind is FileKind.PARQUET
        identifier, _, device, target, value, fate = HEADER
        values = [Column(value, Kind.VALUE)]
        if self._is_typed:
            values = [Column(value, Kind.NUMBER), Column("text", Kind.VALUE)]
        self.columns = (
            Column(identifier, Kind.ID),
            Column(_LONG_TIMES[form.time], Kind.TIME),
            Column(device, Kind.TEXT),
            Column(target, Kind.TEXT),
            *values,
            Column(fate, Kind.TEXT),
        )

    def take(self, row: Row) -> Record:
        """The row of a reading."""
        at = self._times.of(row.at_us)
        if not self._is_typed:
            return row.id, at, row.device, row.target, row.value, row.fate
        is_number = isinstance(row.value, int | float)
        values = (row.value, None) if is_number else (None, row.value)
        return row.id, at, row.device, row.target, *values, row.fate

    def end(self) -> Record | None:
        """None: each reading has had its row."""
        return None


class Wide:
    """The wide layout: a row for each instant, a column for each datastream."""

    def __init__(self, form: Form, are_numbers: Mapping[Key, bool], labels: Mapping[Key, str]) -> None:
        """`are_numbers` has all datastreams of the table, and whether all their values are numbers."""
        self._times = Times(form.time)
        time = _WIDE_TIMES[form.time]
        names = headings(are_numbers, labels, time)
        self.columns = (
            Column(time, Kind.TIME),
            *(Column(name, Kind.NUMBER if are_numbers[key] else Kind.VALUE) for key, name in names.items()),
        )
        self._places = {key: place for place, key in enumerate(names, 1)}
        self._at_us: int | None = None
        self._cells: list[int | str | Value | None] = []

    def take(self, row: Row) -> Record | None:
        """The row that ends with the reading before `row`; None if it does not end there."""
        place = self._places[row.device, row.target]
        done = None
        if row.at_us != self._at_us or self._cells[place] is not None:
            done = self.end()
            self._at_us = row.at_us
            self._cells = [None] * len(self.columns)
            self._cells[0] = self._times.of(row.at_us)
        self._cells[place] = row.value
        return done

    def end(self) -> Record | None:
        """The last row; None if there was no reading."""
        return tuple(self._cells) if self._cells else None
