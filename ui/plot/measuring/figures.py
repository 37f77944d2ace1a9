"""Writes the figures of a curve between the cursors, with as many digits as say something.

The mean and the extremes have so many decimals that a thousandth of their range can be seen, and at least six
digits: so also values that differ little from a large one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.messages.languages import text, text_of
from app.messages.message import Message
from ui import wording

if TYPE_CHECKING:
    from ui.plot.measuring.statistics import Statistics

TITLES = (
    *("column_difference", "column_readings", "column_lowest", "column_highest"),
    *("column_mean", "column_deviation", "column_slope", "column_frequency"),
)
"""The codes of the titles of all figures."""
TIPS = {
    "column_difference": "tip_difference",
    "column_mean": "tip_mean",
    "column_deviation": "tip_deviation",
    "column_slope": "tip_slope",
    "column_frequency": "tip_frequency",
}
"""What is explained of them."""
READINGS = TITLES.index("column_readings")
_MISSING, _AWAITED = "–", "…"
_DIGITS = 6
_EXACT_DIGITS = 15
"""The first so many digits of a float are right."""
_STEPS = 3
"""The last digit of the mean is at most the range divided by ten to the power of this."""
_SMALL, _LARGE = 1e-4, 1e15
"""Numbers that are smaller or larger than these are written with a power of ten."""
_FEW_DIGITS, _FREQUENCY_DIGITS = 4, 5


def figures(apart: float | None, found: Statistics | None) -> tuple[str, ...]:
    """The texts below `TITLES`. `apart` is the difference of the values at the cursors, if both have one.

    `found` is None if it has not been calculated yet.
    """
    difference = wording.value(apart)
    if found is None:
        return difference, *[_AWAITED] * (len(TITLES) - 1)
    decimals = _decimals(found.lowest, found.highest)
    return (
        difference,
        _count(found),
        _plain(found.lowest, decimals),
        _plain(found.highest, decimals),
        (_plain if found.lowest == found.highest else _fixed)(found.mean, decimals),
        _rounded(found.deviation, _FEW_DIGITS),
        _rounded(found.slope, _FEW_DIGITS),
        _rounded(found.frequency_hz, _FREQUENCY_DIGITS),
    )


def _count(found: Statistics) -> str:
    if found.is_cut:
        return text("label_newest_readings", count=found.readings)
    if found.pruned:
        return text("label_readings_left", count=found.readings, total=found.readings + found.pruned)
    return text_of(Message("count", number=found.readings))


def _decimals(lowest: float | None, highest: float | None) -> int | None:
    """How many decimals numbers between these have; None if they need a power of ten, or are 0."""
    if lowest is None or highest is None:
        return None
    size = max(abs(lowest), abs(highest))
    if not _SMALL <= size < _LARGE:
        return None
    whole = max(1, math.floor(math.log10(size)) + 1)
    # For a constant, as many as it takes: zeros at its end are cut.
    wanted = _EXACT_DIGITS
    if highest > lowest:
        wanted = max(math.ceil(-math.log10(highest - lowest)) + _STEPS, _DIGITS - whole)
    return max(0, min(wanted, _EXACT_DIGITS - whole))


def _fixed(number: float | None, decimals: int | None) -> str:
    if number is None:
        return _MISSING
    written = f"{number:.{_DIGITS}g}" if decimals is None else f"{number:.{decimals}f}"
    if written.startswith("-"):
        return f"−{written[1:]}" if float(written) else written[1:]
    return written


def _plain(number: float | None, decimals: int | None) -> str:
    """The same without zeros at the end, since a reading has only some digits."""
    written = _fixed(number, decimals)
    return written.rstrip("0").removesuffix(".") if decimals else written


def _rounded(number: float | None, digits: int) -> str:
    return wording.value(None if number is None else float(f"{number:.{digits}g}") + 0.0)
