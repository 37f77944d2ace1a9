"""What is said of the readings of a datastream in a period: count, extremes, mean, σ, slope, frequency.

Invariants: all figures are exact for numbers of any size, also where large values differ little, and for
times of today in Unix seconds; a figure that the readings do not have is None. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.history.calculation import Stretch
from ui.plot.measuring.frequency import frequency_hz, slope_of


class Statistics(NamedTuple):
    """The figures of one datastream in a period."""

    readings: int = 0
    """How many readings there are."""
    lowest: float | None = None
    highest: float | None = None
    mean: float | None = None
    """Of the readings, whatever the time between them."""
    deviation: float | None = None
    """σ, the standard deviation of a sample; None for fewer than two readings."""
    slope: float | None = None
    """The slope of the straight line with the least squares, per second; None if all came at one time."""
    frequency_hz: float | None = None
    """How often something repeats; None if nothing does."""
    is_cut: bool = False
    """Whether these are only the newest readings of the period, because there are too many."""
    pruned: int = 0
    """About how many more readings there were in the period, which are no longer in the journal."""


def statistics(stretches: Sequence[Stretch]) -> Statistics:
    """The figures of the only one of `stretches`, whose values are finite."""
    ((times_s, values, is_cut, pruned),) = stretches
    if not len(values):
        return Statistics(pruned=pruned)
    lowest, highest = float(values.min()), float(values.max())
    # Where large values differ little, their differences from the lowest are exact. They are scaled by a
    # power of two, which is exact too, so that no square is too large or too small.
    exponent = int(np.frexp(max(-lowest, highest))[1])
    origin = float(np.ldexp(lowest, -exponent))
    scaled = np.ldexp(values, -exponent) - origin
    times = times_s - times_s[0]
    mean = float(scaled.mean())
    deviation = slope = None
    if len(values) > 1:
        deviation = _unscaled(float(np.sqrt(((scaled - mean) ** 2).sum() / (len(values) - 1))), exponent)
    if times[-1] > 0:
        slope = _unscaled(slope_of(times, scaled), exponent)
    return Statistics(
        len(values),
        lowest,
        highest,
        min(max(_unscaled(origin + mean, exponent), lowest), highest),
        deviation,
        slope,
        frequency_hz(times, scaled),
        is_cut,
        pruned,
    )


def _unscaled(number: float, exponent: int) -> float:
    """`number` times two to the power of `exponent`; infinite if that is too large."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, exponent))
