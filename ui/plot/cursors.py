"""Two cursors on the time axis, to measure the time between two moments.

Invariants: in a running view the cursors keep their places on the screen and are never outside the view; in a
paused view they keep their times. Pure: time is passed in, as Unix seconds.
"""

from __future__ import annotations

from ui import wording
from ui.plot.time_view import TimeView

NAMES = ("A", "B")
_AT_FIRST = (0.35, 0.65)


class Cursors:
    """The places of both cursors, and whether the cursors are shown."""

    def __init__(self, view: TimeView) -> None:
        self.shown = False
        self._view = view
        self._shares = list(_AT_FIRST)
        """The places of the cursors in a running view, from 0 (left edge) to 1 (right edge)."""
        self._times_s: list[float] | None = None
        """The times of the cursors in a paused view, in Unix seconds; None until they are known."""
        self._right_s = 0.0
        """The time at the view's right edge when `times_s` was last called."""

    def show(self, shown: bool) -> None:
        """Show both cursors at their initial places, or hide them."""
        self.shown = shown
        self._shares, self._times_s = list(_AT_FIRST), None

    def times_s(self, now_s: float) -> tuple[float, float]:
        """The times of both cursors at the moment `now_s`; all times are in Unix seconds."""
        view = self._view
        if not view.is_paused and self._times_s is not None:
            self._shares = [self._share(at_s) for at_s in self._times_s]
            self._times_s = None
        self._right_s = view.right_s(now_s)
        places = self._times_s
        if places is None:
            places = [self._right_s - (1 - share) * view.span_s for share in self._shares]
            if view.is_paused:
                self._times_s = places
        return places[0], places[1]

    def move(self, which: int, at_s: float, now_s: float) -> None:
        """Move cursor `which` (0 or 1) to the time `at_s`, but not out of the view."""
        places = list(self.times_s(now_s))
        places[which] = min(max(at_s, self._right_s - self._view.span_s), self._right_s)
        if self._view.is_paused:
            self._times_s = places
        else:
            self._shares[which] = self._share(places[which])

    def _share(self, at_s: float) -> float:
        return min(max(1 - (self._right_s - at_s) / self._view.span_s, 0.0), 1.0)


def measured(first_s: float, second_s: float) -> str:
    """A line of text with the times of both cursors, the difference Δt, and 1/Δt in Hz."""
    apart_s = second_s - first_s
    days = [wording.moment(at_s) for at_s in (first_s, second_s)]
    is_one_day = days[0][:10] == days[1][:10]
    clocks = [wording.clock(at_s, fraction=True) for at_s in (first_s, second_s)]
    places = [f"{name} {at}" for name, at in zip(NAMES, clocks if is_one_day else days, strict=True)]
    often = f"1/Δt {1 / abs(apart_s):.4g} Hz" if apart_s else ""
    return "   ".join(filter(None, [*places, f"Δt {wording.duration(apart_s)}", often]))
