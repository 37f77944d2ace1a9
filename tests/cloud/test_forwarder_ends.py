"""A forwarder's threads end when they are told to, settle what was answered, and keep no program alive."""

from __future__ import annotations

import socket
import threading
import time
from types import SimpleNamespace

import pytest

from app.cloud.blynk.client import Client
from tests.cloud.rude_server import RudeServer
from tests.cloud.sending import OK, Store, forwarder


def test_a_forwarder_that_nobody_stops_keeps_no_program_alive() -> None:
    store = Store(1)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        began_s = time.monotonic()
        sender.start()
        store.wait_for(1)
        sender.stop(60)
        assert 0 <= sender._took_s <= time.monotonic() - began_s
    threads = [sender._planner, *sender._senders]
    assert [thread.name for thread in threads] == ["plan board", "send board"]
    assert all(thread.daemon for thread in threads)


def test_a_forwarder_that_never_began_can_be_stopped() -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(1))
        sender.stop(60)
        with sender._lock:
            sender._wake_or_hire()  # as the journal's thread may, a moment later
    assert sender._senders == []
    assert server.requests == []


def test_a_thread_is_waited_for_until_the_time_is_over_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(0))
    monkeypatch.setattr(sender, "_planner", SimpleNamespace(ident=1, join=waits.append))
    sender.stop(0.0)
    sender.stop(600.0)
    assert waits[0] == 0.0
    assert 0 < waits[1] <= 600.0


def test_a_sender_that_the_journal_s_thread_hires_keeps_no_program_alive_either() -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(0))
        with sender._lock:
            sender._wake_or_hire()
        sender.stop(60)
    assert [thread.daemon for thread in sender._senders] == [True]


def test_each_sender_closes_its_connection_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Client] = []
    close_it = Client.close

    def note(client: Client) -> None:
        closed.append(client)
        close_it(client)

    monkeypatch.setattr(Client, "close", note)
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(3)
        assert closed == []
        sender.stop(60)
    assert len(closed) == len(sender._senders) > 0


def test_an_answer_that_comes_after_the_stop_is_settled_and_nothing_more_is_sent() -> None:
    asked, enough = threading.Event(), threading.Event()

    def hold(peer: socket.socket) -> None:
        asked.set()
        assert enough.wait(60)
        OK(peer)

    store = Store(2, ("v0",))
    with RudeServer(hold) as server:
        sender = forwarder(server, store)
        sender.start()
        assert asked.wait(60)
        sender.stop(0)
        enough.set()
        sender.stop(60)
    assert store.shelf.told("v0") == ["forwarded", "pending"]
    assert len(server.requests) == 1
