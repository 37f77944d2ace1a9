"""The forwarder's planner looks when there is news or when something is due, and waits else."""

from __future__ import annotations

import time

import pytest

from app.config import Forward
from app.wire.streams import Fate
from tests.cloud.rude_server import RudeServer
from tests.cloud.sending import OK, Store, forwarder, wait_until


def test_it_waits_once_it_has_looked() -> None:
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(3)
        wait_until(sender, store, lambda _: not sender._news)
        sender.stop(60)


def test_it_looks_again_when_an_interval_ends_or_a_reading_may_be_too_old() -> None:
    with RudeServer(OK) as server:
        store = Store(1)
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=50.0)
        sender._stopping = True  # So that nobody is hired to send.
        assert sender._look() == 60.0
        store.add(1)
        assert 0 < (sender._look() or 0) <= 50.0
        idle = forwarder(server, Store(1))
        idle._stopping = True
        assert idle._look() is None


def test_it_looks_again_at_once_where_what_expired_made_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cloud.supply.WINDOW", 4)
    monkeypatch.setattr("app.cloud.supply.SET_ROOM", 4)
    store = Store(0)
    for _ in range(10):
        store.shelf.append("v0", at_us=time.time_ns() // 1000 - 31 * 86_400_000_000)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED)
        sender.start()
        store.wait_for(10)
        sender.stop(60)
    assert store.fates() == {Fate.EXPIRED}
    assert server.requests == []
