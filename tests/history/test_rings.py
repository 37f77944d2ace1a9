"""Rings and buckets hold the same as plain lists, in memory that does not grow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.history import rings
from app.history.rings import Buckets, Ring

Row = tuple[float, ...]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(st.integers(0, 3), max_size=9), st.integers(1, 7)),
        st.tuples(st.just("forget"), st.just([]), st.integers(0, 4)),
    ),
    max_size=12,
)


def columns(rows: Sequence[Row], width: int) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(len(rows), width).T


def fill(buckets: Buckets, rows: Sequence[Row], most: int) -> list[Row]:
    """Append points, and return the buckets that this closes."""
    times, lows, highs = columns(rows, 3)
    closed = buckets.append(times, lows, highs, most)
    return [] if closed is None else as_rows(closed)


def as_rows(found: NDArray[np.float64]) -> list[Row]:
    return [tuple(row) for row in found.T.tolist()]


@pytest.mark.parametrize(
    ("from_s", "to_s", "found"),
    [
        (0.0, 9.0, [3, 4, 5, 6]),
        (4.5, 9.0, [5, 6]),
        (5.0, 5.0, [5]),
        (5.5, 5.9, []),
        (4.0, 5.0, [4, 5]),
        (7.0, 9.0, []),
    ],
)
def test_a_ring_that_has_begun_anew_gives_a_copy_of_either_piece(
    from_s: float, to_s: float, found: list[float]
) -> None:
    ring = Ring(1)
    ring.append(columns([(float(n),) for n in range(1, 5)], 1), 4)
    ring.append(columns([(5.0,), (6.0,)], 1), 4)  # the array has 5, 6, 3, 4
    piece = ring.between(from_s, to_s)
    assert piece[0].tolist() == found
    piece[:] = 0.0
    assert ring.between(0.0, 9.0)[0].tolist() == [3, 4, 5, 6]


@given(steps, st.integers(0, 40), st.integers(0, 40))
def test_a_ring_holds_the_newest_entries(
    done: list[tuple[str, list[int], int]], from_s: int, to_s: int
) -> None:
    ring = Ring(2)
    rows: list[Row] = []
    last, forgot = 0, False
    for what, deltas, number in done:
        if what == "append":
            new: list[Row] = []
            for delta in deltas:
                last += delta
                new.append((float(last), float(10 * last + len(new))))
            ring.append(columns(new, 2), number)
            rows += new
            forgot = forgot or len(rows) > number
            rows = rows[-number:]
        else:
            # As if the clock had been set back to `last`.
            last = max(0, last - number)
            ring.forget_from(last)
            rows = [row for row in rows if row[0] < last]
        assert as_rows(ring.between(-math.inf, math.inf)) == rows
        assert as_rows(ring.between(from_s, to_s)) == [row for row in rows if from_s <= row[0] <= to_s]
        assert ring.first_s == (rows[0][0] if rows else math.inf)
        assert ring.forgot is forgot


def test_a_ring_takes_its_memory_at_once_and_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[int, int]] = []

    def full(shape: tuple[int, int], value: float) -> NDArray[np.float64]:
        taken.append(shape)
        return np.full(shape, value)

    monkeypatch.setattr(rings, "np", SimpleNamespace(**{**vars(np), "full": full}))
    ring = Ring(3)
    ring.reserve(5)
    for number in range(20):
        ring.append(columns([(float(number), 0.0, 0.0)], 3), 5)
    assert taken == [(3, 5)]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), min_size=1, max_size=6), max_size=9),
    st.integers(1, 6),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_a_bucket_keeps_the_lowest_and_the_highest(
    parts: list[list[tuple[int, int]]], most: int, from_s: int, to_s: int
) -> None:
    buckets = Buckets(4.0)
    last = 0
    seen: dict[float, tuple[float, float]] = {}
    for part in parts:
        before = sorted(seen)[:-1]
        rows: list[Row] = []
        for delta, value in part:
            last += delta
            rows.append((float(last), float(value), float(value + 1)))
            begin = last // 4 * 4.0
            low, high = seen.get(begin, (math.inf, -math.inf))
            seen[begin] = min(low, value), max(high, value + 1)
        closed = fill(buckets, rows, most)
        # The last bucket is open: it may still change.
        now_closed = [begin for begin in sorted(seen)[:-1] if begin not in before]
        assert closed == [(begin, *seen[begin]) for begin in now_closed]
        kept = sorted(seen)[:-1][-most:]
        assert buckets.first_s == (kept[0] if kept else math.inf)
        assert buckets.forgot is (len(seen) - 1 > most)
        expected: list[Row] = []
        for begin in kept:
            if from_s <= begin <= to_s:
                low, high = seen[begin]
                expected += [(begin, low), (min(begin + 2.0, to_s), high)]
        assert as_rows(buckets.between(from_s, to_s)) == expected


@pytest.mark.parametrize(("time_s", "left"), [(12.0, [4.0, 8.0]), (11.9, [4.0]), (8.0, [4.0]), (4.0, [])])
def test_buckets_are_forgotten_whole(time_s: float, left: list[float]) -> None:
    buckets = Buckets(4.0)
    fill(buckets, [(at, 1.0, 1.0) for at in (4.0, 8.0, 12.0, 16.0)], 9)
    buckets.forget_from(time_s)
    assert sorted({time for time, _ in as_rows(buckets.between(0, 100)) if time % 4 == 0}) == left
    # The open bucket is dropped too; a new one begins with the next points.
    fill(buckets, [(time_s, 5.0, 6.0), (20.0, 0.0, 0.0)], 9)
    assert as_rows(buckets.between(0, 100))[-2:] == [(time_s // 4 * 4, 5.0), (time_s // 4 * 4 + 2, 6.0)]


def test_a_bucket_that_is_partly_in_a_period_counts_on_request() -> None:
    buckets = Buckets(4.0)
    fill(buckets, [(at, at, at + 1) for at in (4.0, 8.0, 12.0, 16.0)], 9)
    assert as_rows(buckets.between(9.0, 12.0)) == [(12, 12), (12, 13)]
    assert as_rows(buckets.between(9.0, 12.0, partly=True)) == [(9, 8), (10, 9), (12, 12), (12, 13)]
    assert as_rows(buckets.between(11.0, 11.5, partly=True)) == [(11, 8), (11, 9)]
    assert as_rows(buckets.between(8.0, 8.0, partly=True))[-2:] == [(8, 8), (8, 9)]


def test_all_points_that_are_appended_to_an_open_bucket_at_once_count() -> None:
    buckets = Buckets(4.0)
    assert fill(buckets, [(0.0, 5.0, 6.0)], 9) == []
    assert fill(buckets, [(1.0, 1.0, 7.0), (2.0, 3.0, 9.0)], 9) == []
    assert fill(buckets, [(4.0, 0.0, 0.0)], 9) == [(0.0, 1.0, 9.0)]


def test_buckets_reserve_the_memory_of_their_ring() -> None:
    buckets = Buckets(1.0)
    fill(buckets, [(float(at), 0.0, 0.0) for at in range(6)], 9)
    buckets.reserve(2)
    assert (buckets.first_s, buckets.forgot) == (3.0, True)
