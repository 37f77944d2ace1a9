"""What a person decides about readings is done once: they go again, or are skipped."""

from __future__ import annotations

import pytest

from app.bench.status import CloudState, CloudStatus
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import Fate
from tests.cloud.rude_server import RudeServer, answer
from tests.cloud.sending import OK, Store, forwarder, wait_until

REFUSE = answer("400 Bad", b'{"error":{"message":"Wrong pin format."}}', "Connection: close")
NOTHING = answer("404 None", b"nothing here", "Connection: close")


def test_what_goes_again_goes_once() -> None:
    """Readings sent again by a person are settled by their answer, and are not asked for again."""
    store = Store(6)
    with RudeServer(*[REFUSE] * 6, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(6)
        with store.changed:
            store.shelf.send_again()
        sender.wake()
        store.wait_for(6)
        for total in (7, 8, 9):
            store.add(1)
            sender.wake()
            store.wait_for(total)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert len(server.requests) == 6 + 6 + 3


def test_all_goes_again_though_it_is_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.planner._MAX_RESENT", 2)
    store = Store(5)
    with RudeServer(*[REFUSE] * 5, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(5)
        with store.changed:
            store.shelf.send_again()
        sender.wake()
        store.wait_for(5)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert len(server.requests) == 5 + 5


def test_a_stuck_reading_is_skipped() -> None:
    store = Store(1)
    with RudeServer(NOTHING) as server:
        sender = forwarder(server, store)
        assert not sender.skip()
        sender.start()
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        assert str(status.message) == (
            "The cloud answers: HTTP 404: nothing here. 1 reading waits, none is lost; next try in 5 min."
        )
        # All pins alike: that is the cloud's trouble, and said as such.
        assert status.warnings == ()
        assert sender.skip()
        store.wait_for(1)
        sender.stop(60)
    assert store.shelf.fates == {(1, 1): (Fate.REFUSED, encode(Message("skipped_by_user")))}
    assert sender.status().warnings == ()


def test_what_was_refused_goes_once_more() -> None:
    store = Store(1)
    with RudeServer(REFUSE, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(1)
        with store.changed:
            store.shelf.send_again()
        sender.wake()
        store.wait_for(1)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert len(server.requests) == 2


def test_trying_now_and_skipping_wake_those_who_wait_for_minutes() -> None:
    store = Store(3, ("v0",))
    with RudeServer(NOTHING, NOTHING, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        wait_until(sender, store, lambda status: _rests(status, 1))
        sender.try_now()
        wait_until(sender, store, lambda status: _rests(status, 2))
        assert sender.skip()
        store.wait_for(3)
        sender.stop(60)
    assert store.shelf.told("v0") == ["refused", "forwarded", "forwarded"]


def _rests(status: CloudStatus, requests: int) -> bool:
    """Whether so many requests were made, and the device waits for the next."""
    return status.state is CloudState.PAUSED and status.requests == requests
