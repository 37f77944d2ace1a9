"""The sizes of the window's text, in percent of the desktop's own size. Pure: no Qt.

Invariant: every size that `nearest` or `step` returns is one of `STEPS`.
"""

from __future__ import annotations

NORMAL = 100
STEPS = (75, 90, NORMAL, 110, 125, 150, 175, 200)


def nearest(percent: int) -> int:
    """The size in `STEPS` that is closest to `percent`, which may come from a damaged settings file."""
    return min(STEPS, key=lambda size: abs(size - percent))


def step(percent: int, by: int) -> int:
    """The size `by` steps above `percent`, or below it if `by` is negative; stops at both ends."""
    place = STEPS.index(nearest(percent)) + by
    return STEPS[min(max(place, 0), len(STEPS) - 1)]
