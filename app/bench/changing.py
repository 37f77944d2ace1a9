"""Compares two versions of a bench file: which devices stay, and what a change means for each. Pure.

Invariants: each device of the old file either stays, perhaps under another name, or leaves; no name in the
journal is given to two devices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec

from app.config.bench_file import BenchConfig, DeviceConfig

_OF_THE_BOARD = frozenset(
    {
        "name",
        "port",
        "baud_rate",
        "reset_on_connect",
        "dtr",
        "rts",
        "data_bits",
        "parity",
        "stop_bits",
        "flow_control",
        "line_end",
        "record",
        "auth_token",
        "unknown_pins",
        "datastream",
    }
)
"""The settings of a device that do not affect how its readings are forwarded. `auth_token` only names the
place of the token. Of `datastream`, some settings do; these are compared apart from it."""
_SHOWN = frozenset({"name", "unit", "color", "line_style", "scale", "offset", "min", "max", "out_of_range"})
"""The settings of a datastream that affect only how lines are judged and shown."""


class Renames(NamedTuple):
    """The names that change in the journal."""

    names: Mapping[str, str]
    """Maps old names to new ones."""
    moved: Mapping[str, str]
    """The part of `names` that concerns devices which are not in the bench file any more: another device gets
    their name."""


def stays(before: BenchConfig, after: BenchConfig, renamed: Mapping[str, str]) -> dict[str, str]:
    """Map the name of each device in `after` that was in `before` to the name that it had there.

    `renamed` maps new names of devices to their old names.
    """
    known = {device.name for device in before.device}
    found: dict[str, str] = {}
    for device in after.device:
        old = renamed.get(device.name, device.name)
        if old in known and (device.name in renamed or old not in renamed.values()):
            known.discard(old)
            found[device.name] = old
    return found


def renames(stayed: Mapping[str, str], after: BenchConfig, in_journal: Collection[str]) -> Renames:
    """The names that change in the journal, where the devices `in_journal` are.

    `stayed` is the result of `stays`. If the journal has readings of a device that has left the bench, and
    another device gets its name, the device that has left gets a name that is free.
    """
    names = {old: new for new, old in stayed.items() if old != new}
    taken = {*in_journal, *(device.name for device in after.device)}
    moved = {}
    for name in names.values():
        if name in in_journal and name not in names:
            moved[name] = _free(name, taken)
            taken.add(moved[name])
    return Renames(names | moved, moved)


def forwards_alike(before: BenchConfig, old: DeviceConfig, after: BenchConfig, new: DeviceConfig) -> bool:
    """Whether the device `new` of `after` forwards the same readings in the same way as `old` of `before`.

    The auth tokens are not compared.
    """
    return _forwarding(before, old) == _forwarding(after, new)


def _forwarding(config: BenchConfig, device: DeviceConfig) -> tuple[object, ...]:
    organisation = config.organisation.get(device.organisation)
    return (
        _without(_OF_THE_BOARD, device),
        [_without(_SHOWN, datastream) for datastream in device.datastream],
        bool(organisation and organisation.monthly_messages),
    )


def _without(keys: Collection[str], part: msgspec.Struct) -> dict[str, Any]:
    return {key: value for key, value in msgspec.structs.asdict(part).items() if key not in keys}


def _free(name: str, taken: Collection[str]) -> str:
    """A name similar to `name` that is not in `taken`."""
    number = 2
    while (found := f"{name} ({number})") in taken:
        number += 1
    return found
