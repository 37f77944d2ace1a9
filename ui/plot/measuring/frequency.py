"""How often something repeats in a datastream, in Hz.

A period is the time from one crossing of the middle to the next one in the same direction. The middle is that
between the lowest and the highest value. Only swings from well below it to well above it count, so that noise
makes no crossings. The time of a crossing is interpolated.

A slow drift is removed before. At first, that is the straight line which fits best, so that all crossings are
found. But such a line also leans on the begin and the end of a signal with few periods, and would move its
crossings. So the next rounds use the line through the means of whole periods.

Invariant: there is a frequency only if there are two whole periods, most periods have about the same length,
and the values are like those one period later. So noise, steps and drifts have none, and neither has a signal
with fewer than 2.5 readings in a period. Where readings are missing, the odd period does not count. Pure.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_SWING = 0.15
"""So far above and below the middle a swing must go, as a part of the range of all values."""
_ALIKE = 0.25
"""A period counts if it differs from the median by no more than this part of it, …"""
_REGULAR = 0.75
"""… and so large a part of all must count."""
_ROUNDS = 3
_FLAT = 1e-9
"""A smaller part of the range is a rounding error."""
_LEAST_PERIODS = 1.95
"""Two, as far as the first and the last reading can show them."""
_LEAST_READINGS = 2.5
"""How many readings a period must have."""
_COMPARED = 20_000
"""At most about so many values are compared with those one period later."""


def frequency_hz(times_s: Numbers, values: Numbers) -> float | None:
    """The frequency of what repeats; None if nothing does.

    `times_s` do not decrease, and there is a value for each. The squares of all values must be finite.
    """
    if not len(times_s) or not np.ptp(times_s):
        return None
    times, values = times_s - times_s[0], values - values.mean()
    slope = slope_of(times, values)
    for _ in range(_ROUNDS):
        level = values - slope * times
        if np.ptp(level) <= _FLAT * np.ptp(values):
            return None
        begins, ends = _periods(times, level)
        if len(begins) < 2:
            return None
        period_s = float((ends - begins).mean())
        slope = _drift(times, values, begins, ends)
    is_long = times[-1] >= _LEAST_PERIODS * period_s
    is_fine = period_s > _LEAST_READINGS * np.median(np.diff(times))
    if is_long and is_fine and _repeats(times, values - slope * times, period_s, len(begins)):
        return 1 / period_s
    return None


def slope_of(times: Numbers, values: Numbers) -> float:
    """The slope of the straight line with the least squares; 0 if all times are the same."""
    times, values = times - times.mean(), values - values.mean()
    spread = float(times @ times)
    return float(times @ values) / spread if spread else 0.0


def _periods(times: Numbers, level: Numbers) -> tuple[Numbers, Numbers]:
    """Where the periods begin and end that are alike; none if too few are."""
    up, down = _rising(times, level), _rising(times, -level)
    begins, ends = np.concatenate((up[:-1], down[:-1])), np.concatenate((up[1:], down[1:]))
    if not len(begins):
        return begins, ends
    lengths = ends - begins
    median = np.median(lengths)
    is_alike = np.abs(lengths - median) <= _ALIKE * median
    if is_alike.mean() < _REGULAR:
        is_alike[:] = False
    return begins[is_alike], ends[is_alike]


def _rising(times: Numbers, level: Numbers) -> Numbers:
    """When the middle was crossed upwards."""
    low, high = level.min(), level.max()
    middle, swing = (low + high) / 2, _SWING * (high - low)
    sides = (level > middle + swing).astype(np.int8) - (level < middle - swing)
    clear = np.flatnonzero(sides)
    above = sides[clear] > 0
    arrived = clear[1:][above[1:] & ~above[:-1]]
    below = np.flatnonzero(level <= middle)
    last = below[np.searchsorted(below, arrived) - 1]
    share = (middle - level[last]) / (level[last + 1] - level[last])
    crossed: Numbers = times[last] + share * (times[last + 1] - times[last])
    return crossed


def _drift(times: Numbers, values: Numbers, begins: Numbers, ends: Numbers) -> float:
    """The slope of the line through the means of the periods."""
    sums = np.concatenate(([0.0], np.cumsum((values[1:] + values[:-1]) / 2 * np.diff(times))))
    means = (np.interp(ends, times, sums) - np.interp(begins, times, sums)) / (ends - begins)
    return slope_of((begins + ends) / 2, means)


def _repeats(times: Numbers, level: Numbers, period_s: float, periods: int) -> bool:
    """Whether the values are like those one period later.

    By chance, a few values may be so, and a few periods of a slow noise. So these must be more alike.
    """
    earlier = np.flatnonzero(times <= times[-1] - period_s)
    compared = earlier[:: len(earlier) // _COMPARED + 1]
    first, second = level[compared], np.interp(times[compared] + period_s, times, level)
    first, second = first - first.mean(), second - second.mean()
    sizes = float(first @ first) * float(second @ second)
    likeness = float(first @ second) / math.sqrt(sizes) if sizes else 0.0
    return likeness >= min(0.95, 0.5 + 2 / math.sqrt(len(earlier)) + (0.2 if periods < 9 else 0.0))
