"""Rings and buckets hold the same as plain lists, hand on the rest, and take memory as entries come."""

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
        st.tuples(st.just("append"), st.lists(st.integers(0, 3), max_size=9), st.integers(1, 20)),
        st.tuples(st.just("forget"), st.just([]), st.integers(0, 4)),
    ),
    max_size=12,
)


def columns(rows: Sequence[Row], width: int) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(len(rows), width).T


def as_rows(found: NDArray[np.float64]) -> list[Row]:
    return [tuple(row) for row in found.T.tolist()]


def kept_of(rows: list[Row], most: int, step_s: float) -> list[Row]:
    """Which of `rows` a ring keeps."""
    if len(rows) <= most:
        return rows
    kept = rows[len(rows) - most + most // 8 :]
    whole = [row for row in rows if row[0] // step_s >= kept[0][0] // step_s]
    return whole if len(whole) <= most else kept


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
    ring.append(columns([(float(n),) for n in range(1, 5)], 1), 4, 1.0)
    ring.append(columns([(5.0,), (6.0,)], 1), 4, 1.0)  # the array has 5, 6, 3, 4
    piece = ring.between(from_s, to_s)
    assert piece[0].tolist() == found
    piece[:] = 0.0
    assert ring.between(0.0, 9.0)[0].tolist() == [3, 4, 5, 6]


@given(steps, st.integers(1, 5), st.integers(0, 40), st.integers(0, 40))
def test_a_ring_holds_the_newest_entries_and_hands_on_the_others(
    done: list[tuple[str, list[int], int]], step_s: int, from_s: int, to_s: int
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
            gone = as_rows(ring.append(columns(new, 2), number, step_s))
            rows += new
            forgot = forgot or len(rows) > number
            kept = kept_of(rows, number, step_s)
            assert [*gone, *kept] == rows
            rows = kept
        else:
            # As if the clock had been set back to `last`.
            last = max(0, last - number)
            ring.forget_from(last)
            rows = [row for row in rows if row[0] < last]
        assert as_rows(ring.between(-math.inf, math.inf)) == rows
        assert as_rows(ring.between(from_s, to_s)) == [row for row in rows if from_s <= row[0] <= to_s]
        assert as_rows(ring.newest) == rows[-1:]
        assert ring.first_s == (rows[0][0] if rows else math.inf)
        assert ring.forgot is forgot


@pytest.mark.parametrize(
    ("times", "gone"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], []),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1]),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 1, 2]),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 1, 2, 3]),
        # The step that has entry 3 begins at 2, at 1, and with the first entry.
        ([0, 1, 2, 2.5, 4, 5, 6, 7, 8, 9], [0, 1]),
        ([0, 1, 1.5, 1.9, 4, 5, 6, 7, 8, 9], [0, 1, 1.5]),
        ([0, 0, 0, 0, 4, 5, 6, 7, 8, 9], [0, 0, 0]),
    ],
)
def test_a_full_ring_hands_on_an_eighth_and_whole_steps(times: list[float], gone: list[float]) -> None:
    ring = Ring(1)
    assert ring.append(columns([(time,) for time in times], 1), 8, 1.0)[0].tolist() == gone
    assert ring.between(-math.inf, math.inf)[0].tolist() == times[len(gone) :]


def test_a_ring_takes_memory_as_entries_come(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def empty(shape: tuple[int, int], kind: type) -> NDArray[np.float64]:
        taken.append(shape[1])
        return np.empty(shape, kind)

    monkeypatch.setattr(rings, "np", SimpleNamespace(**{**vars(np), "empty": empty}))
    ring = Ring(3)
    for number in range(1000):
        ring.append(columns([(float(number), 0.0, 0.0)], 3), 300, 1.0)
    assert taken == [0, 64, 128, 256, 300]
    ring.append(columns([], 3), 70, 1.0)
    assert taken[5:] == [70]
    assert as_rows(ring.between(-math.inf, math.inf))[-1] == (999.0, 0.0, 0.0)


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
    has_handed_on = False
    for part in parts:
        rows: list[Row] = []
        for delta, value in part:
            last += delta
            rows.append((float(last), float(value), float(value + 1)))
            begin = last // 4 * 4.0
            low, high = seen.get(begin, (math.inf, -math.inf))
            seen[begin] = min(low, value), max(high, value + 1)
        gone = as_rows(buckets.append(columns(rows, 3), most, 4.0))
        assert gone == [(begin, *seen.pop(begin)) for begin in sorted(seen)[: len(gone)]]
        has_handed_on = has_handed_on or bool(gone)
        assert len(seen) <= most
        assert buckets.first_s == min(seen)
        assert buckets.forgot is has_handed_on
        expected: list[Row] = []
        for begin in sorted(seen):
            if from_s <= begin <= to_s:
                low, high = seen[begin]
                expected += [(begin, low), (min(begin + 2.0, to_s), high)]
        assert as_rows(buckets.between(from_s, to_s)) == expected


@pytest.mark.parametrize(("time_s", "left"), [(12.0, [4.0, 8.0]), (11.9, [4.0]), (8.0, [4.0]), (4.0, [])])
def test_buckets_are_forgotten_whole(time_s: float, left: list[float]) -> None:
    buckets = Buckets(4.0)
    buckets.append(columns([(at, 1.0, 1.0) for at in (4.0, 8.0, 12.0, 16.0)], 3), 9, 4.0)
    buckets.forget_from(time_s)
    assert sorted({time for time, _ in as_rows(buckets.between(0, 100)) if time % 4 == 0}) == left
    # A new one begins with the next points.
    buckets.append(columns([(time_s, 5.0, 6.0)], 3), 9, 4.0)
    assert as_rows(buckets.between(0, 100))[-2:] == [(time_s // 4 * 4, 5.0), (time_s // 4 * 4 + 2, 6.0)]


def test_a_bucket_that_is_partly_in_a_period_counts_on_request() -> None:
    buckets = Buckets(4.0)
    buckets.append(columns([(at, at, at + 1) for at in (4.0, 8.0, 12.0)], 3), 9, 4.0)
    assert as_rows(buckets.between(9.0, 12.0)) == [(12, 12), (12, 13)]
    assert as_rows(buckets.between(9.0, 12.0, partly=True)) == [(9, 8), (10, 9), (12, 12), (12, 13)]
    assert as_rows(buckets.between(11.0, 11.5, partly=True)) == [(11, 8), (11, 9)]
    assert as_rows(buckets.between(8.0, 8.0, partly=True))[-2:] == [(8, 8), (8, 9)]


def test_a_bucket_takes_points_until_a_later_one_comes() -> None:
    buckets = Buckets(4.0)
    buckets.append(columns([(0.0, 5.0, 6.0)], 3), 9, 4.0)
    buckets.append(columns([(1.0, 1.0, 7.0), (2.0, 3.0, 9.0)], 3), 9, 4.0)
    assert as_rows(buckets.between(0, 100)) == [(0.0, 1.0), (2.0, 9.0)]


def test_buckets_with_less_room_hand_on_the_oldest_ones() -> None:
    buckets = Buckets(1.0)
    buckets.append(columns([(float(at), 0.0, 0.0) for at in range(6)], 3), 9, 1.0)
    gone = buckets.append(columns([], 3), 2, 1.0)
    assert as_rows(gone) == [(at, 0, 0) for at in range(4)]
    assert (buckets.first_s, buckets.forgot) == (4.0, True)
