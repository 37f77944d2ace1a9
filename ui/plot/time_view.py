"""The period of time that a plot shows: its length, and whether it runs with the clock or is paused.

Invariants: pausing stops this view and nothing else; the right edge of a running view is the present time;
the span stays within `MIN_SPAN_S` and `MAX_SPAN_S`. Pure: time is passed in, as Unix seconds.
"""

from __future__ import annotations

import math
from typing import NamedTuple

PRESETS_S = (1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)
DEFAULT_SPAN_S = 10.0
MIN_SPAN_S = 0.01
MAX_SPAN_S = 100 * 365 * 86400.0


class Frame(NamedTuple):
    """The pixel columns of a plot. Column n is the period from n to n + 1 times `column_s`, in Unix seconds.

    A view that runs on moves by whole columns, so what is drawn can be shifted by whole pixels.
    """

    column_s: float
    first: int
    last: int
    """The last column is part of the view."""

    @property
    def from_s(self) -> float:
        """The time at the left edge, in Unix seconds."""
        return self.first * self.column_s

    @property
    def to_s(self) -> float:
        """The time at the right edge, in Unix seconds."""
        return (self.last + 1) * self.column_s


class Period(NamedTuple):
    """A period of time, in Unix seconds."""

    from_s: float
    to_s: float

    @property
    def length_s(self) -> float:
        """The length in seconds; never 0."""
        return max(self.to_s - self.from_s, 1e-6)


class TimeView:
    """The visible period of time; its length is `span_s`."""

    def __init__(self, span_s: float = DEFAULT_SPAN_S) -> None:
        self.span_s = span_s
        self._right_s: float | None = None
        """The time at the right edge if the view is paused; otherwise None."""
        self._paused_s: float | None = None
        self._before_zoom: tuple[float, float | None] | None = None
        """The span, and the right edge of a paused view, before the user has zoomed into a period."""

    @property
    def is_paused(self) -> bool:
        """Whether the view is paused."""
        return self._right_s is not None

    def pause(self, now_s: float) -> None:
        """Pause the view with its right edge at `now_s`. A view that is paused already does not change."""
        if self._right_s is None:
            self._right_s = self._paused_s = now_s

    def counts_from_s(self, now_s: float) -> float:
        """The moment from which the time axis counts back: the present, or the moment of the pause."""
        return now_s if self._paused_s is None else self._paused_s

    def resume(self) -> None:
        """Resume the view: its right edge follows the present time again."""
        self._right_s = self._paused_s = self._before_zoom = None

    def zoom_into(self, from_s: float, to_s: float, now_s: float) -> None:
        """Pause the view, and show the period from `from_s` to `to_s`, but nothing after `now_s`."""
        before = self._before_zoom or (self.span_s, self._right_s)
        self.pause(now_s)
        self.set_span(to_s - from_s)
        self._right_s = min(from_s + self.span_s, now_s)
        self._before_zoom = before

    def zoom_out(self) -> None:
        """Show again what was shown before `zoom_into`. A view that was not paused then runs on."""
        if self._before_zoom is None:
            return
        self.span_s, right_s = self._before_zoom
        self._before_zoom = None
        if right_s is None:
            self.resume()
        else:
            self._right_s = right_s

    def frame(self, now_s: float, columns: int) -> Frame:
        """The columns of a plot that is `columns` pixels wide. The last one contains the right edge."""
        column_s = self.span_s / columns
        last = math.floor(self.right_s(now_s) / column_s)
        return Frame(column_s, last - columns + 1, last)

    def right_s(self, now_s: float) -> float:
        """The time at the view's right edge, in Unix seconds; it is `now_s` unless the view is paused."""
        return now_s if self._right_s is None else self._right_s

    def set_span(self, span_s: float) -> None:
        """Set the length of the period to `span_s` seconds; the right edge of the view does not move."""
        self._before_zoom = None
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

    def move_to(self, right_s: float, now_s: float) -> None:
        """Pause the view with its right edge at `right_s`, or resume it if that is not before `now_s`."""
        if right_s >= now_s:
            self.resume()
        else:
            self.pause(now_s)
            self._right_s = right_s

    def pan(self, by_s: float, now_s: float) -> None:
        """Pause the view and move it by `by_s` seconds, at most until its right edge is at `now_s`.

        A positive `by_s` moves the view towards the future.
        """
        self.pause(now_s)
        self._right_s = min(self.right_s(now_s) + by_s, now_s)
