"""When the plot draws a frame, and how much of it: all, or only the move to the left.

Invariants: readings, and what the user does, are drawn with the next frame; while nothing but the time is
new, frames are few, and there are none after the last curve has left the view; values are renewed so seldom
that they can be read. Pure: time is passed in, as Unix seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum, auto

_SCROLL_S = 0.048
"""A frame in which nothing but the time is new follows the previous one no sooner than this: scrolling would
cost more than all else. Readings are drawn with the next frame."""
_STEADY_S = 0.15
"""If readings come so soon after each other, the curves move on with them only: a frame in between, with
nothing but a move by some pixels, would cost as much as one with readings."""
_SAME_S = 1 / 3
"""How soon readings are drawn after the previous ones if the frame has the same period as before, but would
go on with the time: then they can change no more than the last column."""
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
        self._heights: Sequence[int] = ()
        self._drawn_s = self._news_s = self._fitted_s = -math.inf
        self._scroll_s = _SCROLL_S
        self._due_s = math.inf
        """When the readings are drawn that came too soon after the previous ones; infinite if none did."""
        self._had_content = self._has_old_labels = self._asks_for_labels = False

    def touch(self) -> None:
        """Draw all with the next frame, because the user has changed something."""
        self._is_stale = True

    def due(
        self,
        now_s: float,
        counts: Sequence[object],
        *,
        heights: Sequence[int] = (),
        moves: bool,
        stands: bool,
        follows: bool,
        has_content: bool,
    ) -> Due:
        """What the frame for `now_s` needs. Unless that is nothing, the frame is taken for drawn.

        `counts` changes with new readings in the period, and `heights`, in pixels, with the rows of headers.
        The frame `moves` if its period is another one, and `stands` if that does not go on with the time; it
        `follows` if it shows something that moves against the curves, such as a cursor. `has_content` says
        whether the frame that was drawn last has a curve.
        """
        has_left = self._had_content and not has_content
        has_news = list(counts) != self._counts
        pause_s = 0.0 if moves or stands else _SAME_S
        self._due_s = self._news_s + pause_s if has_news else math.inf
        self._is_stale = self._is_stale or heights != self._heights
        self._heights = heights
        is_new = self._is_stale or has_left or (has_news and _is_over(now_s, self._news_s, pause_s))
        is_late = moves and (follows or has_content) and _is_over(now_s, self._drawn_s, self._scroll_s)
        if not is_new and not is_late:
            return Due.NOTHING
        if has_news:
            self._scroll_s = _SCROLL_S if _is_over(now_s, self._news_s, _STEADY_S) else _STEADY_S
            self._news_s, self._due_s = now_s, math.inf
        elif is_late:
            self._scroll_s = _SCROLL_S
        self._asks_for_labels = self._asks_for_labels or self._is_stale
        self._is_stale, self._counts, self._had_content = False, list(counts), has_content
        self._drawn_s = now_s
        if not is_new and not follows and not _is_over(now_s, self._fitted_s, _REFIT_S):
            return Due.SHIFT
        self._fitted_s, self._has_old_labels = now_s, True
        return Due.ALL

    def wait_s(self, now_s: float, moves_at_s: float, *, follows: bool) -> float:
        """After how many seconds the next frame may be due if nothing is new.

        `moves_at_s` is when the period of the frame becomes another one; infinite if it does not.
        """
        if self._is_stale:
            return 0.0
        waits_s = [self._due_s - now_s]
        if follows or self._had_content:
            waits_s.append(max(moves_at_s, self._drawn_s + self._scroll_s) - now_s)
        return max(0.0, min(waits_s))

    def labels_due(self, *, texts: bool, is_measured: bool) -> bool:
        """Whether the values in the headers are to be renewed: with all other texts, with which they agree.

        Also with each frame if the user measures, and at once after what the user has done.
        """
        if not (self._has_old_labels and (texts or is_measured or self._asks_for_labels)):
            return False
        self._has_old_labels = self._asks_for_labels = False
        return True


def _is_over(now_s: float, since_s: float, seconds: float) -> bool:
    """Whether `seconds` are over, or the clock was set back."""
    return not 0 <= now_s - since_s < seconds
