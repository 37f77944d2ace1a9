"""Which stretch of time the plots show: how long, and whether it runs with the clock.

Invariants: pausing stops this view and nothing else; the newest instant is at the right edge while it runs;
the span stays within `MIN_SPAN_S` and `MAX_SPAN_S`. Pure: time is passed in, as
Unix seconds.
"""

from __future__ import annotations

PRESETS_S = (1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)
DEFAULT_SPAN_S = 10.0
MIN_SPAN_S = 0.01
MAX_SPAN_S = 86400.0


class TimeView:
    """The visible stretch of time."""

    def __init__(self, span_s: float = DEFAULT_SPAN_S) -> None:
        self.span_s = span_s
        self._right_s: float | None = None
        """The right edge of a paused view."""

    @property
    def is_paused(self) -> bool:
        """Whether the view stands still."""
        return self._right_s is not None

    def pause(self, now_s: float) -> None:
        """Stand still where the view is."""
        self._right_s = self.right_s(now_s)

    def resume(self) -> None:
        """Run with the clock again."""
        self._right_s = None

    def right_s(self, now_s: float) -> float:
        """The time at the right edge."""
        return now_s if self._right_s is None else self._right_s

    def set_span(self, span_s: float) -> None:
        """Show so many seconds, with the right edge where it is."""
        self.span_s = min(max(span_s, MIN_SPAN_S), MAX_SPAN_S)

    def zoom(self, factor: float, at: float, now_s: float) -> None:
        """Make the span `factor` times as long. A paused view keeps the instant under the pointer, which
        stands at `at`: 0 is the left edge, 1 the right one."""
        right_s = self.right_s(now_s)
        fixed_s = right_s - (1 - at) * self.span_s
        self.set_span(self.span_s * factor)
        if self.is_paused:
            self._right_s = min(fixed_s + (1 - at) * self.span_s, now_s)

    def pan(self, by_s: float, now_s: float) -> None:
        """Move the view by so many seconds, pausing it; it never shows the future."""
        self._right_s = min(self.right_s(now_s) + by_s, now_s)
