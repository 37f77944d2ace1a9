"""What is asked of the readings of a bench, and for which period. Pure.

A chart may be renewed several times a second. In a running view, the period moves a little each time. So the
period that was asked for last stays until the view has moved by a two-hundredth of its length, or by
`_MOST_S`. A period of another length, or one that begins earlier, is asked for at once: then the user has
moved something.

Invariant: equal questions about the same datastreams are equal objects, as `Calculation` demands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from app.history.calculation import Calculated, Calculation, Stretch

T = TypeVar("T")

_PARTS = 200
_MOST_S = 1.0
_REMEMBERED = 64


class Scope(NamedTuple):
    """A period that is analysed, in Unix seconds, and where it comes from."""

    from_s: float
    to_s: float
    is_between: bool
    """Whether it lies between the cursors; otherwise it is in view."""

    @property
    def length_s(self) -> float:
        """The length in seconds."""
        return self.to_s - self.from_s


class Readings(Protocol):
    """The readings of a bench."""

    def calculate(self, wanted: Calculation[T]) -> Calculated[T] | None:
        """The newest result of a calculation; None before the first one. See `ui.contract`."""


class Found(NamedTuple, Generic[T]):
    """What was found in the readings."""

    result: T
    is_cut: bool
    """Whether the oldest readings of the period were left out, because they are too many."""
    pruned: int = 0
    """About how many readings of the period are no longer in the journal."""


@dataclass(frozen=True)
class Question(Generic[T]):
    """A function of the times and values of each of some datastreams."""

    function: Callable[..., T]
    """Gets the times and values of the first datastream, those of the second, and so on; then `options`."""
    options: tuple[bool, ...] = ()

    def __call__(self, stretches: Sequence[Stretch]) -> Found[T]:
        """The answer for these readings."""
        arrays: list[Any] = [array for stretch in stretches for array in (stretch.times_s, stretch.values)]
        return Found(
            self.function(*arrays, *self.options),
            any(stretch.is_cut for stretch in stretches),
            sum(stretch.pruned for stretch in stretches),
        )


class Asked:
    """The scopes that a chart has asked for."""

    def __init__(self) -> None:
        self._scopes: deque[Scope] = deque(maxlen=_REMEMBERED)

    def scope(self, wanted: Scope) -> Scope:
        """What to ask for if the plot shows `wanted`."""
        if not self._scopes or not _is_recent(self._scopes[-1], wanted):
            self._scopes.append(wanted)
        return self._scopes[-1]

    def answered(self, from_s: float, to_s: float) -> Scope:
        """The scope of a result for a period. An older one than those that are remembered is as the last."""
        found = (scope for scope in reversed(self._scopes) if scope[:2] == (from_s, to_s))
        return next(found, self._scopes[-1]._replace(from_s=from_s, to_s=to_s))


def _is_recent(asked: Scope, wanted: Scope) -> bool:
    # Unix seconds as floats have an error of less than a microsecond.
    is_moved = wanted.to_s < asked.to_s - 1e-6 or abs(wanted.length_s - asked.length_s) > 1e-6
    if is_moved or wanted.is_between != asked.is_between:
        return False
    return wanted.to_s - asked.to_s < min(asked.length_s / _PARTS, _MOST_S)
