"""Curves drawn from readings: they have few points but every peak, and only new readings are read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plot.trace import Series, Trace, fit_range, thin

Readings = list[tuple[float, float]]
READINGS = st.lists(st.tuples(st.floats(0, 100), st.floats(-1e6, 1e6)), min_size=1, max_size=300).map(sorted)


def series(readings: Readings) -> Series:
    columns = np.array(readings, np.float64).reshape(-1, 2)
    return columns[:, 0].copy(), columns[:, 1].copy()


@given(READINGS, st.floats(0.05, 20))
def test_thin_keeps_every_peak_in_at_most_two_points_per_column(readings: Readings, column_s: float) -> None:
    times, values = series(readings)
    thin_times, thin_values = thin((times, values), column_s)
    columns, thin_columns = np.floor(times / column_s), np.floor(thin_times / column_s)
    if len(times) >= 3:
        assert np.unique(thin_columns, return_counts=True)[1].max() <= 2
    for column in np.unique(columns):
        before, after = values[columns == column], thin_values[thin_columns == column]
        assert (before.min(), before.max()) == (after.min(), after.max())
    assert (np.diff(thin_times) >= 0).all()


def test_thin_keeps_the_first_and_last_times_and_the_order_of_extremes() -> None:
    falls = [(0.1, 5), (0.2, 1), (0.3, 9), (0.4, 3)]
    rises = [(1.1, 1), (1.5, 7), (1.6, 0), (1.9, 3)]
    one, two = [(2.5, 4)], [(3.1, 6), (3.2, 2)]
    ends_as_it_began = [(4.1, 2), (4.2, 8), (4.3, 2)]
    times, values = thin(series([*falls, *rises, *one, *two, *ends_as_it_began]), 1.0)
    assert list(zip(times, values, strict=True)) == [
        *((0.1, 9), (0.4, 1), (1.1, 0), (1.9, 7), (2.5, 4), (3.1, 6), (3.2, 2), (4.1, 2), (4.3, 8))
    ]
    assert [len(column) for column in thin(series([]), 1.0)] == [0, 0]


class Store:
    """A store of readings that counts how many of them were read."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.values: list[float] = []
        self.read_points = 0

    def read(self, from_s: float, to_s: float) -> Series:
        times, values = np.array(self.times), np.array(self.values)
        first, last = np.searchsorted(times, from_s), np.searchsorted(times, to_s, side="right")
        self.read_points += int(last - first)
        return times[first:last], values[first:last]


def test_a_curve_made_frame_by_frame_equals_one_made_at_once_and_reads_little() -> None:
    store, noise = Store(), np.random.default_rng(1)
    trace = Trace(store.read)
    now_s = 1000.0
    for frame in range(200):
        store.times += (now_s + np.arange(50) * 0.0005).tolist()
        store.values += noise.normal(size=50).tolist()
        now_s = 1000.0 + (frame + 1) / 40
        running = trace.update(now_s - 2, now_s, 200)
    fresh = Trace(store.read).update(now_s - 2, now_s, 200)
    visible = [times >= now_s - 2 for times in (running[0], fresh[0])]
    np.testing.assert_array_equal(running[0][visible[0]], fresh[0][visible[1]])
    np.testing.assert_array_equal(running[1][visible[0]], fresh[1][visible[1]])
    assert store.read_points < 3 * len(store.times)


def test_moving_back_reads_again_what_had_left_the_view() -> None:
    store = Store()
    store.times, store.values = [float(n) for n in range(100)], [float(n) for n in range(100)]
    trace = Trace(store.read)
    trace.update(80, 99, 100)
    times, _ = trace.update(10, 29, 100)
    assert (times[0], times[-1]) == (9.0, 29.0)


def edges(store: Store) -> None:
    """Add readings at the edges of columns of 0.1 s, and a microsecond before and after each edge."""
    for n in range(300):
        for hair in (-1e-6, 0, 1e-6):
            store.times.append(n / 10 + hair)
            store.values.append(n + hair)


def test_no_reading_at_the_edge_of_a_column_is_drawn_twice_or_lost() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    for step in range(100):
        to_s = 10 + step * 0.05
        running = trace.update(to_s - 10, to_s, 100)
        fresh = Trace(store.read).update(to_s - 10, to_s, 100)
        seen = [
            [reading for reading in zip(times, values, strict=True) if reading[0] >= to_s - 10]
            for times, values in (running, fresh)
        ]
        assert seen[0] == seen[1]


def test_a_view_that_does_not_move_reads_only_its_last_column() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    first = trace.update(5, 15, 100)
    store.read_points = 0
    again = trace.update(5, 15, 100)
    assert store.read_points <= 6
    assert again[0].tolist() == first[0].tolist()


def test_a_curve_that_was_not_drawn_for_long_begins_at_the_left_edge() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    trace.update(0, 1, 10)
    store.read_points = 0
    times, _ = trace.update(20, 21, 10)
    assert 19.89 <= times[0] <= 19.91
    assert store.read_points <= 40


def test_shorter_view_of_the_same_columns_ends_at_its_right_edge() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    trace.update(0, 20, 200)
    times, _ = trace.update(5, 15, 100)
    assert (round(times[0], 3), round(times[-1], 3)) == (4.0, 15.0)


def test_longer_view_of_the_same_columns_begins_at_its_left_edge() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    trace.update(10, 20, 100)
    times, _ = trace.update(5, 20, 150)
    assert (round(times[0], 3), round(times[-1], 3)) == (3.5, 20.0)


def test_zoom_towards_the_right_edge_draws_finer_columns() -> None:
    store = Store()
    edges(store)
    trace = Trace(store.read)
    trace.update(0, 20, 10)
    zoomed = trace.update(10, 20, 100)
    fresh = Trace(store.read).update(10, 20, 100)
    assert [column.tolist() for column in zoomed] == [column.tolist() for column in fresh]


def test_the_first_frame_can_have_columns_of_any_width() -> None:
    store = Store()
    edges(store)
    for columns in (5, 10, 20):
        times, _ = Trace(store.read).update(0, 10, columns)
        assert len(times) >= columns


def test_silent_device_has_an_empty_curve() -> None:
    times, values = Trace(Store().read).update(0, 10, 100)
    assert len(times) == len(values) == 0


@pytest.mark.parametrize(
    ("current", "low", "high", "fitted"),
    [
        (None, 0.0, 10.0, (-0.8, 10.8)),
        (None, 5.0, 5.0, (4.5, 5.5)),
        (None, -100.0, -100.0, (-105.0, -95.0)),
        ((0.0, 10.0), 0.0, 10.0, (0.0, 10.0)),
        ((65.0, 75.0), 70.0, 70.0, (66.5, 73.5)),
        ((0.0, 10.0), -0.1, 9.0, (-0.828, 9.728)),
        ((-0.8, 10.8), 0.5, 9.5, (-0.8, 10.8)),
        ((-0.8, 10.8), 0.0, 20.0, (-1.6, 21.6)),
        ((-0.8, 10.8), 4.0, 5.0, (3.92, 5.08)),
    ],
    ids=[
        "first",
        "flat",
        "flat and far",
        "just fits",
        "just shrinks",
        "grows down",
        "noise",
        "grows",
        "shrinks",
    ],
)
def test_value_range_does_not_follow_noise(
    current: tuple[float, float] | None, low: float, high: float, fitted: tuple[float, float]
) -> None:
    assert fit_range(current, low, high) == pytest.approx(fitted)
