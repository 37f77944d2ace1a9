"""Writes a table as CSV.

Invariants: the long layout with times in UTC is the one that scripts rely on: `HEADER`, and ISO 8601 with
microseconds; each other time is written so that a spreadsheet takes it for a date or for a number.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TextIO

from app.journal.export import cells
from app.journal.export.form import Form, Layout, TimeForm
from app.journal.export.tables import Column, Kind, Record
from app.wire.datastreams import sent_as

_NAMES = 1024
"""How many names of devices, targets and fates are kept."""


class CsvTable:
    """A CSV table, which begins with its header."""

    def __init__(self, output: TextIO, form: Form, columns: Sequence[Column]) -> None:
        self._form = form
        self._is_for_scripts = form.layout is Layout.LONG and form.time is TimeForm.UTC
        self._writer = csv.writer(output, delimiter=form.separator, lineterminator="\n")
        self._writer.writerow(cells.harmless(column.name) for column in columns)
        # Neighbouring cells often have the same time or the same name.
        written: dict[Kind, Callable[[Any], str]] = {
            Kind.TIME: lru_cache(1)(self._time),
            Kind.TEXT: lru_cache(_NAMES)(cells.harmless),
            Kind.NUMBER: self._value,
            Kind.VALUE: self._value,
        }
        self._written = [
            (place, written[column.kind])
            for place, column in enumerate(columns)
            if column.kind is not Kind.ID
        ]

    def add(self, record: Record) -> None:
        """Write a row."""
        row = list(record)
        for place, written in self._written:
            row[place] = written(row[place])
        self._writer.writerow(row)

    def close(self) -> None:
        """Nothing is left to write."""

    def _time(self, at_us: Any) -> str:
        form = self._form
        if form.time is TimeForm.ELAPSED:
            return cells.seconds(at_us, form.decimal)
        if self._is_for_scripts:
            return cells.iso_time(at_us)
        return cells.spreadsheet_time(at_us, form.decimal)

    def _value(self, value: Any) -> str:
        if self._is_for_scripts and isinstance(value, tuple):
            return sent_as(value)
        return cells.of_value(value, self._form.decimal)
