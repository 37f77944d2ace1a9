"""What is calculated from all readings of a period, and from which readings: values that the window uses too.

Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

Key = tuple[str, str]
"""A device and a target."""

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The times (seconds since 1970) and the values of n points; both arrays have shape (n,)."""

MOST = 2_000_000
"""The greatest number of readings of one datastream that a calculation gets."""


class Stretch(NamedTuple):
    """All numeric readings of one datastream in a period."""

    times_s: NDArray[np.float64]
    """Seconds since 1970; they do not decrease."""
    values: NDArray[np.float64]
    is_cut: bool = False
    """Whether the oldest readings are left out, because there are more than `MOST`."""
    pruned: int = 0
    """About how many more there were in the period: only their summaries are left."""


class Calculation(NamedTuple, Generic[T]):
    """What to calculate."""

    keys: tuple[Key, ...]
    """The datastreams whose readings are used."""
    from_s: float
    """The begin of the period, in seconds since 1970."""
    to_s: float
    """The end of the period, in seconds since 1970."""
    function: Callable[[Sequence[Stretch]], T]
    """Gets a stretch for each of `keys`. Pure and hashable; two calculations with the same keys and an equal
    function are the same one for two periods."""


class Calculated(NamedTuple, Generic[T]):
    """A result, and the period that it is for."""

    from_s: float
    to_s: float
    result: T
