"""A user's decision to send readings again or to skip them is carried out once."""

from __future__ import annotations

import pytest

from app.bench.status import CloudState, CloudStatus
from app.cloud.forwarder import Forwarder
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import Fate
from tests.cloud.rude_server import RudeServer, answer
from tests.cloud.sending import OK, Store, forwarder, wait_until

REFUSE = answer("400 Bad", b'{"error":{"message":"Wrong pin format."}}', "Connection: close")
NOTHING = answer("404 None", b"nothing here", "Connection: close")


def test_resent_readings_are_sent_once() -> None:
    """A reading that the user sends again is settled by its answer, and not fetched a second time."""
    store = Store(6)
    with RudeServer(*[REFUSE] * 6, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(6)
        with store.changed:
            store.journal.send_again()
        sender.wake()
        store.wait_for(6)
        for total in (7, 8, 9):
            store.add(1)
            sender.wake()
            store.wait_for(total)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert len(server.requests) == 6 + 6 + 3


def test_all_resent_readings_are_sent_even_if_few_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.planner._MAX_RESENT", 2)
    store = Store(5)
    with RudeServer(*[REFUSE] * 5, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(5)
        with store.changed:
            store.journal.send_again()
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
        status = wait_until(sender, store, lambda status: status.state is CloudState.WAITING)
        assert "The cloud answers: HTTP 404: nothing here. 1 reading waits, none is lost; " in str(
            status.message
        )
        wait_until(sender, store, lambda status: _is_stuck(sender, status))
        # All pins fail alike, so the fault is the cloud's, and no pin is blamed.
        assert status.warnings == ()
        assert sender.skip()
        store.wait_for(1)
        sender.stop(60)
    assert store.journal.fates == {(1, 1): (Fate.REFUSED, encode(Message("skipped_by_user")))}
    assert sender.status().warnings == ()


def test_a_refused_reading_is_sent_again() -> None:
    store = Store(1)
    with RudeServer(REFUSE, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(1)
        with store.changed:
            store.journal.send_again()
        sender.wake()
        store.wait_for(1)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert len(server.requests) == 2


def test_try_now_and_skip_end_a_wait_of_minutes() -> None:
    store = Store(3, ("v0",))
    with RudeServer(NOTHING, NOTHING, NOTHING, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        wait_until(sender, store, lambda status: _is_stuck(sender, status))
        assert sender.skip()
        store.wait_for(3)
        sender.stop(60)
    assert store.journal.fates_of("v0") == ["refused", "forwarded", "forwarded"]


def _is_stuck(sender: Forwarder, status: CloudStatus) -> bool:
    """Whether a reading may be skipped. Otherwise lets the device try again at once."""
    if not status.can_skip:
        sender.try_now()
    return status.can_skip
