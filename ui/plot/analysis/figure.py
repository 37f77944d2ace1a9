"""What a chart shows, and where its parts are. Pure.

Invariants: places are inside the frame for all finite numbers, also for those whose difference is too large
for a float; the labels of an axis never touch each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.messages.message import Message, verbatim
from ui.plot.strips.ticks import Tick, value_ticks

_PAD = 0.04
"""The room beside the outermost points, as a share of the axis."""
_BIGGEST = float(np.finfo(float).max)
_BETWEEN_PX = 6.0
_FIRST_PX = 20.0
"""At first, labels are taken to be so wide, with the room between them."""

Numbers = NDArray[np.float64]


class Shape(Enum):
    """How a chart draws its items."""

    POINTS = auto()
    LINE = auto()
    BARS = auto()


class Axis(NamedTuple):
    """An axis from one number to another."""

    low: float
    high: float
    title: Message
    """Its name and unit."""
    is_count: bool = False
    """Whether there is nothing between whole numbers."""

    def places(self, numbers: Numbers) -> Numbers:
        """The places of some numbers on the axis, from 0 (low) to 1 (high)."""
        # Half of each, because the differences may be too large for a float.
        size = self.high / 2 - self.low / 2
        if size <= 0:
            return np.full(len(numbers), 0.5)
        return np.clip((numbers / 2 - self.low / 2) / size, 0.0, 1.0)

    def ticks(self, length_px: float, label_px: float) -> list[Tick]:
        """The ticks of an axis of this length; a label needs `label_px` of it."""
        found = value_ticks(self.low, self.high, length_px, label_px)
        if self.is_count:
            return [Tick(tick.at, f"{tick.at:.0f}") for tick in found if tick.at == round(tick.at)]
        return found

    def ticks_across(self, length_px: float, width_of: Callable[[str], float]) -> list[Tick]:
        """The ticks of a horizontal axis, whose labels are as wide as `width_of` says."""
        label_px, ticks = _FIRST_PX, self.ticks(length_px, _FIRST_PX)
        while ticks:
            widest = max(width_of(tick.label) for tick in ticks) + _BETWEEN_PX
            if widest <= label_px:
                break
            label_px = widest
            ticks = self.ticks(length_px, label_px)
        return ticks


def side_by_side(labels: Iterable[tuple[float, float]], to_px: float) -> list[float | None]:
    """The left ends of labels in a line that ends at `to_px`. Each label has a centre and a width.

    A label that has no room around its centre is moved as little as possible. One that would touch the label
    before it has no place, and None instead.
    """
    found: list[float | None] = []
    free_px = 0.0
    for centre, width in labels:
        left = min(max(centre - width / 2, 0.0), to_px - width)
        has_room = left >= free_px
        found.append(left if has_room else None)
        free_px = left + width + _BETWEEN_PX / 2 if has_room else free_px
    return found


class Table(NamedTuple):
    """Columns of numbers with headings."""

    headings: tuple[Message, ...]
    columns: tuple[Numbers | NDArray[np.int64], ...]

    def rows(self, decimal: str) -> str:
        """The numbers with all their digits, in lines, separated by tabs. `decimal` is the decimal sign."""
        rows = zip(*(column.tolist() for column in self.columns), strict=True)
        return "".join("\t".join(map(repr, row)).replace(".", decimal) + "\n" for row in rows)


class Figure(NamedTuple):
    """The contents of a chart: items, each with a place and words."""

    shape: Shape
    x: Axis
    y: Axis
    color: str
    xs: Numbers
    ys: Numbers
    """The places of points; of the corners of a line, from left to right; of the tops of bars."""
    words: Callable[[int], Message]
    """What to say about an item when it is pointed at."""
    table: Table
    """The numbers, for another program."""
    joins: NDArray[np.bool_] | None = None
    """For each point, whether a line leads to the next one; None for no lines."""
    borders: Numbers | None = None
    """Of the bars: one more than there are bars."""

    def nearest(self, x: float, y: float, width_px: float, height_px: float) -> int | None:
        """The item at a place, which is from 0 to 1 from the left and from below; None if there is none.

        That is the nearest point; the bar above or below; or the highest corner of the line nearby.
        """
        if not len(self.xs):
            return None
        if self.borders is not None:
            at = int(np.searchsorted(self.x.places(self.borders), x, side="right")) - 1
            return min(max(at, 0), len(self.xs) - 1)
        across = (self.x.places(self.xs) - x) * width_px
        if self.shape is Shape.POINTS:
            return int(np.argmin(np.hypot(across, (self.y.places(self.ys) - y) * height_px)))
        near = np.flatnonzero(np.abs(across) <= max(1.0, float(np.abs(across).min())))
        return int(near[np.argmax(self.ys[near])])


def title(name: str, unit: str) -> Message:
    """The title of an axis: a name, and the unit in parentheses."""
    return verbatim(f"{name} ({unit})" if unit else name)


def padded(low: float, high: float) -> tuple[float, float]:
    """The ends of an axis for values from `low` to `high`, with some room beside them."""
    room = _PAD * (high / 2 - low / 2) * 2 if low < high else abs(low) / 20 or 0.5
    return max(low - room, -_BIGGEST), min(high + room, _BIGGEST)
