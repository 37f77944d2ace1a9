"""Writes numbers with as many digits as can be told apart in a chart. Pure."""

from __future__ import annotations

import math

from ui import wording
from ui.plot.strips.ticks import LARGEST, SMALLEST, value_label

_DIGITS = 3


def rounded(number: float, unit: str = "", digits: int = 4) -> str:
    """A number with so many significant digits, and its unit."""
    shown = float(f"{number:.{digits}g}")
    shown = shown if math.isfinite(shown) else number  # it was rounded up to more than a float can be
    return wording.value(shown if math.isfinite(shown) else None, unit)


def precise(number: float, scale: float, unit: str = "") -> str:
    """A number with three digits of `scale`, the size of what it is compared with: 21.35 for a scale of 1."""
    if not (SMALLEST <= scale <= LARGEST and abs(number) <= LARGEST):
        return wording.value(number if math.isfinite(number) else None, unit)
    shown = value_label(number, 10.0 ** (math.floor(math.log10(scale)) - _DIGITS + 1))
    return f"{shown} {unit}" if unit else shown
