"""The points of a curve are readings, and each column keeps its first, last, lowest and highest one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.journal.summaries.entries import NONE, summarized
from app.journal.summaries.points import NO_POINTS, Points, ordered, points_of, thinned


def points(*pairs: tuple[int, float]) -> Points:
    return Points(np.array([at for at, _ in pairs], np.int64), np.array([value for _, value in pairs], float))


def pairs(found: Points) -> list[tuple[int, float]]:
    return list(zip(found.times_us.tolist(), found.numbers.tolist(), strict=True))


def of_one_block(*rows: tuple[int, float]) -> list[tuple[int, float]]:
    seqs = np.arange(1, len(rows) + 1)
    times, numbers = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    return pairs(points_of(summarized(seqs, times, numbers)))


def test_a_block_has_four_points_in_the_order_of_their_times() -> None:
    rows = ((1, 5.0), (2, 9.0), (3, 5.0), (4, -1.0), (5, 6.0), (6, 7.0))
    assert of_one_block(*rows) == [(1, 5), (2, 9), (4, -1), (6, 7)]
    # The clock was set back in this block.
    assert of_one_block((11, 5.0), (12, 9.0), (1, -1.0), (2, 0.0)) == [(1, -1), (2, 0), (11, 5), (12, 9)]


def test_a_reading_that_is_several_of_these_is_one_point() -> None:
    assert of_one_block((1, 5.0)) == [(1, 5)]
    assert of_one_block((1, 5.0), (2, 6.0)) == [(1, 5), (2, 6)]
    assert of_one_block((1, 5.0), (1, 5.0)) == [(1, 5)]
    assert of_one_block((1, 5.0), (1, 6.0)) == [(1, 5), (1, 6)]
    assert pairs(points_of(NONE)) == []


def test_points_are_put_in_order_by_their_times_alone() -> None:
    late, early = points((5, 1.0), (7, 2.0)), points((3, 3.0), (5, 0.0))
    assert pairs(ordered([early, late])) == [(3, 3), (5, 0), (5, 1), (7, 2)]
    assert pairs(ordered([late, early])) == [(3, 3), (5, 1), (5, 0), (7, 2)]
    assert pairs(ordered([])) == []


def test_only_the_points_of_a_period_are_chosen() -> None:
    found = points((1, 1.0), (2, 2.0), (3, 3.0))
    assert pairs(found.during(2, 2)) == [(2, 2)]
    assert found.during(1, 3) is found


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(-5, 5).map(float)), max_size=80).map(sorted),
    st.sampled_from((0.7, 1.0, 13.0, 500.0)),
)
def test_a_column_keeps_four_points(rows: list[tuple[int, float]], column_us: float) -> None:
    kept = pairs(thinned(points(*rows), -3, column_us))
    assert kept == sorted(kept, key=lambda row: row[0])
    wanted = set()
    for column in {(at + 3) // column_us for at, _ in rows}:
        inside = [row for row in rows if (row[0] + 3) // column_us == column]
        low, high = min(inside, key=lambda row: row[1]), max(inside, key=lambda row: row[1])
        wanted |= {inside[0], inside[-1], low, high}
    assert set(kept) == wanted
    assert len(kept) <= 4 * len({(at + 3) // column_us for at, _ in rows})


def test_the_points_between_the_extremes_of_a_column_are_left_out() -> None:
    rows = [
        (0, 1.0),
        (1, 5.0),
        (2, 2.0),
        (3, -4.0),
        (4, 5.0),
        (5, 0.0),
        (9, 3.0),
        (10, 7.0),
        (11, 8.0),
        (12, 7.0),
    ]
    kept = pairs(thinned(points(*rows), 0, 10.0))
    assert kept == [(0, 1), (1, 5), (3, -4), (9, 3), (10, 7), (11, 8), (12, 7)]


def test_no_points_stay_none() -> None:
    assert thinned(NO_POINTS, 0, 1.0) is NO_POINTS
