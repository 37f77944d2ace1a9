"""The period of time that a plot shows: its length, and whether it runs with the clock or is paused.

Invariants: pausing stops this view and nothing else; the right edge of a running view is the present time;
the span stays within `MIN_SPAN_S` and `MAX_SPAN_S`. Pure: time is passed in, as Unix seconds.
"""

from __future__ import annotations

PRESETS_S = (1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)
DEFAULT_SPAN_S = 10.0
MIN_SPAN_S = 0.01
MAX_SPAN_S = 86400.0


class TimeView:
    """The visible period of time; its length is `span_s`."""

    def __init__(self, span_s: float = DEFAULT_SPAN_S) -> None:
        self.span_s = span_s
        self._right_s: float | None = None
        """The time at the right edge if the view is paused; otherwise None."""

    @property
    def is_paused(self) -> bool:
        """Whether the view is paused."""
        return self._right_s is not None

    def pause(self, now_s: float) -> None:
        """Pause the view with its right edge at `now_s`. A view that is paused already does not change."""
        self._right_s = self.right_s(now_s)

    def resume(self) -> None:
        """Resume the view: its right edge follows the present time again."""
        self._right_s = None

    def right_s(self, now_s: float) -> float:
        """The time at the view's right edge, in Unix seconds; it is `now_s` unless the view is paused."""
        return now_s if self._right_s is None else self._right_s

    def set_span(self, span_s: float) -> None:
        """Set the length of the period to `span_s` seconds; the right edge of the view does not move."""
        self.span_s = min(max(span_s, MIN_SPAN_S), MAX_SPAN_S)

    def zoom(self, factor: float, at: float, now_s: float) -> None:
        """Make the span `factor` times as long.

        `at` is the pointer's place, from 0 (left edge) to 1 (right edge). In a paused view, the time at the
        pointer does not move, unless the view would then show the future.
        """
        right_s = self.right_s(now_s)
        fixed_s = right_s - (1 - at) * self.span_s
        self.set_span(self.span_s * factor)
        if self.is_paused:
            self._right_s = min(fixed_s + (1 - at) * self.span_s, now_s)

    def pan(self, by_s: float, now_s: float) -> None:
        """Pause the view and move it by `by_s` seconds, at most until its right edge is at `now_s`.

        A positive `by_s` moves the view towards the future.
        """
        self._right_s = min(self.right_s(now_s) + by_s, now_s)
