"""Where an axis has ticks, and what their labels say.

Invariants: time ticks are at round numbers of seconds, minutes or hours; value ticks are at multiples of a
round step; labels never touch each other; a value axis with room for two labels has at least two. Pure.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from ui import wording

_DAY_S = 86400.0
_STEPS_S = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 21600.0, 43200.0),
    *(_DAY_S * days for days in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)),
)
_LABEL_PX = 84.0
"""The room for a time label, at the usual size of the text."""
_ROUND = (1.0, 2.0, 2.5, 5.0)
_EXACT = 2.0**53
"""From here on, a float no longer has all digits of a whole number."""
_MOST_DECIMALS = 9


SMALLEST, LARGEST = 1e-291, 2e300
"""The size of the smallest axis that has ticks, and the largest number with one."""


class Tick(NamedTuple):
    """A tick of an axis and its label."""

    at: float
    """A time in Unix seconds, or a value."""
    label: str


class TimeScale(NamedTuple):
    """How the time axis counts: from `origin_s` (Unix seconds), with `label` for a tick.

    The arguments of `label` are the time of the tick and the step between two ticks, both in seconds.
    """

    origin_s: float
    label: Callable[[float, float], str]

    def ticks(self, from_s: float, to_s: float, width_px: float) -> list[Tick]:
        """The ticks from `from_s` to `to_s` (Unix seconds), on `width_px` pixels of the usual text size."""
        step = time_step(to_s - from_s, width_px)
        first = math.ceil((from_s - self.origin_s) / step - 1e-9)
        last = math.floor((to_s - self.origin_s) / step + 1e-9)
        times = (self.origin_s + number * step for number in range(first, last + 1))
        return [Tick(at_s, self.label(at_s, step)) for at_s in times]


def seconds_ago(from_s: float, zero: str) -> TimeScale:
    """A scale that counts back from the moment `from_s`, which has the label `zero`."""

    def label(at_s: float, step_s: float) -> str:
        distance_s = at_s - from_s
        return zero if abs(distance_s) < step_s * 1e-6 else ago_label(distance_s, step_s)

    return TimeScale(from_s, label)


def clock_time(near_s: float) -> TimeScale:
    """A scale with the local clock time, for times near `near_s`: hours are full hours of local time.

    Days have dates as their labels, and so has midnight.
    """

    def label(at_s: float, step_s: float) -> str:
        if step_s < 1:
            return wording.clock(at_s + 1e-4, fraction=True)
        shown = wording.clock(round(at_s))
        if step_s >= _DAY_S:
            # Where daylight saving is different, a day begins an hour earlier or later.
            return wording.date(at_s + 7200)
        return wording.date(at_s) if shown == "00:00:00" and step_s >= 60 else shown

    offset_s = _utc_offset_s(near_s)
    return TimeScale((near_s + offset_s) // _DAY_S * _DAY_S - offset_s, label)


def since_start(zero_s: float) -> TimeScale:
    """A scale that counts from the start of a recording."""
    return TimeScale(zero_s, lambda at_s, step_s: wording.since_start(at_s - zero_s, fraction=step_s < 1))


def time_step(span_s: float, width_px: float) -> float:
    """The seconds between neighbouring ticks of an axis that shows `span_s` seconds on `width_px` pixels.

    The width is for labels of the usual size: an axis with larger ones passes less than its own.
    """
    most = max(1.0, width_px / _LABEL_PX)
    return next((step for step in _STEPS_S if span_s / step <= most), _STEPS_S[-1])


def ago_label(seconds: float, step_s: float) -> str:
    """The label of a tick `seconds` (below zero) after the moment from which is counted: `−2 s`, `−5 min`.

    `step_s` is the distance between ticks, in seconds.
    """
    sizes = ((_DAY_S, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
    size, word = next(((size, word) for size, word in sizes if step_s >= size), sizes[-1])
    return f"−{value_label(abs(seconds) / size, step_s / size)} {word}"


def value_ticks(low: float, high: float, height_px: float, label_px: float) -> list[Tick]:
    """The ticks of a value axis from `low` to `high` that is `height_px` high, with labels of `label_px`.

    They are at multiples of a round step. If there is room for two labels, but not at multiples of one step,
    the ends of the axis have the labels. There are none if the numbers are too large or too close to each
    other for the steps to be floats.
    """
    size = high - low
    if not (size >= SMALLEST and max(abs(low), abs(high)) <= LARGEST) or height_px < label_px:
        return []
    most = max(1.0, (height_px - 1) / (2 * label_px))
    steps = _steps(size)
    step = next(step for step in steps if size / step <= most)
    ticks = _multiples(low, high, step)
    if len(ticks) < 2 and height_px >= 2 * label_px:
        step = max(step for step in steps if len(_multiples(low, high, step)) >= 2)
        ticks = _multiples(low, high, step)[-2:]
        lower, upper = (label_top(at, low, high, height_px, label_px) for at in ticks)
        if lower - upper < label_px:
            ticks, step = [low, high], 10.0 ** (math.floor(math.log10(size)) - 2)
    return [Tick(at, value_label(at, step)) for at in ticks]


def label_top(at: float, low: float, high: float, height_px: float, label_px: float) -> float:
    """Where the label of a value tick begins, in pixels from the top of its axis.

    The label is beside its tick, but all of it is inside the axis.
    """
    middle = (high - at) / (high - low) * (height_px - 1)
    return min(max(middle - label_px / 2, 0.0), height_px - label_px)


def value_label(number: float, step: float) -> str:
    """The label of a value tick; `step` is the distance between ticks. It has as many digits as that needs.

    The label has no thousands separators, because German readers would read `12,000` as twelve.
    """
    places = -math.floor(math.log10(step) + 1e-9)
    if abs(step * 10.0**places - round(step * 10.0**places)) > 0.1:
        places += 1  # a step of 2.5
    if abs(number) < step / 2:
        number = 0.0
    if abs(number) >= _EXACT or (number and places > _MOST_DECIMALS):
        digits = math.floor(math.log10(abs(number))) + places
        return f"{number:.{min(max(digits, 0), 16)}e}".replace("-", "−")
    return f"{number:.{places if 0 < places <= _MOST_DECIMALS else 0}f}".replace("-", "−")


def _steps(size: float) -> list[float]:
    """Round steps for an axis of this size, the smallest first."""
    power = math.floor(math.log10(size)) - 3
    return [digit * 10.0**exponent for exponent in range(power, power + 6) for digit in _ROUND]


def _multiples(low: float, high: float, step: float) -> list[float]:
    hair = step * 1e-9
    first, last = math.ceil((low - hair) / step), math.floor((high + hair) / step)
    return [number * step for number in range(first, last + 1)]


def _utc_offset_s(unix_s: float) -> float:
    try:
        return float(time.localtime(unix_s).tm_gmtoff)
    except (OverflowError, OSError, ValueError):
        return 0.0
