"""The datastreams that a device could have: announced or sent by its board, or printed by a sketch. Pure.

Invariant: nothing is offered that the device has already, and no target twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from app.wire.datastreams import Datastream
from app.wire.targets import parse_target
from ui.bench.model.draft import Draft, Kind, Node


class Offer(NamedTuple):
    """A datastream that can be added with one click."""

    datastream: Datastream
    source: str
    """The message code of the sentence that says where it comes from."""

    @property
    def target(self) -> str:
        """Its target, such as `v1`."""
        entry = self.datastream
        return f"v{entry.virtual_pin}" if entry.virtual_pin is not None else f"ds{entry.id}"


def offers(
    device: Node, announced: Iterable[Datastream], printed: Iterable[Datastream], sent: Iterable[str]
) -> list[Offer]:
    """What `device` has no entry for, by target.

    `announced` are the datastreams that its board has announced, `printed` those of a sketch, and `sent` the
    targets of the lines that have come.
    """
    found = [
        *(Offer(each, "offer_announced") for each in announced),
        *(Offer(each, "offer_printed") for each in printed),
        *(Offer(each, "offer_sent") for each in filter(None, map(_of_target, sent))),
    ]
    pins = {child.get("virtual_pin") for child in device.children} - {None}
    ids = {child.get("id") for child in device.children} - {None}
    shown: list[Offer] = []
    for offer in found:
        pin, number = offer.datastream.virtual_pin, offer.datastream.id
        if pin not in pins and number not in ids:
            shown.append(offer)
            pins |= {pin} - {None}
            ids |= {number} - {None}
    return shown


def add(draft: Draft, device: Node, offer: Offer) -> Node:
    """Add an offered datastream to a device."""
    values: dict[str, Any] = msgspec.to_builtins(offer.datastream)
    return draft.add(Kind.DATASTREAM, device, values)


def _of_target(target: str) -> Datastream | None:
    """The plain datastream for a target; None for a property or an event."""
    if "." in target or not isinstance(parse_target(target), str):
        return None
    if target.startswith("ds"):
        return Datastream(id=int(target[2:]))
    return Datastream(virtual_pin=int(target[1:]))
