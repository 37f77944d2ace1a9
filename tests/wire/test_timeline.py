"""The names of events are stored in journals and exports."""

from __future__ import annotations

from app.messages.message import Message
from app.wire.timeline import AWAY, Event, EventKind, Timeline


def test_the_names_of_events_never_change() -> None:
    assert [str(kind) for kind in EventKind] == [
        *("not_running", "connected", "taken_back", "lost", "released", "closed", "not_opened", "restarted"),
        *("clock_set", "cloud_down", "rejected", "bytes_lost"),
    ]
    assert EventKind.CONNECTED not in AWAY


def test_events_are_values() -> None:
    event = Event(1, EventKind.CLOUD_DOWN, 5, None, reason=Message("no_server"))
    assert event == Event(1, EventKind.CLOUD_DOWN, 5, None, reason=Message("no_server"))
    assert Timeline(3, (event,)).markers == ()
