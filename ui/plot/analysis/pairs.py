"""Pairs the readings of two datastreams in time, for a plot of one over the other. Pure.

For each reading of the datastream that has more of them, a value of the other is looked for:

1. Readings of the same instant belong together: the first with the first, the second with the second, and so
   on. What one of them has more at that instant belongs to the last of the other.
2. At any other time, the other one has the value that lies on the straight line between its readings before
   and after, or, if it is drawn in steps, the value of the reading before.
3. There is no value before its first reading, nor where its curve has a gap because it was silent (see
   `ui.plot.feed.silence`). After its last reading, only a datastream that is drawn in steps has a value.

A reading for which there is no value is left out. The line through the pairs breaks there, and where the
datastream with more readings was silent itself.

Invariants: the pairs are in the order of time; there are at most `MOST`, and the newest one is among them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ui.plot.feed.gaps import unbroken

MOST = 20_000
"""Of more pairs than these, only every second one is kept, or every third, and so on."""

Numbers = NDArray[np.float64]


class Pairs(NamedTuple):
    """Readings of two datastreams that belong together."""

    times_s: Numbers
    """Unix seconds, not decreasing."""
    x: Numbers
    y: Numbers
    is_joined: NDArray[np.bool_]
    """For each pair, whether the line goes on from it to the next one; the last entry is False."""
    total: int
    """How many pairs there were before some were left out."""


def pair_up(
    x_times_s: Numbers,
    x_values: Numbers,
    y_times_s: Numbers,
    y_values: Numbers,
    x_holds: bool = False,
    y_holds: bool = False,
) -> Pairs:
    """Pair the readings of two datastreams; their times do not decrease, and are in Unix seconds.

    With `x_holds` or `y_holds`, a datastream is drawn in steps: a value holds until the next one.
    """
    if len(x_times_s) >= len(y_times_s):
        times_s, x = x_times_s, x_values
        y, has_value = _values_at(times_s, y_times_s, y_values, holds=y_holds)
        goes_on = _goes_on(times_s, holds=x_holds)
    else:
        times_s, y = y_times_s, y_values
        x, has_value = _values_at(times_s, x_times_s, x_values, holds=x_holds)
        goes_on = _goes_on(times_s, holds=y_holds)
    goes_on[:-1] &= has_value[1:]
    return _thinned(times_s[has_value], x[has_value], y[has_value], goes_on[has_value])


def _values_at(
    at_s: Numbers, times_s: Numbers, values: Numbers, *, holds: bool
) -> tuple[Numbers, NDArray[np.bool_]]:
    """The values of a datastream at other times, and whether it has one there."""
    if not len(times_s):
        return np.zeros(len(at_s)), np.zeros(len(at_s), bool)
    first, end = np.searchsorted(times_s, at_s), np.searchsorted(times_s, at_s, side="right")
    rank = np.arange(len(at_s)) - np.searchsorted(at_s, at_s)
    is_same = first < end
    same = np.minimum(first + rank, end - 1)
    before, after = np.maximum(end - 1, 0), np.minimum(first, len(times_s) - 1)
    if holds:
        between, has_value = values[before], end > 0
    else:
        lengths = times_s[after] - times_s[before]
        share = np.divide(at_s - times_s[before], lengths, out=np.zeros(len(at_s)), where=lengths > 0)
        # Not the difference of the values, which may be too large for a float.
        between = values[before] * (1 - share) + values[after] * share
        # After the last reading, `unbroken` is False.
        has_value = (end > 0) & unbroken(times_s)[before]
    return np.where(is_same, values[np.maximum(same, 0)], between), is_same | has_value


def _goes_on(times_s: Numbers, *, holds: bool) -> NDArray[np.bool_]:
    if holds:
        found = np.ones(len(times_s), bool)
        found[-1:] = False
        return found
    return unbroken(times_s)


def _thinned(times_s: Numbers, x: Numbers, y: Numbers, is_joined: NDArray[np.bool_]) -> Pairs:
    count = len(times_s)
    step = max(1, -(-count // MOST))
    kept = np.arange(count)[::-1][::step][::-1]
    # Of the breaks in what is left out, none is lost.
    breaks = np.concatenate(([0], np.cumsum(~is_joined)))
    joined = np.zeros(len(kept), bool)
    joined[:-1] = breaks[kept[1:]] == breaks[kept[:-1]]
    return Pairs(times_s[kept], x[kept], y[kept], joined, count)
