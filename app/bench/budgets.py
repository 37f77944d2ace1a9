"""The budgets of a bench's devices and organisations, while the bench file changes.

Invariants: a budget keeps what was used of it when its limit or its name changes, or when it is removed and
comes back; all devices of an organisation share one object.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from app.cloud.plan.budget import Budget, budgets_of, events_name, messages_name, points_name
from app.config.bench_file import BenchConfig, DeviceConfig
from app.wire.streams import Usage


class DeviceBudgets(NamedTuple):
    """The budgets that limit one device."""

    messages: Budget | None
    """The messages of its organisation; None if they are not limited."""
    points: Budget
    events: Budget


class Budgets:
    """All budgets that a bench file has, or has had since the bench was made."""

    def __init__(self, config: BenchConfig, stored: Callable[[], Iterable[Usage]]) -> None:
        """`stored` returns how much of each budget has been used, as the journal has it."""
        self._stored = stored
        self._known: dict[str, Budget] = {}
        self._names: frozenset[str] = frozenset()
        self.follow(config)

    def follow(self, config: BenchConfig) -> None:
        """Take over the limits of `config`, which may have other devices and organisations than before."""
        now_us = time.time_ns() // 1000
        stored = {usage.budget: usage for usage in self._stored()}
        wanted = list(budgets_of(config))
        for budget in wanted:
            if known := self._known.get(budget.name):
                known.change_limit(budget.limit)
                continue
            if usage := stored.get(budget.name):
                budget.restore(usage, now_us)
            self._known[budget.name] = budget
        self._names = frozenset(budget.name for budget in wanted)

    def of(self, device: DeviceConfig) -> DeviceBudgets:
        """The budgets that limit `device`, which is one of the devices of the bench file."""
        messages = messages_name(device.organisation)
        return DeviceBudgets(
            self._known[messages] if messages in self._names else None,
            self._known[points_name(device.name)],
            self._known[events_name(device.name)],
        )

    def rename(self, usage: Mapping[str, str]) -> None:
        """Give budgets the new names to which `usage` maps their names. Only for the journal's writer."""
        moved = {new: budget for old, new in usage.items() if (budget := self._known.pop(old, None))}
        for name, budget in moved.items():
            budget.name = name
        self._known |= moved


def renamed_budgets(devices: Mapping[str, str]) -> dict[str, str]:
    """Map the names of budgets to new ones, after devices were renamed; `devices` maps names to new ones."""
    return {name(old): name(new) for old, new in devices.items() for name in (points_name, events_name)}
