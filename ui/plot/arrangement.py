"""Which curves of the plot share a strip, and which of them a value axis.

Invariants: every curve is in one strip and has one axis; the curves of an axis keep their order; a datastream
of texts has a strip of its own. Pure.
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
    """The curves of each axis of each strip; a datastream of texts is the only one of its axis."""
    if arrangement is Arrangement.APART:
        return [[(style,)] for style in styles]
    curves = [style for style in styles if not style.is_text]
    texts: list[list[tuple[Style, ...]]] = [[(style,)] for style in styles if style.is_text]
    if arrangement is Arrangement.ONE_SCALE:
        return [[tuple(curves)], *texts] if curves else texts
    units = dict.fromkeys(style.unit for style in curves)
    axes = [tuple(style for style in curves if style.unit == unit) for unit in units]
    return [axes, *texts] if axes else texts
