"""Writes numbers with as many digits as can be told apart in a chart. Pure."""

from __future__ import annotations

import math

from ui import wording
from ui.plot.strips.ticks import value_label

_DIGITS = 3


def rounded(number: float, unit: str = "", digits: int = 4) -> str:
    """A number with so many significant digits, and its unit."""
    return wording.value(float(f"{number:.{digits}g}"), unit)


def precise(number: float, scale: float, unit: str = "") -> str:
    """A number with three digits of `scale`, the size of what it is compared with: 21.35 for a scale of 1."""
    if not (scale > 0 and math.isfinite(scale)):
        return wording.value(number, unit)
    shown = value_label(number, 10.0 ** (math.floor(math.log10(scale)) - _DIGITS + 1))
    return f"{shown} {unit}" if unit else shown
