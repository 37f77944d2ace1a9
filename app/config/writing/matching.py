"""Finds which table of a bench file each device, datastream and organisation of the changed bench was. Pure.

Invariant: no earlier table is found for two new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from app.config.bench_file import BenchConfig
from app.wire.datastreams import Datastream

Earlier = list[int | None]
"""For each new table the index of the earlier one; None if it is new."""
Place = tuple[int, int]
"""A datastream of the earlier bench: the index of its device, and its own there."""
Source = int | Place | None
"""What a datastream was: one of the same device, of another device, or None if it is new."""


class Changes(NamedTuple):
    """What the user did that cannot be seen from the benches before and after."""

    renamed: Mapping[str, str] = {}
    """The earlier names of devices, by their new names."""
    datastreams: Mapping[str, Sequence[Source]] = {}
    """By the new name of a device: what each of its datastreams was in the earlier bench. No datastream is
    there twice. A device without an entry is matched by pins, ids and names."""
    organisations: Mapping[str, str] = {}
    """The earlier names of organisations, by their new names."""


class Matching(NamedTuple):
    """The earlier tables of everything in a bench."""

    devices: Earlier
    datastreams: list[list[Source]]
    """For each device."""
    organisations: dict[str, str]
    """The earlier names of organisations, by their new names. A new organisation is not in it."""


def match(before: BenchConfig, after: BenchConfig, changes: Changes) -> Matching:
    """The earlier tables of everything in `after`."""
    names = _earlier_names([device.name for device in after.device], changes.renamed)
    places = {device.name: index for index, device in enumerate(before.device)}
    devices = [places.get(name) if name is not None else None for name in names]
    datastreams: list[list[Source]] = []
    moved = {source for sources in changes.datastreams.values() for source in sources}
    for device, index in zip(after.device, devices, strict=True):
        earlier = before.device[index].datastream if index is not None else ()
        known = changes.datastreams.get(device.name)
        if known is None:
            left = [at for at in range(len(earlier)) if (index, at) not in moved]
            found = match_datastreams([earlier[at] for at in left], device.datastream)
            datastreams.append([None if place is None else left[place] for place in found])
        else:
            # A new device has no datastream of its own from before.
            own = index is not None
            datastreams.append([source if own or isinstance(source, tuple) else None for source in known])
    organisations = _earlier_names(list(after.organisation), changes.organisations)
    pairs = zip(after.organisation, organisations, strict=True)
    kept = {new: old for new, old in pairs if old is not None and old in before.organisation}
    return Matching(devices, datastreams, kept)


def match_datastreams(before: Sequence[Datastream], after: Sequence[Datastream]) -> Earlier:
    """For each datastream in `after` the index of the one in `before` that it was; None if it is new.

    A datastream is the earlier one that is equal, or else has the same pin, the same id or the same name. If
    none was added or removed, those that are left are matched by their places.
    """
    found: Earlier = [None] * len(after)
    kinds: list[Callable[[Datastream], Hashable]] = [
        lambda entry: entry,
        lambda entry: entry.virtual_pin,
        lambda entry: entry.id,
        lambda entry: entry.name or None,
    ]
    for kind in kinds:
        places = {kind(entry): place for place, entry in enumerate(before) if place not in found}
        for index, entry in enumerate(after):
            if found[index] is None and kind(entry) is not None:
                found[index] = places.pop(kind(entry), None)
    if len(before) == len(after):
        for index, place in enumerate(found):
            if place is None and index not in found:
                found[index] = index
    return found


def _earlier_names(names: list[str], renamed: Mapping[str, str]) -> list[str | None]:
    """The earlier name of each; None if another has that name now, because it was renamed to its new one."""
    taken = {renamed[name] for name in names if name in renamed}
    return [renamed.get(name, None if name in taken else name) for name in names]
