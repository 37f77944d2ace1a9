"""From readings to a curve: few points, every peak kept, and only what is new is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.contract import Series
from ui.trace import Trace, fit_range, thin

Readings = list[tuple[float, float]]
READINGS = st.lists(st.tuples(st.floats(0, 100), st.floats(-1e6, 1e6)), min_size=1, max_size=300).map(sorted)


def series(readings: Readings) -> Series:
    columns = np.array(readings, np.float64).reshape(-1, 2)
    return columns[:, 0].copy(), columns[:, 1].copy()


@given(READINGS, st.floats(0.05, 20))
def test_thin_keeps_every_peak_and_two_points_a_column(readings: Readings, column_s: float) -> None:
    times, values = series(readings)
    thin_times, thin_values = thin((times, values), column_s)
    columns, thin_columns = np.floor(times / column_s), np.floor(thin_times / column_s)
    if len(times) >= 3:
        assert np.unique(thin_columns, return_counts=True)[1].max() <= 2
    for column in np.unique(columns):
        before, after = values[columns == column], thin_values[thin_columns == column]
        assert (before.min(), before.max()) == (after.min(), after.max())
    assert (np.diff(thin_times) >= 0).all()


class Store:
    """Readings that come one after the other, and how much of them was read."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.values: list[float] = []
        self.read_points = 0

    def read(self, from_s: float, to_s: float) -> Series:
        times, values = np.array(self.times), np.array(self.values)
        first, last = np.searchsorted(times, from_s), np.searchsorted(times, to_s, side="right")
        self.read_points += int(last - first)
        return times[first:last], values[first:last]


def test_running_curve_is_the_same_as_one_made_at_once_and_reads_little() -> None:
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


def test_moving_back_reads_what_had_left() -> None:
    store = Store()
    store.times, store.values = [float(n) for n in range(100)], [float(n) for n in range(100)]
    trace = Trace(store.read)
    trace.update(80, 99, 100)
    times, _ = trace.update(10, 29, 100)
    assert (times[0], times[-1]) == (9.0, 29.0)


def test_silent_device_has_an_empty_curve() -> None:
    times, values = Trace(Store().read).update(0, 10, 100)
    assert len(times) == len(values) == 0


@pytest.mark.parametrize(
    ("current", "low", "high", "fitted"),
    [
        (None, 0.0, 10.0, (-0.8, 10.8)),
        (None, 5.0, 5.0, (4.5, 5.5)),
        ((-0.8, 10.8), 0.5, 9.5, (-0.8, 10.8)),
        ((-0.8, 10.8), 0.0, 20.0, (-1.6, 21.6)),
        ((-0.8, 10.8), 4.0, 5.0, (3.92, 5.08)),
    ],
    ids=["first", "flat", "noise", "grows", "shrinks"],
)
def test_value_range_is_calm(
    current: tuple[float, float] | None, low: float, high: float, fitted: tuple[float, float]
) -> None:
    assert fit_range(current, low, high) == pytest.approx(fitted)
