"""How the time axis is labelled: by clock times, by times since a start, or by seconds before now.

Time is passed in, as Unix seconds.
"""

from __future__ import annotations

from app.messages.languages import text
from ui import wording
from ui.plot.strips import ticks
from ui.plot.time_view import Frame, TimeView


class TimeLabels:
    """Chooses the labels of the time axis."""

    def __init__(self, view: TimeView) -> None:
        self._view = view
        self.shows_clock = False
        """Whether there are clock times; they take precedence."""
        self.zero_s: float | None = None
        """The start of a recording, from which times count; None for a plot of the present."""

    @property
    def move(self) -> bool:
        """Whether the labels move with the curves."""
        return self.shows_clock or self.zero_s is not None

    def scale(self, frame: Frame, now_s: float, *, runs: bool) -> ticks.TimeScale:
        """The scale for `frame`. `runs` is false if the bench is stopped: then `now_s` is when it was."""
        if self.shows_clock:
            return ticks.clock_time(now_s)
        if self.zero_s is not None:
            return ticks.since_start(self.zero_s)
        # From the middle of a column: then all labels stand still while time goes on.
        from_s = self._view.counts_from_s((frame.last + 0.5) * frame.column_s)
        if self._view.is_paused:
            return ticks.seconds_ago(from_s, text("label_paused_here"))
        return ticks.seconds_ago(from_s, text("label_now") if runs else wording.clock(now_s))
