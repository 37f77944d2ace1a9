"""The texts of a datastream over time: which text came when, and thinned to what a plot can show. Pure.

Invariants: rows are in the order of their times; a change of the text is either a row or counted in one; of
a text that comes again and again, enough rows are kept to see in each column whether it came.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from app.wire.datastreams import Value

LEFT_OUT = 1 << 30
"""So many changes, or more, stand for readings that were not read because there are too many."""

_IN_COLUMN = 3
"""A column has at most so many rows."""
_SHORTEST_S = 1e-6


class StateRow(NamedTuple):
    """A reading of a datastream of texts."""

    at_s: float
    """When it came, in seconds since 1970."""
    text: str | None
    """None for a value that is no text, or that is not known."""
    changes: int
    """How often the text has changed since the row before, up to and including this reading."""
    since_s: float
    """Since when this text has come, as far as is known; in seconds since 1970."""


def state_rows(
    readings: Iterable[tuple[float, Value | None]], before: StateRow | None = None
) -> Iterator[StateRow]:
    """A row for each reading: a time (seconds since 1970) and a value. `before` is the row before."""
    for at_s, value in readings:
        if before is not None and before.text == (value if isinstance(value, str) else None):
            before = StateRow(at_s, before.text, 0, before.since_s)
        else:
            before = StateRow(at_s, value if isinstance(value, str) else None, 1, at_s)
        yield before


def continued(earlier: list[StateRow], later: list[StateRow]) -> list[StateRow]:
    """Both lists as one; no reading is between them."""
    if not earlier or not later:
        return earlier or later
    last, first = earlier[-1], later[0]
    if first.text == last.text:
        return [*earlier, first._replace(changes=0, since_s=last.since_s), *later[1:]]
    return [*earlier, first._replace(changes=max(1, first.changes)), *later[1:]]


def thinned(rows: Iterable[StateRow], column_s: float) -> list[StateRow]:
    """At most three rows for each column of `column_s` seconds: the first, the last, and a change.

    If the text changes more often in a column, the last row has the number of the changes.
    """
    kept: list[StateRow] = []
    for _, column in groupby(rows, lambda row: math.floor(row.at_s / column_s)):
        first, *others = column
        kept.append(first)
        changes = [row for row in others if row.changes]
        count = sum(row.changes for row in changes)
        if count == 1 and changes[0] is not others[-1]:
            kept += changes
        kept += [row if count <= 1 else row._replace(changes=count) for row in others[-1:]]
    return kept


def fitted(rows: list[StateRow], from_s: float, to_s: float, columns: int) -> list[StateRow]:
    """`rows`, thinned to so many columns from `from_s` to `to_s` if they are too many for these."""
    column_s = max((to_s - from_s) / max(columns, 1), _SHORTEST_S)
    return thinned(rows, column_s) if len(rows) > _IN_COLUMN * columns else rows


def during(rows: list[StateRow], from_s: float, to_s: float) -> list[StateRow]:
    """The rows with times from `from_s` to `to_s`, and the one before, whose text goes on at `from_s`."""
    first, last = place(rows, from_s), place(rows, math.nextafter(to_s, math.inf))
    return rows[max(0, first - 1) : last]


def place(rows: list[StateRow], at_s: float) -> int:
    """The number of rows before `at_s`."""
    return bisect_left(rows, at_s, key=lambda row: row.at_s)
