"""Curves drawn from readings: few points but every peak; and readings as they came beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.message import verbatim
from tests.ui.plot.feed.store import Store
from ui.plot.feed.gaps import Band
from ui.plot.feed.trace import Reading, Series, Trace, thin
from ui.plot.time_view import Frame, TimeView

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


def frame(from_s: float, to_s: float, columns: int) -> Frame:
    """The frame of a plot that shows the time from `from_s` to `to_s`."""
    return TimeView(to_s - from_s).frame(to_s, columns)


def drawn(trace: Trace, at: Frame) -> list[tuple[float, float]]:
    """The points of a curve in a frame."""
    trace.update(at)
    return points(trace)


def points(trace: Trace) -> list[tuple[float, float]]:
    times, values = trace.points
    return list(zip(times.tolist(), values.tolist(), strict=True))


def seen(found: list[tuple[float, float]], at: Frame) -> list[tuple[float, float]]:
    """The points that are right of the left edge of a frame."""
    return [point for point in found if point[0] >= at.from_s]


# Points


def test_a_curve_made_frame_by_frame_equals_one_made_at_once_and_reads_little() -> None:
    store, noise = Store(), np.random.default_rng(1)
    trace = Trace(store.read)
    for number in range(200):
        now_s = 1000.0 + (number + 1) / 40
        for n in range(50):
            store.say(1000.0 + number / 40 + n * 0.0005, float(noise.normal()))
        at = frame(now_s - 2, now_s, 200)
        running = drawn(trace, at)
    read = store.read_points
    assert seen(running, at) == seen(drawn(Trace(store.read), at), at)
    assert read < 3 * len(store.times)


STEPS = st.lists(st.tuples(st.floats(0, 0.7), st.lists(st.floats(0, 1), max_size=4)), min_size=1, max_size=25)


@given(STEPS, st.integers(2, 60), st.floats(0.3, 5))
def test_however_readings_and_frames_come_the_curve_is_the_same_and_says_what_has_changed(
    steps: list[tuple[float, list[float]]], columns: int, span_s: float
) -> None:
    store, now_s = Store(), 1000.0
    trace = Trace(store.read)
    before: list[tuple[float, float]] = []
    for pause_s, places in steps:
        for place in sorted(places):
            store.say(now_s + place * pause_s, len(store.times) % 7)
        now_s += pause_s
        at = frame(now_s - span_s, now_s, columns)
        changed_s = trace.update(at)
        running, fresh = points(trace), drawn(Trace(store.read), at)
        assert seen(running, at) == seen(fresh, at)
        edge_s = np.inf if changed_s is None else changed_s
        assert [point for point in seen(before, at) if point[0] < edge_s] == [
            point for point in seen(running, at) if point[0] < edge_s
        ]
        before = running
        assert trace.newest == ((store.times[-1], store.values[-1]) if seen(fresh, at) else None)
        assert len(seen(running, at)) <= 2 * columns


@given(STEPS, st.integers(2, 60), st.floats(0.3, 5))
def test_each_reading_is_between_the_lowest_and_highest_point_of_its_column(
    steps: list[tuple[float, list[float]]], columns: int, span_s: float
) -> None:
    store, now_s = Store(), 1000.0
    trace = Trace(store.read)
    for pause_s, places in steps:
        for place in sorted(places):
            store.say(now_s + place * pause_s, (place * 1e4) % 97)
        now_s += pause_s
        at = frame(now_s - span_s, now_s, columns)
        trace.update(at)
    ends: dict[int, list[float]] = {}
    for at_s, value in points(trace):
        ends.setdefault(math.floor(at_s / at.column_s), []).append(value)
    peaks: dict[int, list[float]] = {}
    for at_s, value in zip(store.times, store.values, strict=True):
        if (column := math.floor(at_s / at.column_s)) >= at.first:
            assert min(ends[column]) <= value <= max(ends[column])
            peaks.setdefault(column, []).append(value)
    for column, inside in peaks.items():
        assert (min(inside), max(inside)) == (min(ends[column]), max(ends[column]))


def test_moving_back_reads_again_what_had_left_the_view() -> None:
    store = Store(*((float(n), float(n)) for n in range(100)))
    trace = Trace(store.read)
    drawn(trace, frame(80, 99, 100))
    at = frame(10, 29, 100)
    found = drawn(trace, at)
    assert found == drawn(Trace(store.read), at)
    assert (seen(found, at)[0][0], found[-1][0]) == (11.0, 29.0)


def edges() -> Store:
    """Readings at the edges of columns of 0.1 s, and a microsecond before and after each edge."""
    return Store(*((n / 10 + hair, n + hair) for n in range(300) for hair in (-1e-6, 0, 1e-6)))


def test_no_reading_at_the_edge_of_a_column_is_drawn_twice_or_lost() -> None:
    store = edges()
    trace = Trace(store.read)
    for step in range(100):
        at = Frame(0.1, step, step + 99)
        assert seen(drawn(trace, at), at) == seen(drawn(Trace(store.read), at), at)


def test_a_view_that_does_not_move_reads_only_its_last_column() -> None:
    store = edges()
    trace = Trace(store.read)
    first = drawn(trace, Frame(0.1, 50, 149))
    store.read_points = 0
    assert trace.update(Frame(0.1, 50, 149)) is None
    assert store.read_points <= 6
    assert points(trace) == first


def test_a_curve_that_was_not_drawn_for_long_is_read_anew() -> None:
    store = edges()
    trace = Trace(store.read)
    drawn(trace, Frame(0.1, 0, 9))
    store.read_points = 0
    found = drawn(trace, Frame(0.1, 200, 209))
    assert found == drawn(Trace(store.read), Frame(0.1, 200, 209))
    assert store.read_points <= 2 * 64


@pytest.mark.parametrize("apart_s", [0.05, 0.4, 3.0, 15.0, 80.0])
def test_a_line_begins_before_the_left_edge_however_seldom_readings_come(apart_s: float) -> None:
    store = Store(*((n * apart_s + 0.013, float(n)) for n in range(round(300 / apart_s))))
    trace = Trace(store.read)
    for now_s in range(5, 300, 5):
        at = frame(now_s - 10, now_s, 50)
        found = drawn(trace, at)
        before = len(found) - len(seen(found, at))
        assert min(1, sum(time_s < at.from_s for time_s in store.times)) <= before <= 13
        assert found[-1][0] == max(time_s for time_s in store.times if time_s < at.to_s)


def test_a_curve_that_is_read_anew_has_the_readings_of_one_span_before_it() -> None:
    store = Store(*((float(n), float(n)) for n in range(100)))
    found = drawn(Trace(store.read), Frame(0.1, 200, 299))
    assert [at_s for at_s, _ in found if at_s < 20] == [float(n) for n in range(10, 20)]
    store = Store(*((n / 10, float(n)) for n in range(1000)))
    found = drawn(Trace(store.read), Frame(0.1, 200, 299))
    assert len([at_s for at_s, _ in found if at_s < 20]) == 12


@pytest.mark.parametrize(
    ("before", "after", "begins", "ends"),
    [
        (Frame(0.1, 0, 199), Frame(0.1, 50, 149), 5.0, 15.0),
        (Frame(0.1, 100, 199), Frame(0.1, 50, 199), 5.0, 20.0),
        (Frame(0.1, 50, 149), Frame(0.1, 50, 199), 5.0, 20.0),
        (Frame(2.0, 0, 9), Frame(0.1, 100, 199), 10.0, 20.0),
        (Frame(0.1, 100, 199), Frame(0.2, 50, 99), 10.0, 20.0),
    ],
    ids=["shorter", "longer to the left", "longer to the right", "zoomed in", "zoomed out"],
)
def test_another_view_of_a_curve_has_its_own_points(
    before: Frame, after: Frame, begins: float, ends: float
) -> None:
    store = edges()
    trace = Trace(store.read)
    drawn(trace, before)
    changed_s = trace.update(after)
    assert changed_s is not None
    assert changed_s <= (before.to_s if before == Frame(0.1, 50, 149) else after.from_s)
    assert seen(points(trace), after) == seen(drawn(Trace(store.read), after), after)
    times = [at_s for at_s, _ in seen(points(trace), after)]
    assert (round(times[0], 3), round(times[-1], 3)) == (begins, ends)


def test_the_first_frame_can_have_columns_of_any_width() -> None:
    for columns in (5, 10, 20):
        assert len(drawn(Trace(edges().read), frame(0, 10, columns))) >= columns


def test_silent_device_has_an_empty_curve() -> None:
    trace = Trace(Store().read)
    assert trace.update(Frame(0.1, 0, 99)) is not None
    assert trace.update(Frame(0.1, 1, 100)) is None
    assert (points(trace), trace.newest, trace.nearest(5, 10)) == ([], None, None)
    assert len(trace.visible()) == 0


def test_what_was_deleted_from_the_history_is_no_longer_drawn() -> None:
    store = Store((1.0, 1.0), (9.0, 2.0))
    trace = Trace(store.read)
    drawn(trace, Frame(0.1, 0, 99))
    del store.times[0], store.values[0]
    trace.forget()
    assert (points(trace), trace.newest) == ([], None)
    assert trace.update(Frame(0.1, 0, 99)) is not None
    assert points(trace) == [(9.0, 2.0)]


def test_only_what_is_seen_and_the_point_before_count_for_the_axis() -> None:
    trace = Trace(Store((0.5, 500), (0.9, 100), (5, 0), (9, 10)).read)
    trace.update(Frame(0.1, 10, 109))
    assert trace.visible().tolist() == [100, 0, 10]
    trace.update(Frame(0.1, 51, 150))
    assert trace.visible().tolist() == [0, 10]
    trace.update(Frame(0.1, 91, 190))
    assert trace.visible().tolist() == [10]


# Readings


def test_the_newest_reading_is_the_last_one_and_no_lowest_or_highest() -> None:
    store = Store(*((n / 1000, float(n * 37 % 101)) for n in range(10_000)))
    trace = Trace(store.read)
    for last in (9.0, 9.5, 9.999, 12.0, 17.0):  # the board has fallen silent
        trace.update(frame(last - 10, last, 100))
        known = [at_s for at_s in store.times if math.floor(at_s / 0.1) <= math.floor(last / 0.1)]
        assert trace.newest == Reading(known[-1], store.values[len(known) - 1])
    trace.update(Frame(0.1, 100, 199))
    assert trace.newest is None


def test_the_newest_reading_of_a_moved_view_is_its_last_visible_one() -> None:
    trace = Trace(Store(*((float(n), float(n)) for n in range(20))).read)
    trace.update(Frame(0.1, 100, 199))
    trace.update(Frame(0.1, 20, 119))
    assert trace.newest == (11, 11)


@given(READINGS, st.floats(-10, 110), st.floats(0.01, 5))
def test_the_nearest_reading_is_one_that_came_or_none(
    readings: Readings, at_s: float, reach_s: float
) -> None:
    store = Store(*readings)
    trace = Trace(store.read)
    trace.update(frame(-1, 101, 40))
    found = trace.nearest(at_s, reach_s)
    nearest_s = min(abs(time_s - at_s) for time_s in store.times)
    if found is None:
        assert nearest_s > reach_s
        assert not store.times[0] <= at_s <= store.times[-1]
    else:
        assert tuple(found) in readings
        assert abs(found.at_s - at_s) == pytest.approx(nearest_s, abs=1e-9)
        assert nearest_s <= reach_s or store.times[0] <= at_s <= store.times[-1]


@pytest.mark.parametrize(
    ("at_s", "found"),
    [
        *((0.4, None), (0.5, (1, 10)), (1.4, (1, 10)), (1.6, (2, 20)), (2.5, (2, 20)), (2.6, None)),
        *((4.0, None), (5.4, None), (5.5, (6, 60)), (7.1, (6, 60)), (7.9, (9, 90)), (9.5, (9, 90))),
        (9.6, None),
    ],
)
def test_there_is_no_reading_before_the_first_one_after_the_last_one_and_in_gaps(
    at_s: float, found: tuple[float, float] | None
) -> None:
    trace = Trace(Store((1, 10), (2, 20), (6, 60), (9, 90)).read)
    trace.update(Frame(0.1, 0, 119))
    trace.gaps = (Band(2, 6, verbatim("silent"), None),)
    assert trace.nearest(at_s, 0.5) == found


@pytest.mark.parametrize("at_s", [2.0, 4.0])
def test_of_two_readings_that_are_equally_near_the_earlier_one_is_taken(at_s: float) -> None:
    trace = Trace(Store((1, 10), (3, 30), (5, 50)).read)
    trace.update(Frame(0.1, 0, 99))
    assert trace.nearest(at_s, 1.0) == (at_s - 1, 10 * (at_s - 1))


def test_of_a_column_with_many_readings_the_nearest_is_found_as_it_came() -> None:
    store = Store(*((n / 1000, float(n * 37 % 101)) for n in range(10_000)))
    trace = Trace(store.read)
    trace.update(Frame(1.0, 0, 9))
    for at_s in (0.0004, 3.3332, 7.7777, 9.9994):
        assert trace.nearest(at_s, 0.1) == (round(at_s, 3), round(at_s * 1000) * 37 % 101)


def test_far_from_all_readings_none_is_read() -> None:
    """Otherwise the pointer left of a short run asked for all of it, in each frame."""
    store = Store((60.0, 10), (61.0, 20), (90.0, 30))
    trace = Trace(store.read)
    trace.update(Frame(1.0, 0, 99))
    store.read_points = 0
    assert (trace.nearest(20.0, 2.0), trace.nearest(95.0, 2.0)) == (None, None)
    assert store.read_points == 0
    assert trace.nearest(58.5, 2.0) == (60.0, 10)
    assert trace.nearest(75.0, 2.0) == (61.0, 20)
    trace.update(Frame(1.0, 61, 160))
    assert trace.nearest(59.5, 2.0) == (60.0, 10)


def test_nothing_after_the_right_edge_of_a_moved_view_is_near() -> None:
    trace = Trace(Store((1.0, 10), (5.0, 50)).read)
    trace.update(Frame(0.1, 0, 39))
    assert trace.nearest(3.9, 1.5) is None


def test_no_reading_is_found_after_the_history_has_dropped_it() -> None:
    store = Store((1.0, 10), (5.0, 50))
    trace = Trace(store.read)
    trace.update(Frame(0.1, 0, 99))
    store.times.clear()
    store.values.clear()
    assert trace.nearest(1.0, 1.0) is None
