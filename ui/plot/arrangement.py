"""Which curves of the plot share a strip, and which of them a value axis.

Invariants: every curve is in one strip and has one axis; the curves of an axis keep their order. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from ui.plot.curves import Style


class Arrangement(StrEnum):
    """What the user can choose."""

    APART = "apart"
    """Each curve has a strip of its own."""
    BY_UNIT = "by_unit"
    """All curves share one strip; those with the same unit share an axis."""
    ONE_SCALE = "one_scale"
    """All curves share one strip and one axis."""


def arranged(styles: Sequence[Style], arrangement: Arrangement) -> list[list[tuple[Style, ...]]]:
    """The curves of each axis of each strip."""
    if arrangement is Arrangement.APART:
        return [[(style,)] for style in styles]
    if arrangement is Arrangement.ONE_SCALE:
        return [[tuple(styles)]] if styles else []
    units = dict.fromkeys(style.unit for style in styles)
    axes = [tuple(style for style in styles if style.unit == unit) for unit in units]
    return [axes] if axes else []
