"""Places and labels in a chart, for any numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.messages.message import Message, verbatim
from ui.plot.analysis.figure import Axis, Figure, Shape, Table, padded, side_by_side, title

BIGGEST = float(np.finfo(float).max)
NAME = verbatim("")


def places(axis: Axis, *numbers: float) -> list[float]:
    return [float(place) for place in axis.places(np.array(numbers, float))]


def test_places_go_from_0_to_1() -> None:
    assert places(Axis(-10, 30, NAME), -10, 0, 30) == [0, 0.25, 1]
    assert places(Axis(-10, 30, NAME), -11, 31) == [0, 1]  # nothing is outside


def test_the_largest_numbers_have_places() -> None:
    assert places(Axis(-BIGGEST, BIGGEST, NAME), -BIGGEST, 0, BIGGEST) == [0, 0.5, 1]


def test_on_an_axis_without_a_length_all_is_in_the_middle() -> None:
    assert places(Axis(3, 3, NAME), 3, 4) == [0.5, 0.5]


def labels(axis: Axis, length_px: float) -> list[str]:
    return [tick.label for tick in axis.ticks(length_px, 20)]


def test_ticks_are_those_of_the_plot_but_counts_have_whole_ones_only() -> None:
    assert labels(Axis(0, 2, NAME), 300) == ["0.0", "0.5", "1.0", "1.5", "2.0"]
    assert labels(Axis(0, 2, NAME, is_count=True), 300) == ["0", "1", "2"]
    assert labels(Axis(0, 1e7, NAME, is_count=True), 100) == ["0", "5000000", "10000000"]


def width(label: str) -> float:
    return 8.0 * len(label)


def test_labels_beside_each_other_never_touch() -> None:
    for axis in (Axis(0, 10, NAME), Axis(1e9 - 1, 1e9 + 1, NAME), Axis(-1e-7, 1e-7, NAME)):
        for length in (90, 300, 1000):
            ticks = axis.ticks_across(length, width)
            ends = [
                (at * length - width(tick.label) / 2, at * length + width(tick.label) / 2)
                for tick, at in zip(ticks, places(axis, *(tick.at for tick in ticks)), strict=True)
            ]
            assert all(end < begin for (_, end), (begin, _) in pairwise(ends))
    assert len(Axis(0, 10, NAME).ticks_across(300, width)) == 6


def test_an_axis_without_room_has_no_labels() -> None:
    assert Axis(1e9 - 1, 1e9 + 1, NAME).ticks_across(30, width) == []


def test_a_label_without_room_at_an_end_is_moved_or_left_out() -> None:
    assert side_by_side([(2, 10), (50, 10), (98, 10)], 100) == [0, 45, 90]
    assert side_by_side([(50, 10), (78, 40), (98, 40)], 100) == [45, 58, None]
    assert side_by_side([(50, 10), (98, 43), (99, 8)], 100) == [45, None, 92]
    assert side_by_side([], 100) == []


@given(st.floats(-BIGGEST, BIGGEST), st.floats(-BIGGEST, BIGGEST))
def test_there_is_room_beside_the_outermost_points(one: float, other: float) -> None:
    low, high = sorted((one, other))
    bottom, top = padded(low, high)
    assert -BIGGEST <= bottom <= low
    assert high <= top <= BIGGEST
    assert bottom < top or abs(low) < 1e-300


def test_the_room_is_a_share_of_the_axis() -> None:
    assert padded(0, 100) == (-4, 104)
    assert padded(20, 20) == (19, 21)
    assert padded(0, 0) == (-0.5, 0.5)
    assert padded(-BIGGEST, BIGGEST) == (-BIGGEST, BIGGEST)


def test_the_title_of_an_axis_has_the_unit() -> None:
    assert str(title("Temperature", "°C")) == "Temperature (°C)"
    assert str(title("v1", "")) == "v1"


def figure(shape: Shape, xs: list[float], ys: list[float], borders: list[float] | None = None) -> Figure:
    return Figure(
        *(shape, Axis(0, 10, NAME), Axis(0, 10, NAME), "#000000"),
        *(np.array(xs, float), np.array(ys, float), lambda item: Message("verbatim", text=item)),
        Table((), ()),
        borders=None if borders is None else np.array(borders, float),
    )


def test_the_nearest_point_is_nearest_on_the_screen() -> None:
    shown = figure(Shape.POINTS, [2, 8], [5, 5])
    assert shown.nearest(0.3, 0.9, 1000, 100) == 0
    assert shown.nearest(0.45, 0.0, 100, 1000) == 0
    assert shown.nearest(0.55, 0.0, 100, 1000) == 1
    tall = figure(Shape.POINTS, [2, 3], [9, 1])
    assert tall.nearest(0.29, 0.8, 100, 1000) == 0
    assert tall.nearest(0.29, 0.8, 1000, 10) == 1


def test_the_bar_above_or_below_the_pointer_is_meant() -> None:
    shown = figure(Shape.BARS, [1.5, 4, 7.5], [1, 0, 9], [0, 3, 5, 10])
    for x, item in ((0.0, 0), (0.29, 0), (0.3, 1), (0.49, 1), (0.51, 2), (1.0, 2)):
        assert shown.nearest(x, 0.9, 100, 100) == item


def test_of_the_line_the_highest_corner_within_a_pixel_is_meant() -> None:
    shown = figure(Shape.LINE, [1, 4.9, 5, 5.1, 9], [9, 1, 7, 2, 9])
    assert shown.nearest(0.5, 0.0, 100, 100) == 2
    assert shown.nearest(0.491, 0.0, 1000, 100) == 1
    assert shown.nearest(0.3, 0.9, 100, 100) == 1
    assert shown.nearest(0.515, 0.0, 100, 100) == 3
    assert shown.nearest(1.0, 0.0, 100, 100) == 4


def test_where_nothing_is_shown_nothing_is_meant() -> None:
    assert figure(Shape.POINTS, [], []).nearest(0.5, 0.5, 100, 100) is None


def test_a_table_has_all_digits_and_the_decimal_sign_that_is_wanted() -> None:
    table = Table((NAME, NAME), (np.array([1790000000.123456, 2.0]), np.array([7, 8])))
    assert table.rows(".") == "1790000000.123456\t7\n2.0\t8\n"
    assert table.rows(",") == "1790000000,123456\t7\n2,0\t8\n"
