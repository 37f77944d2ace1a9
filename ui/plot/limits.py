"""The limits of a datastream: `min` and `max` of the bench file, whatever is done with numbers beyond them.

Invariant: a limit stretches an axis by at most a quarter of the height of what is drawn. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from app.config.bench_file import DeviceConfig

_NEAR = 0.25
"""A limit that is farther from the visible values, as a fraction of their height, stretches no axis."""


class Limits(NamedTuple):
    """The least and the greatest number in the range; infinite where the bench file has none."""

    low: float = -math.inf
    high: float = math.inf

    @property
    def given(self) -> tuple[float, ...]:
        """Those that the bench file has."""
        return tuple(limit for limit in self if math.isfinite(limit))


NO_LIMITS = Limits()


def limits_of(entries: Iterable[DeviceConfig]) -> dict[tuple[str, str], Limits]:
    """The limits of each device and target that has any; a datastream may have two targets."""
    found: dict[tuple[str, str], Limits] = {}
    for entry in entries:
        for table in entry.datastream:
            limits = Limits(table.low, table.high)
            if limits.given:
                pin = None if table.virtual_pin is None else f"v{table.virtual_pin}"
                named = None if table.id is None else f"ds{table.id}"
                found |= {(entry.name, target): limits for target in (pin, named) if target}
    return found


def stretched(low: float, high: float, limits: Iterable[Limits]) -> tuple[float, float]:
    """The range from `low` to `high` of visible values, stretched to those of `limits` that are near."""
    reach = _NEAR * (high - low)
    near = [limit for each in limits for limit in each.given if low - reach <= limit <= high + reach]
    return min(low, *near, low), max(high, *near, high)
