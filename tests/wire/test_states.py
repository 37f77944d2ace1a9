"""Which text came when, thinned to columns: no change is lost, and none is invented."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import Value
from app.wire.states import StateRow, continued, during, fitted, state_rows, thinned

READINGS = st.lists(st.tuples(st.floats(0.0, 30.0), st.sampled_from(("on", "off", "idle", 5.0))), max_size=60)


def rows(*readings: tuple[float, Value | None]) -> list[StateRow]:
    return list(state_rows(readings))


def changes_in(found: list[StateRow], from_s: float, to_s: float) -> int:
    """How often the text changes between two times, according to rows."""
    return sum(row.changes for row in found if from_s <= row.at_s < to_s)


def test_a_text_that_comes_again_is_no_change_and_what_is_no_text_ends_it() -> None:
    assert rows((1, "on"), (2, "on"), (3, 4.5), (4, (13.4, 52.5)), (5, "on")) == [
        StateRow(1, "on", 1, 1),
        StateRow(2, "on", 0, 1),
        StateRow(3, None, 1, 3),
        StateRow(4, None, 0, 3),
        StateRow(5, "on", 1, 5),
    ]
    assert list(state_rows([(2, "on")], StateRow(1, "on", 1, 0.5))) == [StateRow(2, "on", 0, 0.5)]


def test_what_goes_on_is_no_change_at_the_seam() -> None:
    earlier = rows((1, "on"), (2, "off"))
    assert continued(earlier, rows((3, "off"), (4, "on"))) == rows(
        *((1, "on"), (2, "off"), (3, "off"), (4, "on"))
    )
    assert continued(earlier, rows((3, "on"))) == rows((1, "on"), (2, "off"), (3, "on"))
    assert continued(earlier, [StateRow(3, "on", 7, 3)])[-1].changes == 7
    assert continued(earlier, [StateRow(3, "on", 0, 2.5)])[-1].changes == 1
    assert continued([], earlier) == continued(earlier, []) == earlier


@pytest.mark.parametrize(
    ("from_s", "to_s", "times"),
    [(0, 9, [1, 2, 3]), (2, 2, [1, 2]), (2.5, 2.6, [2]), (4, 5, [3]), (0, 0.5, [])],
)
def test_a_period_begins_with_the_text_that_goes_on(from_s: float, to_s: float, times: list[float]) -> None:
    assert [row.at_s for row in during(rows((1, "a"), (2, "b"), (3, "c")), from_s, to_s)] == times


def test_of_a_column_with_many_changes_the_first_and_the_last_row_are_kept() -> None:
    came = rows(
        (0.1, "a"), (0.2, "a"), (0.3, "b"), (0.4, "c"), (0.5, "c"), (1.5, "c"), (1.6, "d"), (1.7, "d")
    )
    assert thinned(came, 1.0) == [
        StateRow(0.1, "a", 1, 0.1),
        StateRow(0.5, "c", 2, 0.4),
        StateRow(1.5, "c", 0, 0.4),
        StateRow(1.6, "d", 1, 1.6),
        StateRow(1.7, "d", 0, 1.6),
    ]
    assert thinned(rows((0.1, "a"), (0.2, "b")), 1.0) == rows((0.1, "a"), (0.2, "b"))


def test_few_rows_stay_as_they_are() -> None:
    came = rows((0.1, "a"), (0.2, "b"), (0.3, "c"))
    assert fitted(came, 0, 1, 1) == came
    assert len(fitted([*came, StateRow(0.4, "d", 1, 0.4)], 0, 1, 1)) == 2
    assert fitted([], 5, 5, 0) == []


@given(READINGS, st.sampled_from((0.5, 3.0, 40.0)))
def test_thinning_loses_no_change_and_keeps_the_text_between_columns(
    readings: list[tuple[float, Value]], column_s: float
) -> None:
    came = rows(*sorted(readings, key=lambda each: each[0]))
    found = thinned(came, column_s)
    assert thinned(found, column_s) == found
    assert all(row.at_s in {each.at_s for each in came} for row in found)
    for column in range(math.ceil(30 / column_s) + 1):
        begin_s, end_s = column * column_s, (column + 1) * column_s
        assert changes_in(found, begin_s, end_s) == changes_in(came, begin_s, end_s)
        assert sum(begin_s <= row.at_s < end_s for row in found) <= 3
        assert [row.text for row in during(found, end_s, end_s)][:1] == [
            row.text for row in during(came, end_s, end_s)
        ][:1]
    for row, after in itertools.pairwise(found):
        assert (row.text != after.text) <= (after.changes > 0)


@given(READINGS, st.integers(0, 60))
def test_two_parts_are_the_same_as_the_whole(readings: list[tuple[float, Value]], cut: int) -> None:
    came = sorted(readings, key=lambda each: each[0])
    assert continued(rows(*came[:cut]), rows(*came[cut:]))[: cut + 1] == rows(*came)[: cut + 1]
