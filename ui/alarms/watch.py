"""When a value beyond the limits of its datastream is an alarm. Pure.

A datastream is *beyond* from the first reading beyond its limits on, until one inside them has come and none
beyond them for `CALM_S`: so a value that trembles at a limit gives one alarm.

Invariants: an alarm is given once, when a datastream becomes beyond, and never for a value that stays there;
what came long ago gives none. Times are Unix seconds, and the clock may be set back.
"""

from __future__ import annotations

import math
from typing import NamedTuple

CALM_S = 2.0
_FRESH_S = 5.0
"""A reading that came earlier, such as before the window was minimised, gives no alarm."""
_BEEPS_S = 1.0
"""Beeps are at least so far apart; those of one datastream at least `CALM_S`."""


class Newest(NamedTuple):
    """When the newest readings of a datastream came; minus infinity if there are none."""

    beyond_s: float = -math.inf
    inside_s: float = -math.inf


class Watch:
    """Watches one datastream."""

    def __init__(self) -> None:
        self.is_beyond = False
        self.newest = Newest()
        """What `look` was given last."""

    def look(self, newest: Newest, now_s: float) -> bool:
        """Take what has come up to `now_s`. Returns whether that is an alarm."""
        is_new = newest.beyond_s != self.newest.beyond_s
        self.newest = newest
        since_s = abs(now_s - newest.beyond_s)
        if is_new and since_s < _FRESH_S:
            was_beyond, self.is_beyond = self.is_beyond, True
            return not was_beyond
        if newest.inside_s > newest.beyond_s and since_s >= CALM_S:
            self.is_beyond = False
        return False


class Beeps:
    """Keeps beeps apart."""

    def __init__(self) -> None:
        self._last_s = -math.inf

    def is_due(self, now_s: float) -> bool:
        """Whether an alarm at `now_s` is heard. If so, it is taken as heard."""
        if 0 <= now_s - self._last_s < _BEEPS_S:
            return False
        self._last_s = now_s
        return True
