"""Draws lines of any thickness as hairlines beside each other: Qt draws those much faster than thick lines.

Invariant: a part of a line that is drawn alone has the same pixels as in the whole line. In Qt that is so for
hairlines with two ends, and for those with more only if they are not smooth.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPolygonF

Pixels = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Places in pixels, from the left and from the top."""

_OVERLAP = 0.5
"""How far smooth hairlines are from each other, in pixels of the device: so that nothing shines through."""


def draw_rough(painter: QPainter, line: Pixels, thick_px: int, scale: float) -> None:
    """Draw a line with the painter's hairline pen.

    It is `thick_px` pixels of the device thick, of which a pixel of the painter has `scale`.
    """
    x, y = line
    flat_runs = _runs(_is_flat(x, y)) if thick_px > 1 else []
    for number in range(thick_px):
        by = (number - (thick_px - 1) // 2) / scale
        painter.drawPolyline(polygon(x + by, y))
        for first, last in flat_runs if by else ():
            painter.drawPolyline(polygon(x[first:last], y[first:last] + by))


def draw_smooth(painter: QPainter, lines: Iterable[Pixels], thick_px: int, scale: float) -> None:
    """Draw lines as `draw_rough` does, but smoothly. That is for few points."""
    drawn: list[QLineF] = []
    for x, y in lines:
        if thick_px == 1:
            places = zip(x.tolist(), y.tolist(), strict=True)
            drawn += (QLineF(*begin, *end) for begin, end in pairwise(places))
            continue
        is_flat = _is_flat(x, y)
        for by in np.arange(-(thick_px - 1) / 2, thick_px / 2, _OVERLAP) / scale:
            across, down = np.where(is_flat, 0.0, by), np.where(is_flat, by, 0.0)
            ends = (x[:-1] + across, y[:-1] + down, x[1:] + across, y[1:] + down)
            drawn += map(QLineF, *(end.tolist() for end in ends))
    painter.drawLines(drawn)


def _is_flat(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """For each part of a line, whether it is wider than high: it is made thicker above and below."""
    return np.asarray(np.abs(np.diff(y)) < np.diff(x))


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the points of each run of parts begin and end that have the flag."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    return [(first, last + 1) for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]


def polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    """The points as Qt draws them; they are copied in one go."""
    made = QPolygonF()
    made.resize(len(x))
    # The type stubs know neither that a VoidPtr is made from an object, nor that it is a buffer.
    memory: Any = cast(Any, shiboken6.VoidPtr)(made.data(), 16 * len(x), True)
    points = np.frombuffer(memory, np.float64).reshape(-1, 2)
    points[:, 0], points[:, 1] = x, y
    return made
