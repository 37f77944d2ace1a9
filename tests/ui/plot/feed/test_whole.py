"""All readings in few columns: where their curve breaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from app.wire.timeline import Event, EventKind
from ui.plot.curves import Style
from ui.plot.feed.gaps import connected
from ui.plot.feed.trace import thin
from ui.plot.feed.whole import whole_curve

BEGIN_S, NOW_S = 1_790_000_000.0, 1_790_010_000.0
STYLE = Style("v1", "one", "", "#0072B2")


def event(kind: EventKind, from_s: float, to_s: float | None) -> Event:
    """Something that happened, in seconds since the first reading."""
    until_us = None if to_s is None else round((BEGIN_S + to_s) * 1e6)
    return Event(1, kind, round((BEGIN_S + from_s) * 1e6), until_us)


def breaks(
    *events: Event, every_s: float = 1.0, without: tuple[int, int] = (0, 0), style: Style = STYLE
) -> list[tuple[int, int]]:
    """Between which columns of 10 s the curve of regular readings breaks, of which some are missing."""
    at_s = np.arange(0.0, NOW_S - BEGIN_S, every_s)
    at_s = at_s[(at_s <= without[0]) | (at_s >= without[1])] + BEGIN_S
    return broken(at_s, *events, style=style)


def broken(at_s: NDArray[np.float64], *events: Event, style: Style = STYLE) -> list[tuple[int, int]]:
    """Between which columns of 10 s the curve of readings at these times breaks."""
    points = thin((at_s, np.sin(at_s)), 10.0)
    curve = whole_curve(style, (at_s, np.sin(at_s)), events, NOW_S, 10.0)
    assert (curve.style, len(curve.points[0])) == (style, len(points[0]))
    places = np.flatnonzero(~connected(points[0], curve.gaps)[:-1])
    columns = np.floor((points[0] - BEGIN_S) / 10).astype(int)
    return [(int(columns[place]), int(columns[place + 1])) for place in places]


@pytest.mark.parametrize("every_s", [0.5, 3.0, 9.0, 30.0])
def test_readings_with_a_cadence_break_at_a_long_silence_only(every_s: float) -> None:
    assert breaks(every_s=every_s) == []
    ((before, after),) = breaks(every_s=every_s, without=(5000, 6000))
    assert 499 - every_s / 10 <= before <= 500
    assert 600 <= after <= 600 + every_s / 10


@pytest.mark.parametrize("every_s", [0.001, 0.1, 1.0])
@pytest.mark.parametrize("begins_s", [1000.0, 1008.0], ids=["in a column", "in two"])
def test_short_sessions_that_lie_far_apart_are_not_joined(every_s: float, begins_s: float) -> None:
    session = np.arange(0.0, 5.0, every_s)
    begins = begins_s + np.array([0, 1700, 1900, 2600, 7000])
    at_s = BEGIN_S + np.concatenate([begin + session for begin in begins])
    columns = [(int(begin // 10), int((begin + session[-1]) // 10)) for begin in begins]
    assert broken(at_s) == [(last, first) for (_, last), (first, _) in pairwise(columns)]


def test_readings_that_come_at_any_time_are_joined() -> None:
    at_s = BEGIN_S + np.cumsum(np.random.default_rng(1).exponential(30.0, 300))
    assert broken(at_s[at_s < NOW_S]) == []


def test_a_silence_of_few_columns_is_none() -> None:
    assert breaks(without=(5000, 5019)) == []
    assert breaks(without=(5000, 5030)) == [(500, 503)]


def test_a_datastream_that_says_changes_is_never_silent() -> None:
    assert breaks(without=(5000, 6000), style=STYLE._replace(is_stepped=True)) == []


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (event(EventKind.LOST, 5001, 5999), [(500, 600)]),
        (event(EventKind.LOST, 5001, None), [(500, 600)]),
        (event(EventKind.LOST, 5001, 5015), []),
        (event(EventKind.CLOUD_DOWN, 5001, 5999), []),
    ],
)
def test_it_breaks_where_a_board_was_away_for_so_long_that_it_is_seen(
    lost: Event, expected: list[tuple[int, int]]
) -> None:
    assert breaks(lost, without=(5000, 6000), style=STYLE._replace(is_stepped=True)) == expected


def test_without_readings_there_is_no_gap_between_them() -> None:
    curve = whole_curve(STYLE, (np.empty(0), np.empty(0)), (), NOW_S, 10.0)
    assert not connected(curve.points[0], curve.gaps).any()
