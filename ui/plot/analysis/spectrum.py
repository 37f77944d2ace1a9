"""The spectrum of a datastream: which frequencies its readings have, and with which amplitudes. Pure.

1. Only the longest piece without a silence is used (see `ui.plot.feed.silence`), and of that the newest part
   if it has more than `MOST` samples.
2. Readings that came in one go have the same time, because the computer takes bytes in pieces. They are
   spread evenly over the time since the previous ones.
3. There must be at least `LEAST` readings, and nine in ten intervals between them must be between a third and
   three times their median. Otherwise the spectrum would be that of the intervals.
4. Samples at the median interval lie on the straight lines between the readings. The straight line through
   all samples, which has their mean and their trend, is subtracted.
5. A Hann window, and a Fourier transform of four times the length, give amplitudes such that a sine of
   amplitude 2 has a peak of 2. (Between the lines of a transform of the same length, it would have 1.7.)
   What alternates from sample to sample is no sum of two rotations, so the highest frequencies are halved.

The highest peak is that of the parabola through the logarithms of the three highest amplitudes. What has less
than one whole period is no peak.
"""

from __future__ import annotations

import math
from enum import Enum, auto
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ui.plot.feed.gaps import unbroken

LEAST = 16
MOST = 2**18
_NEAR, _NEARLY_ALL = 3.0, 0.9
_PADDING = 4
_LOBE = 2
"""How far the peak of a Hann window reaches, in periods of the samples."""
_NOTHING = 1e-9
"""An amplitude that is smaller than this share of the largest value comes from rounding."""

Numbers = NDArray[np.float64]


_BIGGEST = float(np.finfo(float).max)


class Problem(Enum):
    """Why there is no spectrum."""

    TOO_FEW = auto()
    IRREGULAR = auto()


class Peak(NamedTuple):
    """The place of the highest amplitude."""

    frequency_hz: float
    amplitude: float


class Spectrum(NamedTuple):
    """The amplitude at each of some frequencies."""

    frequencies_hz: Numbers
    """From 0 on, with the same distances."""
    amplitudes: Numbers
    """In the unit of the values."""
    peak: Peak | None
    """None if the values do not change."""
    samples: int
    length_s: float
    """How long the piece is that was used, in seconds."""


def spectrum(times_s: Numbers, values: Numbers) -> Spectrum | Problem:
    """The spectrum of some readings; their times do not decrease, and are in Unix seconds."""
    places = _longest_piece(times_s)
    # From 0 on: between Unix seconds of today, floats have only a few steps in a microsecond.
    spread_s, values = _spread(times_s[places] - times_s[places][:1], values[places])
    if len(spread_s) < LEAST:
        return Problem.TOO_FEW
    intervals = np.diff(spread_s)
    interval_s = float(np.median(intervals))
    near = (intervals >= interval_s / _NEAR) & (intervals <= interval_s * _NEAR)
    if near.mean() < _NEARLY_ALL:
        return Problem.IRREGULAR
    length_s = float(spread_s[-1] - spread_s[0])
    number = min(math.floor(length_s / interval_s + 1e-6) + 1, MOST)
    # Counted from the end, where the newest reading is.
    at_s = spread_s[-1] - interval_s * np.arange(number - 1, -1, -1)
    size = float(np.abs(values).max()) or 1.0
    samples = _without_trend(np.interp(at_s, spread_s, values / size))
    amplitudes = _amplitudes(samples)
    frequencies = np.arange(len(amplitudes)) / (2 * (len(amplitudes) - 1) * interval_s)
    found = _peak(amplitudes, 2 * (len(amplitudes) - 1) / number)
    most = 0.999 * _BIGGEST / max(size, 1.0)
    peak = Peak(found[0] * float(frequencies[1]), min(found[1], most) * size) if found else None
    return Spectrum(frequencies, np.minimum(amplitudes, most) * size, peak, number, (number - 1) * interval_s)


def _longest_piece(times_s: Numbers) -> slice:
    """The readings of the longest time without a silence; of two that are as long, the newer one."""
    if not len(times_s):
        return slice(0, 0)
    ends = np.flatnonzero(~unbroken(times_s))
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = times_s[ends] - times_s[starts]
    longest = len(lengths) - 1 - int(np.argmax(lengths[::-1]))
    return slice(int(starts[longest]), int(ends[longest]) + 1)


def _spread(times_s: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """The readings with increasing times. Of those of the first instant, only the last one is left."""
    instants, counts = np.unique(times_s, return_counts=True)
    if len(instants) < 2:
        return instants, values[len(values) - len(instants) :]
    rest = counts[1:]
    rank = np.arange(int(rest.sum())) - np.repeat(np.cumsum(rest) - rest, rest) + 1
    before, after = np.repeat(instants[:-1], rest), np.repeat(instants[1:], rest)
    # From the later instant back, so that a reading that came alone keeps its time.
    spread_s = after - (after - before) * (1 - rank / np.repeat(rest, rest))
    return np.concatenate((instants[:1], spread_s)), values[counts[0] - 1 :]


def _without_trend(samples: Numbers) -> Numbers:
    x = np.arange(len(samples)) - (len(samples) - 1) / 2
    level = samples - samples.mean()
    return np.asarray(level - x * (x @ level) / (x @ x))


def _amplitudes(samples: Numbers) -> Numbers:
    number = len(samples)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(number) / number)
    length = _PADDING * 2 ** math.ceil(math.log2(number))
    found = np.abs(np.fft.rfft(samples * window, length)) * (2 / window.sum())
    found[-math.ceil(_LOBE * length / number) :] /= 2
    return np.asarray(found)


def _peak(amplitudes: Numbers, padding: float) -> tuple[float, float] | None:
    """The place of the highest peak, counted in frequencies, and its amplitude; None if there is none.

    A sine with one period in the samples is at the place `padding`.
    """
    first = math.ceil(padding)
    at = first + int(np.argmax(amplitudes[first:]))
    if amplitudes[at] < _NOTHING:
        return None
    if at == len(amplitudes) - 1:
        return float(at), float(amplitudes[at])
    before, middle, after = np.log(np.maximum(amplitudes[at - 1 : at + 2], _NOTHING)).tolist()
    bend = before - 2 * middle + after
    by = min(max((before - after) / (2 * bend), -0.5), 0.5) if bend < 0 else 0.0
    return at + by, math.exp(middle - (before - after) * by / 4)
