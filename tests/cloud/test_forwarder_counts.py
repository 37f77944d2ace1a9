"""A forwarder counts what it sends: requests, the month's messages and the day's points."""

from __future__ import annotations

import threading

from app.bench.status import CloudState
from app.cloud.plan.budget import Budget, Period
from app.config.bench_file import Forward
from tests.cloud.rude_server import RudeServer, answer, close
from tests.cloud.sending import OK, Store, forwarder, wait_until


def test_a_request_counts_from_the_moment_it_is_sent() -> None:
    asked, enough = threading.Event(), threading.Event()

    def hold(_peer: object) -> None:
        asked.set()
        enough.wait(60)

    with RudeServer(hold) as server:
        sender = forwarder(server, Store(1))
        sender.start()
        assert asked.wait(60)
        sender.stop(0)
        assert sender.status().requests == 1
        enough.set()
        sender.stop(60)
        assert sender.status().requests == 1


def test_a_shared_budget_is_used_and_slows_down() -> None:
    store = Store(30)
    messages = Budget("messages of school", 10, Period.MONTH)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, messages)
        sender.start()
        store.wait_for(8)
        status = wait_until(sender, store, lambda status: "The next one is sent in" in str(status.message))
        sender.stop(60)
    assert len(server.requests) == 8
    assert status.messages_left == 2
    # The next message is due in days. This counts as paused, so that `--until-idle` does not wait for it.
    assert status.state is CloudState.PAUSED
    assert [forecast.code for forecast in status.forecast] == ["forecast_month_slowed"]
    assert store.usage["messages of school"].used == len(server.requests)


def test_redirects_and_lost_requests_count_as_requests_and_as_messages_of_the_month() -> None:
    store = Store(1)
    messages = Budget("messages of school", 100, Period.MONTH)
    with RudeServer(OK) as there:
        moved = answer(
            "308 Moved", b"", f"Location: {there.url}/external/api/update?token=x", "Connection: close"
        )
        with RudeServer(close, moved) as here:
            sender = forwarder(here, store, messages)
            sender.start()
            wait_until(sender, store, lambda status: status.state is CloudState.WAITING)
            sender.try_now()
            store.wait_for(1)
            sender.stop(60)
    # One request was lost, one was redirected, and one was accepted.
    assert (len(here.requests), len(there.requests)) == (2, 1)
    status = sender.status()
    assert status.requests == 3
    assert status.messages_left == 97
    assert store.usage["messages of school"].used == 3


def test_points_of_a_set_that_was_not_accepted_are_given_back() -> None:
    store = Store(3)
    server_error = answer("503 Service Unavailable", b"", "Connection: close")
    with RudeServer(server_error, OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=100)
        sender.start()
        while len(store.journal.fates) < 3:
            sender.try_now()
            with store.changed:
                store.changed.wait(0.01)
        sender.stop(60)
    assert len(server.requests) > 3
    assert store.usage["points of board"].used == 3


def test_a_budget_that_is_used_up_pauses() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=1)
        sender.start()
        store.wait_for(1)
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        sender.stop(60)
    assert len(store.journal.fates) == len(server.requests) == 1
    assert "29 readings wait, none is lost. The day's 1 point is used up" in str(status.message)


def test_a_request_that_never_reached_the_cloud_uses_no_message() -> None:
    store = Store(1)
    messages = Budget("messages of school", 10, Period.MONTH)
    with RudeServer(OK) as server:
        pass
    sender = forwarder(server, store, messages)
    sender.start()
    status = wait_until(sender, store, lambda status: status.state is CloudState.WAITING)
    sender.stop(60)
    assert "refuses the connection" in str(status.message)
    assert sender.status().messages_left == 10
