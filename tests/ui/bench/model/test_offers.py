"""Which datastreams a device is offered, and from where."""

from __future__ import annotations

from app.wire.datastreams import Datastream, DatastreamType
from tests.ui.bench.model.benches import draft
from ui.bench.model.offers import add, offers

AIR = Datastream(virtual_pin=2, name="Air", unit="°C", type=DatastreamType.DOUBLE)


def test_each_target_that_has_no_entry_is_offered_once() -> None:
    made = draft()
    found = offers(
        made.devices[0],
        announced=[AIR, Datastream(virtual_pin=0), Datastream(virtual_pin=3, id=8)],
        printed=[Datastream(virtual_pin=2), Datastream(virtual_pin=4)],
        sent=["v1", "v2", "v5", "ds7", "ds8", "ds9", "v5.label", "event.hot"],
    )
    assert [(offer.target, offer.source) for offer in found] == [
        ("v2", "offer_announced"),
        ("v3", "offer_announced"),
        ("v4", "offer_printed"),
        ("v5", "offer_sent"),
        ("ds9", "offer_sent"),
    ]


def test_an_offer_becomes_an_entry() -> None:
    made = draft()
    (offer,) = offers(made.devices[1], [AIR], [], [])
    entry = add(made, made.devices[1], offer)
    assert made.config().device[1].datastream == (AIR,)
    assert entry.origin is None
    assert offers(made.devices[1], [AIR], [], ["v2"]) == []
