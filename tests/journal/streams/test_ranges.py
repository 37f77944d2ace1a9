"""However ranges of seqs are cut and joined, they hold the same seqs as a plain set."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.journal.file.tables import STEPS
from app.journal.streams import ranges
from app.wire.streams import END, Fate, Run

kinds = st.tuples(st.sampled_from((Fate.FORWARDED, Fate.REFUSED)), st.sampled_from(("", "why")))
stretches = st.tuples(st.integers(1, 30), st.integers(0, 12)).map(lambda at: (at[0], at[0] + at[1]))
steps = st.tuples(st.sampled_from((1, 2)), st.booleans(), stretches, kinds)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(empty()) as connection:
        yield connection


def empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript("\n".join(STEPS))
    return connection


def rows(connection: sqlite3.Connection, table: str = "settled") -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table} ORDER BY stream, first").fetchall()


def cost(connection: sqlite3.Connection, look: Callable[[], object]) -> int:
    """The number of instructions of SQLite's virtual machine that a call of `look` takes."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(step, 1)
    look()
    connection.set_progress_handler(None, 0)
    return count


def as_stretches(seqs: set[int]) -> list[tuple[int, int]]:
    """The first and last seq of each gapless stretch of `seqs`."""
    firsts = [seq for seq in sorted(seqs) if seq - 1 not in seqs]
    lasts = [seq for seq in sorted(seqs) if seq + 1 not in seqs]
    return list(zip(firsts, lasts, strict=True))


@given(st.lists(steps, max_size=25), stretches)
def test_any_cutting_and_covering_agrees_with_sets(
    done: list[tuple[int, bool, tuple[int, int], tuple[Fate, str]]], looked_at: tuple[int, int]
) -> None:
    settled: dict[int, dict[int, tuple[Fate, str]]] = {1: {}, 2: {}}
    with closing(empty()) as connection:
        for stream, is_cutting, (first, last), kind in done:
            seqs = set(range(first, last + 1))
            told = settled[stream]
            if is_cutting:
                gone = seqs & told.keys()
                assert ranges.covered(connection, "settled", stream, first, last) == len(gone)
                assert ranges.cut(connection, "settled", stream, first, last) == len(gone)
                for seq in gone:
                    del told[seq]
            else:
                for gap in ranges.some_gaps(connection, stream, first, last):
                    ranges.cover(connection, Run(stream, *gap, *kind))
                told.update(dict.fromkeys(seqs - told.keys(), kind))
        found = {
            (stream, seq): (fate, reason)
            for stream, run_first, run_last, fate, reason in rows(connection)
            for seq in range(run_first, run_last + 1)
        }
        size = sum(last - first + 1 for _, first, last, *_ in rows(connection))
        assert size == len(found)
        assert found == {(stream, seq): kind for stream in (1, 2) for seq, kind in settled[stream].items()}
        first, last = looked_at
        uncovered = set(range(first, last + 1)) - settled[1].keys()
        assert list(ranges.gaps(connection, 1, first, last)) == as_stretches(uncovered)


def test_a_run_extends_the_one_before_it_if_fate_and_reason_are_the_same(
    connection: sqlite3.Connection,
) -> None:
    for run in (
        Run(1, 1, 4, Fate.FORWARDED),
        Run(2, 5, 5, Fate.FORWARDED),
        Run(1, 5, 6, Fate.FORWARDED),
        Run(1, 8, 8, Fate.FORWARDED),
        Run(1, 9, 9, Fate.REFUSED),
        Run(1, 10, 10, Fate.REFUSED, "why"),
        Run(1, 11, 12, Fate.REFUSED, "why"),
    ):
        ranges.cover(connection, run)
    assert rows(connection) == [
        (1, 1, 6, "forwarded", ""),
        (1, 8, 8, "forwarded", ""),
        (1, 9, 9, "refused", ""),
        (1, 10, 12, "refused", "why"),
        (2, 5, 5, "forwarded", ""),
    ]


def test_a_range_that_is_cut_keeps_what_reaches_beyond(connection: sqlite3.Connection) -> None:
    ranges.cover(connection, Run(1, 1, 10, Fate.REFUSED, "why"))
    ranges.cover(connection, Run(2, 1, 10, Fate.REFUSED, "why"))
    connection.execute("INSERT INTO resent VALUES (1, 1, 10)")
    assert ranges.cut(connection, "settled", 1, 4, 6) == 3
    assert rows(connection)[:2] == [(1, 1, 3, "refused", "why"), (1, 7, 10, "refused", "why")]
    assert ranges.cut(connection, "settled", 1, 3, 7) == 2
    assert rows(connection) == [
        (1, 1, 2, "refused", "why"),
        (1, 8, 10, "refused", "why"),
        (2, 1, 10, "refused", "why"),
    ]
    assert rows(connection, "resent") == [(1, 1, 10)]
    assert ranges.cut(connection, "resent", 1, 1, END) == 10
    assert rows(connection, "resent") == []


def test_marked_readings_are_no_gap_if_asked_for(connection: sqlite3.Connection) -> None:
    ranges.cover(connection, Run(1, 3, 4, Fate.FORWARDED))
    connection.execute("INSERT INTO resent VALUES (1, 6, 7), (2, 1, 9)")
    assert list(ranges.gaps(connection, 1, 1)) == [(1, 2), (5, END)]
    assert list(ranges.gaps(connection, 1, 1, resent=True)) == [(1, 2), (5, 5), (8, END)]
    # Also if the search for gaps begins at the last or the first seq of a range.
    assert list(ranges.gaps(connection, 1, 7, 9, resent=True)) == [(8, 9)]
    assert list(ranges.gaps(connection, 1, 4, 5)) == [(5, 5)]
    assert list(ranges.gaps(connection, 1, 3, 4)) == []


def test_gaps_are_covered_while_they_are_walked_over(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "_GAPS_AT_ONCE", 2)
    for seq in range(2, 20, 2):
        ranges.cover(connection, Run(1, seq, seq, Fate.FORWARDED))
    found = []
    for first, last in ranges.some_gaps(connection, 1, 1, 20):
        ranges.cover(connection, Run(1, first, last, Fate.REFUSED))
        found.append((first, last))
    assert found == [*((seq, seq) for seq in range(1, 18, 2)), (19, 20)]
    assert ranges.covered(connection, "settled", 1, 1, END) == 20


def test_gaps_after_many_ranges_cost_no_more_than_after_few(connection: sqlite3.Connection) -> None:
    connection.executemany(
        "INSERT INTO settled VALUES (1, ?, ?, 'refused', '')", [(seq, seq) for seq in range(2, 2002, 2)]
    )
    for look in (
        lambda seq: list(ranges.gaps(connection, 1, seq, seq + 3)),
        lambda seq: ranges.cut(connection, "settled", 1, seq, seq),
        lambda seq: ranges.cover(connection, Run(1, seq, seq, Fate.REFUSED)),
    ):
        early, late = (cost(connection, lambda: look(seq)) for seq in (4, 1996))  # noqa: B023 - called here
        assert late <= early + 10


def test_twice_as_many_gaps_cost_twice_as_much(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "_GAPS_AT_ONCE", 5)
    connection.executemany(
        "INSERT INTO settled VALUES (?, ?, ?, 'refused', '')",
        [(stream, seq, seq) for stream, end in ((1, 200), (2, 400)) for seq in range(2, end, 2)],
    )

    def cover(stream: int, last: int) -> None:
        for gap in ranges.some_gaps(connection, stream, 1, last):
            ranges.cover(connection, Run(stream, *gap, Fate.FORWARDED))

    once = cost(connection, lambda: cover(1, 200))
    assert cost(connection, lambda: cover(2, 400)) < 2.5 * once


def test_runs_of_a_commit_are_joined_if_fate_and_reason_are_the_same() -> None:
    runs = [
        Run(1, 1, 2, Fate.FORWARDED),
        Run(2, 1, 1, Fate.FORWARDED),
        Run(1, 3, 3, Fate.FORWARDED),
        Run(2, 2, 2, Fate.REFUSED),
        Run(2, 3, 3, Fate.REFUSED, "why"),
        Run(1, 5, 5, Fate.FORWARDED),
        Run(2, 4, 4, Fate.REFUSED, "why"),
        Run(1, 6, 9, Fate.FORWARDED),
    ]
    assert sorted(ranges.joined(runs)) == [
        Run(1, 1, 3, Fate.FORWARDED),
        Run(1, 5, 9, Fate.FORWARDED),
        Run(2, 1, 1, Fate.FORWARDED),
        Run(2, 2, 2, Fate.REFUSED),
        Run(2, 3, 4, Fate.REFUSED, "why"),
    ]
