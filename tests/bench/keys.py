"""Rows for tests of bench file keys: the effect of leaving a key out, and the effect of giving it a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.bench.trial import Trial

Look = Callable[[Trial], object]


class Key(NamedTuple):
    """A row: one key with a value, the effect of the default, and the effect of the value."""

    key: str
    """The key with its table, such as `device.baud_rate`."""
    value: str
    """A value other than the default, in TOML."""
    by_default: object
    """The effect without the key, or with `instead`."""
    by_value: object
    """The effect with `value`."""
    look: Look
    needs: Mapping[str, str]
    """Other keys that the file needs."""
    instead: str
    """The value to use in place of a default, in TOML, if the key has none."""

    def seen(self, trial: Trial, value: str) -> object:
        """The effect of the key with `value`, or of leaving the key out if `value` is empty."""
        trial.keys.update(self.needs)
        trial.without(self.key)
        if value:
            trial.keys[self.key] = value
        return self.look(trial)


class Keys(list[Key]):
    """A list of rows; the decorator `row` makes one from a function that returns the effect."""

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
        """A decorator that adds a row; the decorated function returns the effect."""

        def add(look: Look) -> Look:
            self.append(Key(key, value, by_default, by_value, look, needs or {}, instead))
            return look

        return add
