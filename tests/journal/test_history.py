"""The history keeps the newest points, and the peaks of older ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.journal.history import MAX_POINTS, History


def points(history: History, from_s: float, to_s: float) -> tuple[list[float], list[float]]:
    times, values = history.window("board", "v1", from_s, to_s)
    return times.tolist(), values.tolist()


def add(history: History, times_s: np.ndarray, values: np.ndarray) -> None:
    history.append("board", "v1", (times_s * 1e6).astype(np.int64), values.astype(np.float64))


def test_an_unknown_target_has_no_points() -> None:
    assert points(History(), 0, 1e12) == ([], [])


def test_texts_are_left_out() -> None:
    history = History()
    add(history, np.array([1.0, 2.0, 3.0]), np.array([1.0, np.nan, 3.0]))
    add(history, np.array([4.0]), np.array([np.nan]))
    assert points(history, 0, 10) == ([1, 3], [1, 3])


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_the_window_is_the_newest_points_in_order(chunks: list[int]) -> None:
    history = History()
    total = 0
    for size in chunks:
        numbers = np.arange(total, total + size, dtype=np.float64)
        add(history, 1000 + numbers / 1000, numbers)
        total += size
    times, values = points(history, 1000 + (total - 1) / 2000, 1e12)
    assert values == list(range(int(values[0]), total))
    assert values[0] <= (total - 1) / 2 + 1
    assert times == sorted(times)


def test_memory_is_bounded_and_peaks_of_the_past_stay() -> None:
    history = History()
    step = 50_000
    for start in range(0, 10 * MAX_POINTS, step):
        numbers = np.arange(start, start + step, dtype=np.float64)
        values = np.zeros(step)
        if start == 0:
            values[7] = 99.0
        add(history, 1000 + numbers / 10_000, values)
    times, values = points(history, 1000, 1e12)
    assert len(values) < 3 * MAX_POINTS
    assert max(values) == 99
    assert times == sorted(times)
    assert times[-1] > 1000 + (10 * MAX_POINTS - step) / 10_000


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 400)), min_size=1, max_size=12))
def test_a_clock_that_was_set_back_leaves_no_point_out_of_order(parts: list[tuple[int, int]]) -> None:
    history = History()
    number = 0
    for start_s, size in parts:
        numbers = np.arange(number, number + size, dtype=np.float64)
        add(history, start_s + np.arange(size) / 100, numbers)
        number += size
    times, values = points(history, 0, 1e12)
    assert times == sorted(times)
    assert values == sorted(values)
    assert values[-size:] == numbers.tolist()


def test_a_step_back_within_one_commit_leaves_no_point_out_of_order() -> None:
    history = History()
    add(history, np.array([100.0, 101.0, 50.0, 51.0, 49.0, 50.5]), np.arange(6))
    assert points(history, 0, 1e12) == ([49, 50.5], [4, 5])
