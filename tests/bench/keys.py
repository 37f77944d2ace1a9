"""Rows for the keys of the bench file: what is seen at the far end, with a key left out and with a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Look = Callable[[Trial], object]


class Key(NamedTuple):
    """One row."""

    key: str
    """`device.baud_rate`."""
    value: str
    """Another value than the default, in TOML."""
    by_default: object
    """What is seen without the key."""
    by_value: object
    """What is seen with it."""
    look: Look
    needs: Mapping[str, str]
    """Other keys that the file must have."""
    instead: str
    """What stands in the place of the default where there is none, in TOML."""

    def seen(self, trial: Trial, value: str) -> object:
        """What is seen with `value`, or without the key where it is empty."""
        trial.keys.update(self.needs)
        trial.without(self.key)
        if value:
            trial.keys[self.key] = value
        return self.look(trial)


class Keys(list[Key]):
    """Rows, each made of a function that looks."""

    def row(
        self,
        key: str,
        value: str,
        *,
        by_default: object,
        by_value: object,
        needs: Mapping[str, str] | None = None,
        instead: str = "",
    ) -> Callable[[Look], Look]:
        """A row that the decorated function looks at."""

        def add(look: Look) -> Look:
            self.append(Key(key, value, by_default, by_value, look, needs or {}, instead))
            return look

        return add
