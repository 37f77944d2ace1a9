"""The history keeps the newest points, and the peaks of older ones."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.history import history as history_module
from app.history.history import FINE_POINTS, History


def points(history: History, from_s: float, to_s: float) -> tuple[list[float], list[float]]:
    times, values = history.window("board", "v1", from_s, to_s)
    return times.tolist(), values.tolist()


def add(history: History, times_s: NDArray[np.float64], values: NDArray[Any]) -> None:
    history.append("board", "v1", (times_s * 1e6).astype(np.int64), values.astype(np.float64))


def test_an_unknown_target_has_no_points() -> None:
    assert points(History(), 0, 1e12) == ([], [])


def test_texts_are_left_out() -> None:
    history = History()
    add(history, np.array([1.0, 2.0, 3.0]), np.array([1.0, np.nan, 3.0]))
    add(history, np.array([4.0]), np.array([np.nan]))
    assert points(history, 0, 10) == ([1, 3], [1, 3])


def test_a_target_with_only_texts_has_no_points() -> None:
    history = History()
    add(history, np.array([4.0]), np.array([np.nan]))
    assert points(history, 0, 10) == ([], [])


def test_it_tells_which_times_it_has() -> None:
    history = History()
    assert history.kept("board", "v1", 1.0) == (np.inf, np.inf, -np.inf, 0)
    add(history, np.array([1000.0, 1001.0]), np.array([1.0, 2.0]))
    add(history, np.array([1002.0]), np.array([np.nan]))
    assert history.kept("board", "v1", 1.0) == (1000.0, 1000.0, 1002.0, 0)
    # The clock is set back, first to a time within, then to one before all points.
    add(history, np.array([1000.5]), np.array([3.0]))
    assert history.kept("board", "v1", 1.0) == (1000.0, 1000.0, 1000.5, 1)
    add(history, np.array([999.0]), np.array([4.0]))
    assert history.kept("board", "v1", 1.0) == (999.0, 999.0, 999.0, 2)


def test_older_times_are_there_in_longer_buckets_only() -> None:
    history = History()
    times = 1000 + np.arange(100_000) * 0.001
    add(history, times, np.zeros(100_000))
    reaches = [history.kept("board", "v1", bucket_s).reach_s for bucket_s in (0.001, 0.002, 0.01, 0.05, 99.0)]
    assert times[-FINE_POINTS] <= reaches[0] <= times[-FINE_POINTS * 7 // 8]
    assert reaches == sorted(reaches, reverse=True)
    assert len(set(reaches[:4])) >= 3
    assert reaches[-1] == history.kept("board", "v1", 0.001).begin_s == 1000.0


def test_a_device_is_forgotten_and_no_other() -> None:
    history = History()
    for device in ("board", "other"):
        history.append(device, "v1", np.array([1_000_000]), np.array([5.0]))
    history.forget("board")
    assert points(history, 0, 10) == ([], [])
    assert history.window("other", "v1", 0, 10)[1].tolist() == [5]


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_the_window_is_the_newest_points_in_order(chunks: list[int]) -> None:
    history = History()
    total = 0
    for size in chunks:
        numbers = np.arange(total, total + size, dtype=np.float64)
        add(history, 1000 + numbers / 1000, numbers)
        total += size
        oldest = max(0, total - FINE_POINTS * 7 // 8)
        times, values = points(history, 1000 + oldest / 1000 - 1e-6, 1e12)
        assert values == list(range(oldest, total))
        assert times == sorted(times)


@settings(max_examples=40)
@given(st.integers(1, 50_000), st.sampled_from([0.0001, 0.003, 0.7, 40.0]), st.integers(100, 5000))
def test_older_points_keep_their_peaks_and_their_order(total: int, step_s: float, size: int) -> None:
    history = History()
    values = np.sin(np.arange(total) / 37.0)
    values[total // 3] = 9.0
    times = 1000 + np.arange(total) * step_s
    for first in range(0, total, size):
        add(history, times[first : first + size], values[first : first + size])
    seen_times, seen = points(history, 0, 1e12)
    assert seen_times == sorted(seen_times)
    # The widest buckets are 6.25 s wide, and 2,310 or more of them are kept.
    if times[-1] - times[total // 3] < 2310 * 6.25:
        assert max(seen) == 9.0
    assert seen[-1] == values[-1]
    assert seen_times[-1] == pytest.approx(times[-1], abs=1e-5)
    assert set(np.round(seen, 9)) <= set(np.round(values, 9))


def test_a_window_of_a_device_that_is_forgotten_meanwhile_is_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acts: list[Callable[[], None]] = []

    class Lock:
        """A stand-in for a lock: its release runs one of `acts`, as if another thread came first."""

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            if acts:
                acts.pop()()

    monkeypatch.setattr(history_module, "threading", SimpleNamespace(Lock=Lock))
    history = History()
    add(history, np.array([4.0]), np.array([5.0]))
    acts.append(lambda: history.forget("board"))
    assert points(history, 0, 10) == ([4], [5])
    assert points(history, 0, 10) == ([], [])


def test_memory_is_bounded_and_peaks_of_the_past_stay() -> None:
    history = History()
    step = 50_000
    for start in range(0, 10 * FINE_POINTS, step):
        numbers = np.arange(start, start + step, dtype=np.float64)
        values = np.zeros(step)
        if start == 0:
            values[7], values[11] = 99.0, -99.0
        add(history, 1000 + numbers / 10_000, values)
    times, seen = points(history, 1000, 1e12)
    assert len(seen) < 9 * FINE_POINTS
    assert (min(seen), max(seen)) == (-99, 99)
    assert times == sorted(times)
    assert times[-1] > 1000 + (10 * FINE_POINTS - step) / 10_000


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


@pytest.mark.parametrize(
    ("commits", "left"),
    [
        ([[100, 101, 50, 51, 49, 50.5]], [49, 50.5]),
        ([[100, 101, 102, 103, 104, 50, 51, 52]], [50, 51, 52]),
        ([[100, 101], [100.5]], [100, 100.5]),
        ([[100.000002], [100.000001]], [100.000001]),
        ([[100, 100], [100]], [100, 100, 100]),
    ],
)
def test_setting_the_clock_back_drops_only_later_points(
    commits: list[list[float]], left: list[float]
) -> None:
    history = History()
    for times in commits:
        add(history, np.array(times), np.arange(len(times)))
        seen, _ = points(history, 0, 1e12)
    assert seen == left


def test_points_dropped_by_setting_the_clock_back_do_not_come_back_as_buckets() -> None:
    history = History()
    add(history, 100 + np.arange(1000) / 1000, np.full(1000, 9.0))
    for first in range(0, 20_000, 1000):
        add(history, 50 + np.arange(first, first + 1000) / 1000, np.zeros(1000))
    times, seen = points(history, 0, 1e12)
    assert times == sorted(times)
    assert set(seen) == {0}


def test_a_window_in_a_gap_has_no_point() -> None:
    history = History()
    # After the first call, every level of detail has dropped points.
    add(history, 8 * np.arange(9000.0), np.arange(9000))
    add(history, 72_008 + np.arange(2100.0), np.full(2100, -1.0))
    # The widest bucket that begins in the gap, at 72,006.25 s, holds points from after the gap.
    assert points(history, 71_993, 72_007) == ([], [])


def test_a_window_in_the_past_has_no_later_point() -> None:
    history = History()
    for first in range(0, 12_000, 3000):
        add(history, np.arange(first, first + 3000) / 1000, np.arange(3000))
    times, _ = points(history, 0, 0.5)
    assert times
    assert max(times) <= 0.5


def test_all_points_are_shown_once_if_nothing_was_dropped() -> None:
    history = History()
    numbers = np.arange(3000)
    add(history, 1003.7 + numbers / 100, numbers)
    assert points(history, 0, 1e12)[1] == numbers.tolist()


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=12),
    st.sampled_from([0.00001, 0.0007, 0.004, 1.5]),
    st.sampled_from([0.001, 0.02, 0.2]),
)
def test_each_point_is_shown_once_or_by_one_bucket(sizes: list[int], step_s: float, full: float) -> None:
    with mock.patch.object(history_module, "_FULL_TARGETS", full):
        history = History()
        done = 0
        for size in sizes:
            add(history, 1000 + np.arange(done, done + size) * step_s, np.arange(done, done + size))
            done += size
        times, seen = points(history, 0, 1e12)
        first_s = history.kept("board", "v1", 0.0).reach_s
    assert times == sorted(times)
    single = [value for time_s, value in zip(times, seen, strict=True) if time_s >= first_s]
    assert single == list(range(int(single[0]), done))
    # The values rise by one, so that a bucket's low is its first point, and its high is its last one.
    lows, highs = seen[: -len(single)][::2], seen[: -len(single)][1::2]
    assert [*lows[1:], *([single[0]] if highs else [])] == [high + 1 for high in highs]


@given(st.lists(st.integers(-3, 40), min_size=1, max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_single_points_are_those_of_the_window_or_none(steps: list[int], begin: int, length: int) -> None:
    history = History()
    times = np.cumsum(np.array(steps, np.int64))
    for part in np.array_split(times, 3):
        history.append("a", "v1", 1_000_000 * part, part.astype(float))
    from_s, to_s = float(times[0] + begin), float(times[0] + begin + length)
    found = history.points("a", "v1", from_s, to_s)
    window = history.window("a", "v1", from_s, to_s)
    if found is not None:
        assert [part.tolist() for part in found] == [part.tolist() for part in window]
    assert (found is not None) == (from_s > history.kept("a", "v1", 0.0).reach_s)


def test_points_that_have_left_the_ring_are_not_kept_one_by_one() -> None:
    history = History()
    assert history.points("board", "v1", 0, 1) is None
    add(history, np.arange(FINE_POINTS + 10.0), np.zeros(FINE_POINTS + 10))
    assert history.points("board", "v1", 10.0, 11.0) is None
    first_s = history.kept("board", "v1", 0.0).reach_s
    assert 10.0 < first_s <= 10 + FINE_POINTS / 8
    assert history.points("board", "v1", first_s, first_s + 1) is None
    assert history.points("board", "v1", first_s + 0.5, first_s + 1) is not None


def test_points_are_copies_of_what_came_and_of_what_is_kept() -> None:
    history = History()
    numbers = np.array([1.0, 2.0, 3.0])
    history.append("a", "v1", np.array([1, 2, 3]) * 1_000_000, numbers)
    assert history.points("a", "v1", 1.5, 3.0) is not None
    numbers[:] = 9.0
    found = history.points("a", "v1", 1.5, 3.0)
    assert found is not None
    assert found[1].tolist() == [2.0, 3.0]
    found[1][:] = 8.0
    assert history.window("a", "v1", 1.5, 3.0)[1].tolist() == [2.0, 3.0]
