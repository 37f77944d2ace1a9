"""Streams: which pin a target belongs to, and the names of fates."""

from __future__ import annotations

import pytest

from app.wire.streams import Fate, Reading, Run, is_event, pin_of


@pytest.mark.parametrize(
    ("target", "pin"),
    [
        ("v0", 0),
        ("v255", 255),
        ("v12.label", 12),
        ("v7.isDisabled", 7),
        ("ds7", None),
        ("ds2147483647", None),
        ("event.overheat", None),
        ("event.v7", None),
    ],
)
def test_pin_of(target: str, pin: int | None) -> None:
    assert pin_of(target) == pin


def test_only_events_are_events() -> None:
    assert is_event("event.overheat")
    assert not any(map(is_event, ("v1", "v1.label", "ds7", "v1.event")))


def test_fates_are_named_as_the_export_names_them() -> None:
    assert [*Fate] == ["forwarded", "superseded", "refused", "expired", "pending"]


def test_a_run_has_no_reason_by_default() -> None:
    assert Run(1, 2, 3, Fate.FORWARDED).reason == ""
    assert Reading(1, 2, 3, "v1", 4.0, 5)._fields == (
        "id",
        "stream",
        "seq",
        "target",
        "value",
        "received_at_us",
    )
