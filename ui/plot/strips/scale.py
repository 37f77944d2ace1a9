"""The range of values that an axis shows.

Invariants: a range has a height, and both of its ends are finite; a range that the user has typed, dragged or
locked stays until the user fits it. Pure.
"""

from __future__ import annotations

_MARGIN = 0.08
"""The room above and below the curves, as a fraction of their height."""
_ENOUGH = 0.7
"""The range shrinks only if less of it is needed, so that noise does not make it tremble."""
_LEAST = 1e-12
"""The least height of a range, as a fraction of its values: below, floats cannot be told apart."""
_TINY, _HUGE = 1e-290, 1e300
"""The least height of any range, and its farthest ends: beyond, floats would have no room for a margin."""


class Scale:
    """The range of a value axis, which follows the visible values unless it is locked."""

    def __init__(self) -> None:
        self.is_locked = False
        """Whether the range stays as it is."""
        self._range: tuple[float, float] | None = None

    @property
    def low(self) -> float:
        """The value at the bottom."""
        return self._range[0] if self._range else 0.0

    @property
    def high(self) -> float:
        """The value at the top."""
        return self._range[1] if self._range else 1.0

    @property
    def has_range(self) -> bool:
        """Whether a range was set or fitted so far."""
        return self._range is not None

    def fit(self, low: float, high: float) -> None:
        """Follow values from `low` to `high`. A locked range is fitted only if there was none.

        The range grows at once, but shrinks only when much of it is empty.
        """
        if not (self._range and self.is_locked):
            self._range = fit_range(self._range, low, high)

    def set(self, low: float, high: float) -> bool:
        """Show the range from `low` to `high`, and lock it. Returns False if there is no such range."""
        if not (max(abs(low), abs(high)) <= 2 * _HUGE and high - low > _least(low, high)):
            return False
        self._range, self.is_locked = (low, high), True
        return True

    def move(self, by: float, factor: float) -> None:
        """Move the range by `by` times its height, then make it `factor` times as high, and lock it."""
        size = self.high - self.low
        middle, half = (self.low + self.high) / 2 + by * size, factor * size / 2
        self.set(middle - half, middle + half)

    def release(self) -> None:
        """Unlock the range, and fit it anew to the values that come next."""
        self.is_locked, self._range = False, None


def fit_range(current: tuple[float, float] | None, low: float, high: float) -> tuple[float, float]:
    """The next range for values from `low` to `high`; `current` is the present range, None at first."""
    low, high = (min(max(end, -_HUGE), _HUGE) for end in (low, high))
    size = high - low
    margin = size * _MARGIN if size > _least(low, high) else max(abs(high) * 0.05, 0.5)
    wanted = (low - margin, high + margin)
    if current is None:
        return wanted
    fits = current[0] <= low and high <= current[1]
    if fits and (wanted[1] - wanted[0]) > _ENOUGH * (current[1] - current[0]):
        return current
    return wanted


def _least(low: float, high: float) -> float:
    return max(_LEAST * max(abs(low), abs(high)), _TINY)
