"""Rows for the keys of the bench file: the effect of a key that is left out, and that of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Look = Callable[[Trial], object]


class Key(NamedTuple):
    """One key with a value, and the effect that a trial sees."""

    key: str
    """The key with its table, such as `device.baud_rate`."""
    value: str
    """A value other than the default, in TOML."""
    by_default: object
    """The effect without the key."""
    by_value: object
    """The effect with the value."""
    look: Look
    needs: Mapping[str, str]
    """Other keys that the file needs."""
    instead: str
    """The value to compare with if the key has no default, in TOML."""

    def seen(self, trial: Trial, value: str) -> object:
        """The effect of `value`; without the key if it is empty."""
        trial.keys.update(self.needs)
        trial.without(self.key)
        if value:
            trial.keys[self.key] = value
        return self.look(trial)


class Keys(list[Key]):
    """The rows of a table, each made from a function that looks at the effect."""

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
        """Add a row; the decorated function looks at the effect."""

        def add(look: Look) -> Look:
            self.append(Key(key, value, by_default, by_value, look, needs or {}, instead))
            return look

        return add
