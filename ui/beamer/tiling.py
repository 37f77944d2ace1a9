"""How the large values share the screen with the plots, and with each other. Pure: no Qt.

Invariants: all tiles have the same size, and fit into the given room; of all grids, the one with the largest
text is chosen. Sizes are in pixels.
"""

from __future__ import annotations

from typing import NamedTuple

MOST_TILES = 12
"""So many values can be read from the last row. Further ones are only counted."""
_ABOVE, _BESIDE = 0.38, 0.42
"""The share of the height, or of the width, that the values take if there are plots too."""
_WORTH_IT = 1.05
"""So many times larger must the text be beside the plots, because the plots are then narrow."""
_LINE = 0.52
"""The height of a value's text, as a share of the height of its tile; the name is above it."""


class Tiling(NamedTuple):
    """A grid of tiles, filled row by row."""

    columns: int
    rows: int
    text_px: float
    """The largest height of the values' text that fits into every tile."""


class Room(NamedTuple):
    """The size of the area for the values, and whether the plots are beside it or below it."""

    width: int
    height: int
    beside: bool


def tiling(count: int, width: float, height: float, aspect: float) -> Tiling:
    """The grid for `count` tiles (at least 1) in which the text is largest.

    `aspect` is the width of the widest value, divided by the height of its text.
    """
    grids = [_grid(count, columns, width, height, aspect) for columns in range(1, count + 1)]
    return max(grids, key=lambda grid: grid.text_px)


def room(count: int, width: int, height: int, aspect: float, *, has_plots: bool) -> Room:
    """The area for `count` values on a page of `width` by `height`: all of it if there are no plots.

    Otherwise the area is above the plots, or beside them if the text is clearly larger there. `aspect` is
    the same as for `tiling`.
    """
    if not has_plots:
        return Room(width, height, beside=False)
    above = Room(width, int(height * _ABOVE), beside=False)
    beside = Room(int(width * _BESIDE), height, beside=True)
    sizes = [tiling(max(1, count), part.width, part.height, aspect).text_px for part in (above, beside)]
    return above if sizes[0] * _WORTH_IT >= sizes[1] else beside


def _grid(count: int, columns: int, width: float, height: float, aspect: float) -> Tiling:
    rows = -(-count // columns)
    text_px = min(height / rows * _LINE, width / columns / aspect)
    return Tiling(columns, rows, text_px)
