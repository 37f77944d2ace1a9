"""Writes the values of a datastream with a steady number of decimals, so that its digits do not jump.

Invariant: the number of decimals of a datastream only grows, until all are forgotten. Pure.
"""

from __future__ import annotations

from collections.abc import Hashable

from app.wire.datastreams import Value
from ui import wording


class Decimals:
    """The largest number of decimals that each datastream has had; a key stands for a datastream."""

    def __init__(self) -> None:
        self._most: dict[Hashable, int] = {}

    def text(self, key: Hashable, value: Value | None, unit: str = "") -> str:
        """A value as text, with as many decimals as any before it, as far as six digits allow."""
        if isinstance(value, float):
            self._most[key] = max(self._most.get(key, 0), wording.decimals_of(value))
        return wording.value(value, unit, decimals=self._most.get(key, 0))

    def clear(self) -> None:
        """Forget all datastreams."""
        self._most.clear()
