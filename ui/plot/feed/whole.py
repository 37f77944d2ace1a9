"""All readings of some curves, in few columns: their points, and where the curves break. Pure.

Invariants: a curve breaks where the same readings would make it break in the plot, if that lasted so long
that it can be seen; a column with readings before and after a break is not broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.wire.timeline import Event
from ui.plot.curves import Style
from ui.plot.feed.gaps import Band, gaps
from ui.plot.feed.trace import Series
from ui.plot.time_view import Period

_LEAST_COLUMNS = 2
"""What happened for a shorter time is not seen."""


class WholeCurve(NamedTuple):
    """All that there is of a curve."""

    style: Style
    points: Series
    gaps: Sequence[Band] = ()


class Whole(NamedTuple):
    """All readings of some curves."""

    period: Period
    curves: list[WholeCurve]


def whole_curve(
    style: Style, points: Series, events: Iterable[Event], now_s: float, column_s: float
) -> WholeCurve:
    """The curve with these points, of which a column of `column_s` seconds has two at most.

    `events` are what happened to its device. Times are in Unix seconds.
    """
    least_us, now_us = _LEAST_COLUMNS * column_s * 1e6, now_s * 1e6
    ends_us = ((event, now_us if event.until_us is None else event.until_us) for event in events)
    seen = [event for event, end_us in ends_us if end_us - event.at_us >= least_us]
    # Points of one column may be much closer to each other than to those of the next, but its last reading is
    # as far from that of the next column as the cadence says.
    last = _last_of_columns(points[0], column_s)
    return WholeCurve(style, points, gaps(seen, style.target, last, now_s, only_changes=style.is_stepped))


def _last_of_columns(times_s: NDArray[np.float64], column_s: float) -> NDArray[np.float64]:
    """The time of the last point of each column that has any."""
    columns = np.floor(times_s / column_s)
    return times_s[np.flatnonzero(np.append(columns[1:] != columns[:-1], len(times_s) > 0))]
