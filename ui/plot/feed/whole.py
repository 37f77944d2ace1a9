"""All readings of some curves, in few columns: their points, and where the curves break. Pure.

Invariants: a curve breaks where the same readings would make it break in the plot, if that lasted so long
that it can be seen; a column with readings before and after a break is not broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.wire.timeline import Event
from ui.plot.curves import Style
from ui.plot.feed.gaps import Band, gaps
from ui.plot.feed.trace import Series, silent_between, thin
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
    style: Style, readings: Series, events: Iterable[Event], now_s: float, column_s: float
) -> WholeCurve:
    """The curve of `readings`, of which a column of `column_s` seconds shows two points at most.

    `events` are what happened to its device. Times are in Unix seconds.
    """
    least_us, now_us = _LEAST_COLUMNS * column_s * 1e6, now_s * 1e6
    ends_us = ((event, now_us if event.until_us is None else event.until_us) for event in events)
    seen = [event for event, end_us in ends_us if end_us - event.at_us >= least_us]
    points, silent_s = thin(readings, column_s), silent_between(readings[0], column_s)
    found = gaps(
        *(seen, style.target, points[0], now_s),
        only_changes=style.is_stepped,
        column_s=column_s,
        silent_s=silent_s,
    )
    return WholeCurve(style, points, found)
