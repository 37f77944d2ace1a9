"""Where the window opens: a place that lies completely on a screen that exists. Pure: no Qt.

Invariants: the returned area lies, with room for the window's frame, inside one screen, unless the screen is
smaller than `LEAST`; a window that is larger than its screen is maximised. All numbers are logical pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LEAST = (640, 400)
"""The smallest width and height of the window. If its contents need more, they can be scrolled."""
_MOST = 16_000
_SIDE, _TITLE = 8, 38
"""The frame that the desktop draws around a window. Its real size is known only after the window is shown."""


class Area(NamedTuple):
    """A rectangle: the inner area of a window, or the part of a screen that windows may use."""

    left: int
    top: int
    width: int
    height: int


class Wish(NamedTuple):
    """The window as it was when it was closed, or the defaults at the first start."""

    width: int
    height: int
    left: int | None = None
    top: int | None = None
    """Both are None if the place is not known."""
    maximised: bool = False


class Placement(NamedTuple):
    """Where to open the window. `area` is also the place of a maximised window that is restored."""

    area: Area
    maximised: bool


def placed(wish: Wish, screens: Sequence[Area]) -> Placement:
    """The place of the window on one of `screens`, of which the first is the primary one.

    The window opens on the screen that has the largest part of its former area. If it is on none of them, it
    opens in the middle of the primary screen. Without a screen, only the limits of the size are applied.
    """
    width, height = (
        min(max(wanted, least), _MOST) for wanted, least in zip((wish.width, wish.height), LEAST, strict=True)
    )
    if not screens:
        return Placement(Area(wish.left or 0, wish.top or 0, width, height), wish.maximised)
    former = None
    if wish.left is not None and wish.top is not None:
        former = Area(wish.left, wish.top, width, height)
    room = _within_frame(screens[0])
    if former is not None:
        common = [_common(former, screen) for screen in screens]
        if max(common):
            room = _within_frame(screens[common.index(max(common))])
        else:
            former = None
    maximised = wish.maximised or width > room.width or height > room.height
    width, height = min(width, room.width), min(height, room.height)
    if former is None:
        left, top = room.left + (room.width - width) // 2, room.top + (room.height - height) // 2
    else:
        left = min(max(former.left, room.left), room.left + room.width - width)
        top = min(max(former.top, room.top), room.top + room.height - height)
    return Placement(Area(left, top, width, height), maximised)


def _within_frame(screen: Area) -> Area:
    """The area of `screen` that the inside of a window can fill."""
    return Area(
        screen.left + _SIDE,
        screen.top + _TITLE,
        max(LEAST[0], screen.width - 2 * _SIDE),
        max(LEAST[1], screen.height - _TITLE - _SIDE),
    )


def _common(one: Area, other: Area) -> int:
    """The size of the common part of two areas, in square pixels; 0 if they do not overlap."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return max(0, across) * max(0, down)
