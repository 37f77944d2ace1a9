"""Which texts a stream of the journal has in a period."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.summaries import states
from app.journal.summaries.states import read_states
from app.wire.datastreams import Value
from app.wire.states import LEFT_OUT, StateRow, during, state_rows
from tests.journal.summaries.small import Reading, made, mark_clock, write

S = 1_000_000
SAID = st.sampled_from(("on", "off", 5.0))


def rows(*readings: tuple[float, Value]) -> list[StateRow]:
    return list(state_rows(readings))


def commits(*readings: tuple[float, Value], size: int = 2) -> list[list[Reading]]:
    came = [Reading(round(at_s * S), value) for at_s, value in readings]
    return [came[n : n + size] for n in range(0, len(came), size)]


MANY: list[tuple[float, Value]] = [(float(n), f"text {n // 10}") for n in range(100)]


@pytest.mark.parametrize(("from_s", "to_s"), [(0, 200), (35.5, 72.5), (60, 60), (99.5, 200), (-5, -1)])
def test_a_period_has_its_texts_and_the_one_before_with_since_when_it_has_come(
    tmp_path: Path, from_s: float, to_s: float
) -> None:
    with closing(made(tmp_path, *commits(*MANY, size=3))) as journal:
        view = read_states(journal, "board", "v1", int(from_s * S), int(to_s * S), 1000)
    assert view.rows == during(rows(*MANY), from_s, to_s)
    assert (view.newest_us, view.extent, view.is_partial) == (99 * S, (0, 99 * S), False)


def test_without_a_stream_or_readings_there_is_nothing(tmp_path: Path) -> None:
    with closing(made(tmp_path, [Reading(S, "on")])) as journal:
        assert read_states(journal, "board", "v2", 0, 9 * S, 100) == ([], None, None, False)
        with closing(sqlite3.connect(journal.path)) as other, other:
            other.execute("DELETE FROM segment")
        assert read_states(journal, "board", "v1", 0, 9 * S, 100) == ([], None, None, False)


def test_numbers_end_a_text(tmp_path: Path) -> None:
    readings: list[tuple[float, Value]] = [(1.0, "on"), (2.0, 3.0), (3.0, 4.0), (4.0, "on")]
    with closing(made(tmp_path, *commits(*readings, size=1))) as journal:
        assert read_states(journal, "board", "v1", 0, 9 * S, 1000).rows == rows(*readings)


def test_more_texts_than_columns_are_counted(tmp_path: Path) -> None:
    readings = [(n / 100, str(n)) for n in range(200)]
    with closing(made(tmp_path, *commits(*readings, size=50))) as journal:
        view = read_states(journal, "board", "v1", 0, 2 * S - 1, 2)
    assert [(row.at_s, row.text, row.changes) for row in view.rows] == [
        *((0.0, "0", 1), (0.99, "99", 99), (1.0, "100", 1), (1.99, "199", 99))
    ]


@pytest.mark.parametrize("size", [1, 4])
def test_of_too_many_readings_the_newest_are_read_and_a_row_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(states, "_MOST", 8)
    with closing(made(tmp_path, *commits(*MANY, size=size))) as journal:
        view = read_states(journal, "board", "v1", 20 * S, 49 * S, 1000)
        assert view.rows[0] == StateRow(20, None, 0, 20)
        assert view.rows[1] == StateRow(view.rows[1].at_s, "text 4", LEFT_OUT, view.rows[1].at_s)
        assert 42 <= view.rows[1].at_s <= 45
        assert [row.at_s for row in view.rows[2:]] == [
            view.rows[1].at_s + 1 + n for n in range(len(view.rows) - 2)
        ]
        assert view.rows[-1].at_s == 49
        # Of a shorter period, nothing is left out.
        found = read_states(journal, "board", "v1", 97 * S, 99 * S, 1000).rows
        assert [row.at_s for row in found] == [96, 97, 98, 99]


def test_a_damaged_segment_has_no_texts(tmp_path: Path) -> None:
    with closing(made(tmp_path, *commits(*MANY[:8]))) as journal:
        with closing(sqlite3.connect(journal.path)) as other, other:
            other.execute("UPDATE segment SET vals = '[\"a\"' WHERE first_seq = 3")
            other.execute("UPDATE segment SET vals = '[\"a\"]' WHERE first_seq = 5")
        found = read_states(journal, "board", "v1", 0, 99 * S, 1000).rows
    assert [row.at_s for row in found] == [0, 1, 6, 7]


def check_period(
    steps: list[tuple[int, Value]],
    size: int,
    from_s: int,
    length_s: int,
    columns: int,
) -> None:
    at_s, waiting = 50, list[Reading]()
    came: list[tuple[float, Value]] = []
    with TemporaryDirectory() as folder, closing(made(Path(folder))) as journal:
        for step_s, value in steps:
            at_s += step_s
            if step_s < 0 or len(waiting) == size:
                write(journal, waiting)
                waiting = []
            if step_s < 0:
                mark_clock(journal, at_s * S, step_s * S)
            waiting.append(Reading(at_s * S, value))
            came.append((float(at_s), value))
        write(journal, waiting)
        view = read_states(journal, "board", "v1", from_s * S, (from_s + length_s) * S, columns)
    came.sort(key=lambda each: each[0])
    wanted = during(rows(*came), from_s, from_s + length_s)
    assert {row.at_s for row in view.rows} <= {row.at_s for row in wanted}
    assert sum(row.changes for row in view.rows) == sum(row.changes for row in wanted)
    if columns == 10_000 and len({row.at_s for row in wanted}) == len(wanted):
        assert view.rows == wanted


STEPS = st.lists(st.tuples(st.integers(-3, 9), SAID), min_size=1, max_size=40)
COUNTS = st.integers(1, 9), st.integers(0, 60), st.integers(0, 60), st.sampled_from((1, 5, 10_000))


@settings(max_examples=8)
@given(STEPS, st.tuples(*COUNTS))
def test_after_the_clock_was_set_all_texts_of_a_period_are_there(
    steps: list[tuple[int, Value]], counts: tuple[int, int, int, int]
) -> None:
    check_period(steps, *counts)


@pytest.mark.long
@settings(max_examples=500)
@given(STEPS, st.tuples(*COUNTS))
def test_many_periods_have_all_their_texts(
    steps: list[tuple[int, Value]], counts: tuple[int, int, int, int]
) -> None:
    check_period(steps, *counts)
