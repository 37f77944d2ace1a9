"""A histogram: how often the readings of a datastream had which value. Pure.

The width of the bins follows Freedman and Diaconis: twice the range of the middle half of the values, divided
by the cube root of their number. There are at least `LEAST` and at most `MOST` bins of the same width; if the
middle half of the values is one value, there are `MOST`.

- Whole numbers have bins of a whole width, with borders between the numbers, so that no bin has a number more
  than the others. So fewer numbers than `LEAST` have a bin each.
- If all values are the same, there is one bin around it.
- There are no more bins than the numbers of the computer can tell apart.

Invariants: each value is in one bin; a bin has its lower border, but not its upper one, except for the last.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 5, 100
_BIGGEST = float(np.finfo(float).max)
_WHOLE = 2.0**51
"""From here on, floats cannot represent the borders between whole numbers."""

Numbers = NDArray[np.float64]


class Histogram(NamedTuple):
    """The bins of a histogram, and what describes the values as a whole."""

    borders: Numbers
    """Of the bins, in ascending order: one more than there are bins."""
    counts: NDArray[np.int64]
    mean: float
    deviation: float | None
    """The sample's standard deviation; None for a single value."""
    is_whole: bool
    """Whether all values are whole numbers, and the borders are between such."""

    @property
    def total(self) -> int:
        """The number of readings."""
        return int(self.counts.sum())


def histogram(_times_s: Numbers, values: Numbers) -> Histogram | None:
    """The histogram of some values; None if there are none."""
    if not len(values):
        return None
    size = float(np.abs(values).max())
    is_whole = size < _WHOLE and bool((values == np.rint(values)).all())
    # Scaled by a power of two, which is exact, no square is too large or too small for a float.
    exponent = 0 if is_whole else math.frexp(size)[1]
    scaled = np.ldexp(values, -exponent)
    most = math.ldexp(_BIGGEST, -exponent) if exponent > 0 else math.inf
    borders = np.clip(_borders(scaled, is_whole=is_whole), -most, most)
    places = np.searchsorted(borders, scaled, side="right") - 1
    counts = np.bincount(np.minimum(places, len(borders) - 2))
    # Relative to one of the values: nothing is lost if all are large and near each other.
    moved = scaled - scaled[0]
    mean = _unscaled(float(scaled[0] + moved.mean()), exponent)
    deviation = _unscaled(float(moved.std(ddof=1)), exponent) if len(values) > 1 else None
    return Histogram(np.ldexp(borders, exponent), counts, mean, deviation, is_whole)


def _unscaled(number: float, exponent: int) -> float:
    """`number` times two to the power of `exponent`; infinite if that is too large."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, exponent))


def _borders(values: Numbers, *, is_whole: bool) -> Numbers:
    low, high = float(values.min()), float(values.max())
    if low == high:
        half = 0.5 if is_whole else abs(low) / 20
        return np.array([low - half, low + half])
    return _whole_borders(values, low, high) if is_whole else _even_borders(values, low, high)


def _width(values: Numbers) -> float:
    """The width of the bins as Freedman and Diaconis have it; it may be 0."""
    lower, upper = np.percentile(values, (25, 75))
    return float(2 * (upper - lower) / len(values) ** (1 / 3))


def _even_borders(values: Numbers, low: float, high: float) -> Numbers:
    width = _width(values)
    wanted = math.ceil(min((high - low) / width, MOST)) if width > 0 else MOST
    distinct = (high - low) / (2 * float(np.spacing(max(-low, high))))
    number = max(1, int(min(max(wanted, LEAST), distinct)))
    return np.linspace(low, high, number + 1)


def _whole_borders(values: Numbers, low: float, high: float) -> Numbers:
    numbers = high - low + 1
    width = max(min(np.rint(_width(values)), numbers // LEAST), math.ceil(numbers / MOST), 1.0)
    return np.asarray(low - 0.5 + width * np.arange(math.ceil(numbers / width) + 1))
