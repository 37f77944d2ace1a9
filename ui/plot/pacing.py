"""When the plot draws a frame, and how much of it: all, or only the move to the left.

Invariants: readings, and what the user does, are drawn with the next frame; while nothing but the time is
new, frames are few, and there are none after the last curve has left the view; values are renewed so seldom
that they can be read, but the last one always. Pure: time is passed in, as Unix seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum, auto

_SCROLL_S = 0.048
"""A frame in which nothing but the time is new follows the previous one no sooner than this: scrolling would
cost more than all else. Readings are drawn with the next frame."""
_LABELS_S = 0.1
"""Labels change no more often: a number that changes thirty times a second cannot be read."""
_REFIT_S = 0.3
"""How soon a value axis is fitted after a peak has left the view."""


class Due(Enum):
    """How much of a frame has to be drawn."""

    NOTHING = auto()
    SHIFT = auto()
    """The curves move to the left."""
    ALL = auto()


class Pacing:
    """Decides for one plot what each frame needs."""

    def __init__(self) -> None:
        self._is_stale = True
        self._counts: list[object] = []
        self._drawn_s = self._fitted_s = self._labelled_s = -math.inf
        self._had_content = self._has_old_labels = self._asks_for_labels = False

    def touch(self) -> None:
        """Draw all with the next frame, because the user has changed something."""
        self._is_stale = True

    def due(
        self, now_s: float, counts: Sequence[object], *, moves: bool, follows: bool, has_content: bool
    ) -> Due:
        """What the frame for `now_s` needs. Unless that is nothing, the frame is taken for drawn.

        `counts` changes with new readings. The frame `moves` if its period is another one; it `follows` if it
        shows something that moves against the curves, such as a cursor. `has_content` says whether the frame
        that was drawn last has a curve.
        """
        has_left = self._had_content and not has_content
        is_new = self._is_stale or has_left or list(counts) != self._counts
        is_late = moves and (follows or has_content) and _is_over(now_s, self._drawn_s, _SCROLL_S)
        if not is_new and not is_late:
            return Due.NOTHING
        self._asks_for_labels = self._asks_for_labels or self._is_stale
        self._is_stale, self._counts, self._had_content = False, list(counts), has_content
        self._drawn_s = now_s
        if not is_new and not follows and not _is_over(now_s, self._fitted_s, _REFIT_S):
            return Due.SHIFT
        self._fitted_s, self._has_old_labels = now_s, True
        return Due.ALL

    def labels_due(self, now_s: float, *, is_measured: bool) -> bool:
        """Whether the values in the headers are to be renewed: with each frame if the user measures."""
        is_due = self._asks_for_labels or is_measured or _is_over(now_s, self._labelled_s, _LABELS_S)
        if not (self._has_old_labels and is_due):
            return False
        self._labelled_s, self._has_old_labels, self._asks_for_labels = now_s, False, False
        return True


def _is_over(now_s: float, since_s: float, seconds: float) -> bool:
    """Whether `seconds` are over, or the clock was set back."""
    return not 0 <= now_s - since_s < seconds
