"""What the mouse does in a plot: it moves and zooms the time axis, a value axis, or a cursor.

Invariants: on a value axis, the wheel zooms it and dragging moves it; everywhere else in a strip, the wheel
zooms the time axis, dragging moves it, or the cursor at which it began, and dragging with Shift draws a box
to zoom into; a double click fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtGui import QWheelEvent

NEAR_PX = 5
"""How near, in pixels, the pointer must be to a cursor to take it."""


class Box(NamedTuple):
    """A part of a strip."""

    from_s: float
    to_s: float
    """Both in Unix seconds."""
    top: float
    bottom: float
    """From 0, the top of the strip, to 1, its bottom."""


class Gestures(NamedTuple):
    """The functions that a strip calls when the user zooms or drags in it with the mouse."""

    zoom_time: Callable[[float, float], None]
    """Arguments: the factor for the span, and the pointer's place, from 0 (left edge) to 1 (right edge)."""
    pan_time: Callable[[float], None]
    """Argument: the distance as a fraction of the view's width, positive towards the future."""
    zoom_into: Callable[[float, float], None]
    """Arguments: the times at the left and right edge, in Unix seconds."""
    zoom_out: Callable[[], None]
    """Show the period again that was shown before `zoom_into`."""
    values_changed: Callable[[], None]
    """The user has changed the range of a value axis."""
    move_cursor: Callable[[int, float], None]
    """Arguments: the number of the cursor (0 or 1), and its new time in Unix seconds."""
    point: Callable[[float | None], None]
    """Argument: the place of the pointer in pixels from the left edge of the curves; None if it has left."""


class CanvasGestures(NamedTuple):
    """The functions that the area with the curves calls."""

    zoom_time: Callable[[float, float], None]
    pan_time: Callable[[float], None]
    zoom_box: Callable[[Box], None]
    fit: Callable[[], None]
    move_cursor: Callable[[int, float], None]
    point: Callable[[float | None], None]
    """For the arguments of all others, see `Gestures`."""


class AxisGestures(NamedTuple):
    """The functions that a value axis calls."""

    move: Callable[[float, float], None]
    """Arguments: how far to move the range, as a fraction of its height, and the factor for its size."""
    fit: Callable[[], None]


def zoom_factor(event: QWheelEvent) -> float | None:
    """The factor for the visible range; None if the wheel was not turned.

    A touchpad reports that at the beginning and the end of a gesture.
    """
    turned = event.angleDelta().y() or event.angleDelta().x()
    return (0.8 if turned > 0 else 1.25) if turned else None
