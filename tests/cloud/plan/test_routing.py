"""Routing: the lane of a target's readings, and the form in which they are sent."""

from __future__ import annotations

import pytest

from app.cloud.plan.routing import Form, Routing
from app.config.bench_file import DeviceConfig, Forward
from app.wire.datastreams import Datastream

ENTRIES = (Datastream(virtual_pin=1, id=7), Datastream(virtual_pin=4), Datastream(id=9))


def routing(forward: Forward) -> Routing:
    return Routing(DeviceConfig(port="simulated:", forward=forward, datastream=ENTRIES))


@pytest.mark.parametrize(
    ("target", "pin"),
    [
        ("v1", 1),
        ("v1.label", 1),
        ("v200", 200),
        ("ds7", 1),
        ("ds9", None),
        ("ds70", None),
        ("event.v1", None),
    ],
)
def test_a_pin_and_its_datastream_id_are_one_lane(target: str, pin: int | None) -> None:
    assert routing(Forward.EVERY).pin(target) == pin


@pytest.mark.parametrize(
    ("target", "lane"),
    [
        ("v1", "v1"),
        ("v1.label", "v1"),
        ("ds7", "v1"),
        ("ds9", "ds9"),
        ("ds70", "ds70"),
        ("event.hot", "events"),
        ("event.v1", "events"),
    ],
)
def test_all_events_share_a_lane(target: str, lane: str) -> None:
    assert routing(Forward.EVERY).lane(target) == lane


@pytest.mark.parametrize(
    ("forward", "form"),
    [(Forward.EVERY, Form.ONE), (Forward.LATEST, Form.NEWEST), (Forward.TIMESTAMPED, Form.SET)],
)
def test_values_of_pins_are_sent_as_the_bench_file_says_and_all_others_one_by_one(
    forward: Forward, form: Form
) -> None:
    found = routing(forward)
    assert [found.form(target) for target in ("v1", "v200", "ds7")] == [form] * 3
    assert [found.form(target) for target in ("v1.label", "ds9", "event.a")] == [Form.ONE] * 3
