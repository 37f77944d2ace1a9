"""What is drawn of a curve: its line, its dashes and its dots, and nothing across a gap."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.messages.message import verbatim
from app.wire.datastreams import LineStyle
from ui.plot.curves import Style
from ui.plot.feed.gaps import Band
from ui.plot.strips.curve_painter import Curve, Place, paint_curve, stepped
from ui.plot.time_view import Frame

pytestmark = pytest.mark.usefixtures("qtbot")

WHITE = QColor("#FFFFFF").rgb()
WIDTH, HEIGHT = 200, 101
FRAME = Frame(0.05, 2000, 2199)
"""From 100 to 110 seconds."""
WHOLE = QRect(0, 0, WIDTH, HEIGHT)
STYLE = Style("v1", "one", "", "#0072B2")


def curve(*readings: tuple[float, float], style: Style = STYLE, gaps: tuple[Band, ...] = ()) -> Curve:
    """A curve whose values go from 0 (at the bottom) to 100; the times are relative to the left edge."""
    times, values = np.array(readings, float).reshape(-1, 2).T
    return Curve(style, (100 + times, values.copy()), gaps, 0.0, 100.0)


def gap(from_s: float, to_s: float) -> Band:
    return Band(100 + from_s, 100 + to_s, verbatim("silent"), None)


def picture(
    drawn: Curve, *, frame: Frame = FRAME, areas: tuple[QRect, ...] = (WHOLE,), width_px: int = 1
) -> QImage:
    made = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    made.fill(WHITE)
    for area in areas:
        painter = QPainter(made)
        painter.setClipRect(area)
        paint_curve(painter, area, Place(frame, HEIGHT), drawn, drawn.density(frame), width_px)
        painter.end()
    return made


def inked(made: QImage) -> NDArray[np.bool_]:
    """For each column and row, whether anything was drawn there."""
    pixels = np.frombuffer(made.constBits(), np.uint32).reshape(made.height(), made.width())
    return np.asarray(pixels != WHITE).T


def columns(made: QImage) -> list[int]:
    return [int(x) for x in np.flatnonzero(inked(made).any(axis=1))]


def dense(seconds: float = 10.0, per_s: float = 100.0) -> tuple[tuple[float, float], ...]:
    noise = np.random.default_rng(3)
    times = np.arange(0, seconds, 1 / per_s)
    return tuple(zip(times.tolist(), noise.uniform(10, 90, len(times)).tolist(), strict=True))


def test_places_on_a_canvas() -> None:
    place = Place(FRAME, HEIGHT)
    assert (place.x(100), place.x(105), place.at_s(100)) == (0, 100, 105)
    assert (place.y(0, 0, 100), place.y(100, 0, 100), place.y(25, 0, 100)) == (100, 0, 75)


@pytest.mark.parametrize(
    ("count", "is_few", "is_sparse"),
    [(80, True, True), (81, False, True), (99, False, True), (100, False, False)],
)
def test_density_counts_the_points_in_sight(count: int, is_few: bool, is_sparse: bool) -> None:
    before = [(n / 100 - 1, 50.0) for n in range(100)]
    found = curve(*before, *((n / 20, 50) for n in range(count))).density(FRAME)
    assert found == (is_few, is_sparse)


def test_a_line_joins_the_readings_where_they_are() -> None:
    ink = inked(picture(curve((1, 20), (9, 80))))
    for x, value in ((20, 20), (60, 35), (100, 50), (180, 80)):
        rows = np.flatnonzero(ink[x])
        assert abs(rows.mean() - (100 - value)) <= 1
    assert not ink[:17].any()
    assert not ink[184:].any()


def test_few_readings_have_dots_and_many_have_none() -> None:
    assert columns(picture(curve((5, 50)))) == [98, 99, 100, 101]
    assert columns(picture(curve((5, 50)), width_px=3)) == list(range(96, 104))
    many = [(n / 9, 50.0) for n in range(81)]
    rows = np.flatnonzero(inked(picture(curve(*many))).any(axis=0))
    assert len(rows) <= 2


def test_a_reading_alone_among_many_is_seen() -> None:
    readings = [(n / 100, 50.0) for n in range(500)]
    drawn = curve(*readings, (7.0, 10.0), gaps=(gap(4.99, 7.0), gap(7.0, 10.0)))
    assert inked(picture(drawn))[140].any()


@pytest.mark.parametrize("per_s", [2, 30, 100])
@pytest.mark.parametrize("line_style", LineStyle)
def test_no_line_crosses_a_gap(per_s: float, line_style: LineStyle) -> None:
    readings = [(n / per_s, (n * 37) % 100) for n in range(round(10 * per_s))]
    readings = [(at_s, value) for at_s, value in readings if not 4 < at_s < 6]
    style = STYLE._replace(line_style=line_style)
    reach = 3  # of dots
    whole = inked(picture(curve(*readings, style=style)))
    broken = inked(picture(curve(*readings, style=style, gaps=(gap(4, 6),))))
    assert whole[80 + reach : 120 - reach].any()
    assert not broken[80 + reach : 120 - reach].any()
    assert broken[:80].any()
    assert broken[120:].any()


def test_a_step_does_not_hold_into_a_gap() -> None:
    drawn = curve((1, 20), (3, 60), (7, 80), style=STYLE._replace(is_stepped=True), gaps=(gap(3, 7),))
    ink = inked(picture(drawn))
    assert not ink[64:136].any()
    assert ink[21:60].any(axis=1).all()


@given(
    st.lists(st.tuples(st.floats(-3, 12), st.floats(0, 100)), min_size=2, max_size=40).map(sorted),
    st.lists(st.floats(0, 10), max_size=6).map(sorted),
)
def test_whatever_the_gaps_nothing_is_drawn_in_them(
    readings: list[tuple[float, float]], ends: list[float]
) -> None:
    times = [at_s for at_s, _ in readings]
    pairs = zip(ends[::2], ends[1::2], strict=False)
    gaps = []
    for from_s, to_s in pairs:
        inside = [at_s for at_s in times if from_s < at_s < to_s]
        if not inside and to_s > from_s:
            gaps.append(gap(from_s, to_s))
    ink = inked(picture(curve(*readings, gaps=tuple(gaps))))
    reach = 3
    for band in gaps:
        left, right = (round((at_s - 100) / 0.05) for at_s in (band.from_s, band.to_s))
        assert not ink[left + reach : max(left + reach, right - reach)].any()


@pytest.mark.parametrize(
    ("line_style", "dashes_px", "gaps_px"),
    [
        (LineStyle.SOLID, [1], []),
        (LineStyle.DASHED, [10], [6]),
        (LineStyle.DOTTED, [2], [4]),
        (LineStyle.DASH_DOT, [12, 2], [5, 5]),
    ],
)
@pytest.mark.parametrize("width_px", [1, 3])
def test_dashes_have_their_lengths(
    line_style: LineStyle, dashes_px: list[int], gaps_px: list[int], width_px: int
) -> None:
    style = STYLE._replace(line_style=line_style)
    readings = [(n / 1000 - 2, 50.0 + n % 2) for n in range(14_000)]
    ink = inked(picture(curve(*readings, style=style), width_px=width_px)).any(axis=1)
    # Both ends of a dash are drawn; in a thick line, each is a pixel longer.
    ends_px = len(gaps_px) * (1 if width_px == 1 else 3)
    share = (width_px * sum(dashes_px) + ends_px) / (width_px * sum([*dashes_px, *gaps_px]))
    assert ink.mean() == pytest.approx(share, abs=0.05)


def test_dashes_move_with_the_curve() -> None:
    style = STYLE._replace(line_style=LineStyle.DASHED)
    readings = [(n / 100 - 2, (n * 37) % 100) for n in range(1600)]
    before = inked(picture(curve(*readings, style=style)))
    after = inked(picture(curve(*readings, style=style), frame=Frame(0.05, 2007, 2206)))
    assert (before[7:] == after[:-7]).all()


def test_dashes_of_a_line_that_begins_far_away_cost_no_time() -> None:
    style = STYLE._replace(line_style=LineStyle.DOTTED)
    drawn = curve((-1e7, 50), (5, 50), (1e7, 50), style=style)
    ink = inked(picture(drawn)).any(axis=1)
    assert ink[:98].mean() == pytest.approx(4 / 6, abs=0.05)  # smooth ends are beside a pixel, too
    assert ink[102:].mean() == pytest.approx(4 / 6, abs=0.05)


def test_a_step_keeps_the_height_of_each_point_up_to_the_next_one() -> None:
    x, y = stepped(np.array([1.0, 2.0, 5.0]), np.array([10.0, 20.0, 30.0]))
    assert list(zip(x, y, strict=True)) == [(1, 10), (2, 10), (2, 20), (5, 20), (5, 30)]


@pytest.mark.parametrize("value", [1e300, -1e300, 3e7])
def test_a_value_far_outside_the_range_is_a_line_to_the_edge(value: float) -> None:
    ink = inked(picture(curve((2, 50), (5, value), (8, 50))))
    edge = 0 if value > 0 else HEIGHT - 1
    assert ink[:, edge].any()
    assert not ink[:, HEIGHT - 1 - edge].any()


STYLES = st.builds(
    lambda line_style, is_stepped: STYLE._replace(line_style=line_style, is_stepped=is_stepped),
    st.sampled_from(LineStyle),
    st.booleans(),
)


@given(
    st.sampled_from([0.5, 3.0, 9.0, 15.0, 40.0, 300.0]),
    STYLES,
    st.sampled_from([1, 2, 3]),
    st.lists(st.integers(1, WIDTH - 1), max_size=8).map(sorted),
    st.integers(0, 60),
)
def test_what_is_drawn_in_pieces_is_what_is_drawn_at_once(
    per_s: float, style: Style, width_px: int, cuts: list[int], moved: int
) -> None:
    noise = np.random.default_rng(11)
    times = np.arange(-3, 14, 1 / per_s)
    readings = zip(times.tolist(), noise.uniform(-5, 105, len(times)).tolist(), strict=True)
    drawn = curve(*readings, style=style, gaps=(gap(4, 4 + 1 / per_s),))
    edges = [0, *cuts, WIDTH]
    areas = tuple(
        QRect(left, 0, right - left, HEIGHT) for left, right in itertools.pairwise(edges) if right > left
    )
    frame = Frame(FRAME.column_s, FRAME.first + moved, FRAME.last + moved)
    whole = picture(drawn, frame=frame, width_px=width_px)
    assert picture(drawn, frame=frame, areas=areas, width_px=width_px) == whole
    # A line that comes from beyond an edge is cut there, and rounded.
    apart_px = math.ceil(1 / per_s / FRAME.column_s) + 4
    before = picture(drawn, width_px=width_px).copy(moved, 0, WIDTH - moved, HEIGHT)
    if drawn.density(FRAME) == drawn.density(frame) and WIDTH - moved > 2 * apart_px:
        kept = QRect(apart_px, 0, WIDTH - moved - 2 * apart_px, HEIGHT)
        assert before.copy(kept) == whole.copy(kept)
