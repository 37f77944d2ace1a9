"""Takes into an edited bench what a fix has changed in its bench file meanwhile. Pure.

Invariant: what the user has changed in the editor, and has not saved yet, stays as it is.
"""

from __future__ import annotations

import msgspec

from app.config.bench_file import BenchConfig, DeviceConfig
from app.wire.datastreams import Datastream
from ui.bench.model.draft import Draft, Kind, Node
from ui.fixes.changes import identity


def follow(draft: Draft, earlier: BenchConfig, later: BenchConfig) -> None:
    """Change `draft`, whose bench file was `earlier`, as the file was changed: it is `later` now.

    Both have the same devices. One datastream of a device may be new in `later`: its last.
    """
    for device in draft.devices:
        if device.origin is None:
            continue
        before, after = earlier.device[device.origin], later.device[device.origin]
        _take(device, before, after)
        _take_datastreams(draft, device, before, after)
        known = {identity(entry) for entry in before.datastream}
        for entry in after.datastream:
            if identity(entry) not in known:
                draft.rebase(later, _table_for(draft, device, entry))
    draft.rebase(later)


def _take_datastreams(draft: Draft, device: Node, before: DeviceConfig, after: DeviceConfig) -> None:
    """Change the datastreams that the bench file has of `device`, wherever they are in the draft now."""
    places = {identity(entry): place for place, entry in enumerate(after.datastream)}
    for owner in draft.devices:
        for node in list(owner.children):
            if node.origin is None or (node.home or owner) is not device:
                continue
            entry = before.datastream[node.origin]
            place = places.get(identity(entry))
            if place is not None:
                _take(node, entry, after.datastream[place])
                node.origin = place
            elif node.values == Node(Kind.DATASTREAM, msgspec.to_builtins(entry)).values:
                draft.remove(node)
            else:
                node.origin = node.home = None


def _take(node: Node, before: DeviceConfig | Datastream, after: DeviceConfig | Datastream) -> None:
    """Give `node` the values that differ, except for those that were changed in the draft."""
    was = msgspec.to_builtins(before)
    for key, value in msgspec.to_builtins(after).items():
        if key != "datastream" and value != was[key] and node.get(key) == was[key]:
            node.put(key, value)


def _table_for(draft: Draft, device: Node, entry: Datastream) -> Node:
    """The table for a datastream that is new in the bench file; the user may have it in the draft already."""
    values = msgspec.to_builtins(entry)
    target = Node(Kind.DATASTREAM, values).target
    mine = (node for node in device.children if node.origin is None and node.target == target)
    return next(mine, None) or draft.add(Kind.DATASTREAM, device, values)
