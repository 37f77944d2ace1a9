"""Finds the table of an edited bench that belongs to a device or a datastream of the running one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from app.wire.datastreams import Datastream
from ui.bench.model.draft import Draft, Node
from ui.bench.model.offers import offers

_TARGET = re.compile(r"(v|ds)([0-9]+)(?:\..*)?")
_KEYS = {"v": "virtual_pin", "ds": "id"}


def device_named(draft: Draft, name: str, renamed: Mapping[str, str]) -> Node | None:
    """The device that runs as `name`; None if there is none.

    `renamed` maps names of devices in the bench file to those of the running bench, if they differ.
    """
    for device in draft.devices:
        before = draft.name_before(device)
        if before and renamed.get(before, before) == name:
            return device
    return None


def datastream_for(draft: Draft, device: Node, target: str, announced: Iterable[Datastream] = ()) -> Node:
    """The datastream of a device for a target; if the device has none, one is proposed.

    That is as its board has announced it, if it is among `announced`. A property belongs to the datastream of
    its pin. For an event, it is the device itself.
    """
    match = _TARGET.fullmatch(target)
    if match is None:
        return device
    key, wanted = _KEYS[match[1]], int(match[2])
    for child in device.children:
        if child.get(key) == wanted:
            return child
    offered = (offer.datastream for offer in offers(device, announced, (), ()))
    entry = next((each for each in offered if getattr(each, key) == wanted), None)
    return draft.propose(device, msgspec.to_builtins(entry) if entry else {key: wanted})


def table_of(
    draft: Draft,
    device: str,
    target: str,
    renamed: Mapping[str, str],
    announced: Iterable[Datastream] = (),
) -> Node:
    """The table of the device that runs as `device`, or of its datastream for `target` if that is not empty.

    The table of the bench if there is no such device. For `renamed` see `device_named`, for `announced`
    `datastream_for`.
    """
    found = device_named(draft, device, renamed)
    if found is None:
        return draft.bench
    return datastream_for(draft, found, target, announced) if target else found
