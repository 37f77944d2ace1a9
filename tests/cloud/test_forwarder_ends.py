"""A forwarder's threads end on `stop`, settle the last answers, and do not keep the program alive."""

from __future__ import annotations

import socket
import threading

from tests.cloud.rude_server import RudeServer
from tests.cloud.sending import OK, Store, forwarder


def threads() -> set[threading.Thread]:
    """The running threads of forwarders."""
    return {thread for thread in threading.enumerate() if thread.name in ("plan board", "send board")}


def test_a_forwarder_that_is_not_stopped_does_not_keep_the_program_alive() -> None:
    store = Store(1)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(1)
        assert {thread.name for thread in threads()} == {"plan board", "send board"}
        assert all(thread.daemon for thread in threads())
        sender.stop(60)
    assert threads() == set()


def test_a_forwarder_that_was_never_started_can_be_stopped() -> None:
    with RudeServer(OK) as server:
        sender = forwarder(server, Store(1))
        sender.stop(60)
        sender.wake()  # The journal's writer may still call this after the stop.
        assert threads() == set()
    assert server.requests == []


def test_no_sending_thread_is_started_while_there_is_nothing_to_send() -> None:
    store = Store(0)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        sender.stop(60)
    assert threads() == set()
    assert server.requests == []


def test_stop_waits_no_longer_than_its_time_out() -> None:
    asked, enough = threading.Event(), threading.Event()

    def hang(peer: socket.socket) -> None:
        asked.set()
        assert enough.wait(60)
        OK(peer)

    with RudeServer(hang) as server:
        sender = forwarder(server, Store(1))
        sender.start()
        assert asked.wait(60)
        for timeout_s in (0.0, 0.01):
            sender.stop(timeout_s)
            assert len(threads()) == 2
        enough.set()
        sender.stop(60)
    assert threads() == set()


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
    assert store.journal.fates_of("v0") == ["forwarded", "pending"]
    assert len(server.requests) == 1
