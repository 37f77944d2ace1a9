"""Whether a datastream was silent between two readings, judged by the readings before. Pure.

It was silent if nothing came for longer than `_LEAST_S`, and for much longer than usual. There are two rules
for that, of which one must apply:

1. It has a *cadence* if its last `_LAST` pauses were about the same: apart from the shortest and the longest,
   all are between 0.5 and 1.6 times the median. Then `_TIMES` medians are too long.
2. Whatever its pauses are, `_LONG_TIMES` the longest of the last `_FEW` is too long.

Only the pauses before decide, so that a silence that is shown once stays. Readings that came at one instant
count as one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
"""Unix seconds that do not decrease; also lengths in seconds."""

_LAST, _TIMES = 8, 5.0
_FROM_MEDIAN, _TO_MEDIAN = 0.5, 1.6
_FEW, _LONG_TIMES = 4, 40.0
_LEAST_S = 0.2
_LEAST_COLUMNS = 2
"""A silence that is not longer than so many columns is not seen."""

KNOWN_FROM = _LAST + 1
"""So many instants tell all that the rules need to know."""


def distinct(times_s: Times) -> Times:
    """The instants: each time once."""
    return times_s[np.append(True, times_s[1:] > times_s[:-1])] if len(times_s) else times_s


def silent_after(times_s: Times, at_s: Times) -> Times:
    """From how many seconds without a reading on the datastream is silent, after each of `at_s`.

    `times_s` are its readings, and `at_s` some of these. Infinite if there are too few readings before.
    """
    instants = distinct(times_s)
    places = np.searchsorted(instants, at_s)
    found = np.full(len(places), np.inf)
    few = places >= _FEW
    found[few] = _LONG_TIMES * _pauses(instants, places[few], _FEW).max(axis=1)
    many = places >= _LAST
    last = np.sort(_pauses(instants, places[many], _LAST), axis=1)
    median = last[:, _LAST // 2]
    is_regular = (last[:, 1] >= _FROM_MEDIAN * median) & (last[:, -2] <= _TO_MEDIAN * median)
    found[many] = np.minimum(found[many], np.where(is_regular, _TIMES * median, np.inf))
    return np.maximum(found, _LEAST_S)


def is_seen(times_s: Times, column_s: float) -> bool:
    """Whether any pause is so long that it can be seen in columns of `column_s` seconds."""
    return len(times_s) > 1 and bool((times_s[1:] - times_s[:-1]).max() > _least_s(column_s))


def silences(
    times_s: Times, now_s: float, column_s: float = 0.0, known_s: Times | None = None
) -> Iterator[tuple[float, float, float]]:
    """The times of silence up to `now_s`, each with the length from which on it counts as one.

    If `times_s` are not all readings, but the first and the last of each column of `column_s` seconds, then
    `known_s` has for each of them what `silent_after` says about all readings, or infinity.
    """
    instants = np.append(times_s, now_s) if len(times_s) and now_s > times_s[-1] else times_s
    pauses = instants[1:] - instants[:-1]
    places = np.flatnonzero(pauses > _least_s(column_s))
    if not len(places):
        return
    # The first of a column may be much nearer to the last than to those of other columns, but the last is as
    # far from that of the next column as the cadence says.
    least = silent_after(last_of_columns(times_s, column_s), instants[places])
    if known_s is not None:
        least = np.minimum(least, known_s[places])
    for place, least_s in zip(places.tolist(), least.tolist(), strict=True):
        if pauses[place] > least_s:
            yield float(instants[place]), float(instants[place + 1]), least_s


def last_of_columns(times_s: Times, column_s: float) -> Times:
    """The last time in each column of `column_s` seconds; all times if that is 0."""
    if not column_s or not len(times_s):
        return times_s
    columns = np.floor(times_s / column_s)
    return times_s[np.flatnonzero(np.append(columns[1:] != columns[:-1], True))]


def _least_s(column_s: float) -> float:
    return max(_LEAST_S, _LEAST_COLUMNS * column_s)


def _pauses(instants: Times, places: NDArray[np.intp], count: int) -> Times:
    """A row for each place: the `count` pauses before it."""
    around = instants[places[:, None] + np.arange(-count, 1)]
    return around[:, 1:] - around[:, :-1]
