"""The forwarder sends pending readings to a server, in order, and settles each once."""

from __future__ import annotations

import threading
import time

import pytest

from app.bench.status import CloudState
from app.cloud.blynk.client import Client
from app.cloud.destination import Call, Outcome, OutcomeKind
from app.config.bench_file import Backlog, Forward
from app.messages.message import Message
from app.wire.streams import Fate, Reading
from tests.cloud.rude_server import RudeServer, answer, close
from tests.cloud.sending import OK, TARGETS, Store, forwarder, wait_until


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name.startswith("app.cloud")]


def test_everything_arrives_in_order_in_each_lane() -> None:
    store = Store(60)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(60)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    for target in TARGETS:
        values = [int(line.split("=")[-1].split()[0]) for line in server.requests if f"&{target}=" in line]
        assert values == sorted(values)
        assert len(values) == 20
    status = sender.status()
    assert (status.state, status.requests, status.sendable) == (CloudState.IDLE, 60, 0)
    assert status.last_success_us
    assert (status.forecast, status.messages_left, status.warnings) == ((), None, ())


def test_a_call_that_hangs_does_not_delay_other_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = threading.Semaphore(0), threading.Event()

    def hang(_client: Client, _call: Call) -> Outcome:
        entered.release()
        assert gate.wait(60)
        return Outcome(OutcomeKind.ACCEPT)

    monkeypatch.setattr(Client, "send", hang)
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        for _ in TARGETS:
            assert entered.acquire(timeout=60)
        gate.set()
        store.wait_for(3)
        sender.stop(60)


def test_an_internal_error_in_a_call_keeps_its_reading(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    internal_error = Message("cloud_internal_error")
    send, errors = Client.send, [ZeroDivisionError("an internal error")]

    def wrong(self: Client, call: Call) -> Outcome:
        if errors:
            raise errors[0]
        return send(self, call)

    monkeypatch.setattr(Client, "send", wrong)
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        wait_until(sender, store, lambda status: status.message.params.get("trouble") == internal_error)
        errors.clear()
        sender.try_now()
        store.wait_for(3)
        sender.stop(timeout_s=60)
    assert set(logged(caplog)) == {"a call for board"}
    assert store.fates() == {Fate.FORWARDED}


def test_an_outage_keeps_everything_and_try_now_ends_the_wait() -> None:
    store = Store(3)
    with RudeServer(close, close, close, OK) as server:
        sender = forwarder(server, store)
        sender.start()
        for _ in range(2000):
            if len(store.journal.fates) == 3:
                break
            if sender.status().state is CloudState.WAITING:
                assert "none is lost" in str(sender.status().message)
            sender.try_now()
            with store.changed:
                store.changed.wait(0.01)
        store.wait_for(3)
        sender.stop(60)
    assert sender.status().requests == len(server.requests) == 6


def test_a_wrong_token_pauses_the_device_after_one_call() -> None:
    # All readings are in one lane, because calls of other lanes might be sent before the first answer.
    store = Store(9, ("v0",))
    refuse = answer("400 Bad", b'{"error":{"message":"Invalid token."}}', "Connection: close")
    with RudeServer(refuse) as server:
        sender = forwarder(server, store)
        sender.start()
        status = wait_until(sender, store, lambda status: status.state is CloudState.PAUSED)
        sender.stop(60)
    assert len(server.requests) == 1
    assert "Invalid token" in str(status.message)
    assert status.sendable == 9
    assert store.journal.fates == {}


def test_the_pace_is_kept() -> None:
    """No request reaches the server earlier than `requests_per_s` allows."""
    store = Store(8)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, requests_per_s=20)
        began_s = time.monotonic()
        sender.start()
        store.wait_for(8)
        sender.stop(60)
    assert len(server.times_s) == 8
    for number, at_s in enumerate(sorted(server.times_s), 1):
        assert at_s - began_s >= (number - 1.4) / 20 - 1e-6


def test_readings_of_several_pins_share_a_call() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, batch=True, requests_per_s=1000)
        sender.start()
        store.wait_for(30)
        sender.stop(60)
    assert server.requests == [
        f"GET /external/api/batch/update?token=token&v0={first}&v1={first + 1}&v2={first + 2} HTTP/1.1"
        for first in range(1, 30, 3)
    ]


def test_the_newest_is_sent_and_older_ones_are_superseded() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.LATEST, batch=True, interval_s=0.05)
        sender.start()
        store.wait_for(30)
        store.add(3)
        sender.wake()
        store.wait_for(33)
        sender.stop(60)
    assert server.requests == [
        "GET /external/api/batch/update?token=token&v0=28&v1=29&v2=30 HTTP/1.1",
        "GET /external/api/batch/update?token=token&v0=31&v1=32&v2=33 HTTP/1.1",
    ]
    assert store.journal.fates_of("v0") == ["superseded"] * 9 + ["forwarded"] * 2


def test_sets_carry_their_times_and_use_the_day_s_points() -> None:
    store = Store(30)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05, daily_points=1000)
        sender.start()
        store.wait_for(30)
        sender.stop(60)
    assert sorted(server.requests) == [
        f"POST /external/api/batch/update?token=token&pin={target} HTTP/1.1" for target in TARGETS
    ]
    assert sum(body.count(b"[") - 1 for body in server.bodies) == 30
    assert store.usage["points of board"].used == 30
    assert sender.status().forecast == (Message("forecast_day_left", count=970, limit=1000),)


def test_readings_from_before_the_start_are_sent_with_their_times() -> None:
    store = Store(3)
    with RudeServer(OK) as server:
        sender = forwarder(server, store, backlog=Backlog.TIMESTAMPED)
        sender.start()
        store.wait_for(3)
        store.add(3)
        sender.wake()
        store.wait_for(6)
        sender.stop(60)
    assert [line.split()[0] for line in server.requests] == ["POST"] * 3 + ["GET"] * 3


def test_forwarding_goes_on_after_the_journal_could_not_be_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Store):
        failures = 2

        def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
            if self.failures:
                self.failures -= 1
                raise OSError("disk I/O error")
            return super().pending(stream, from_seq, limit)

    monkeypatch.setattr("app.cloud.planner._RETRY_S", 0.01)
    store = Failing(6)
    with RudeServer(OK) as server:
        sender = forwarder(server, store)
        sender.start()
        store.wait_for(6)
        sender.stop(60)
    assert store.fates() == {Fate.FORWARDED}
    assert logged(caplog) == ["what is to be sent cannot be read"] * 2


@pytest.mark.parametrize("age_days", [29.5, 31])
def test_readings_that_are_too_old_are_announced_and_expire(age_days: float) -> None:
    store = Store(0)
    store.journal.append("v0", at_us=time.time_ns() // 1000 - int(age_days * 86_400_000_000))
    with RudeServer(close) as server:
        sender = forwarder(server, store, forward=Forward.TIMESTAMPED, interval_s=0.05)
        sender.start()
        if age_days > 30:
            store.wait_for(1)
        else:
            status = wait_until(sender, store, lambda status: bool(status.warnings))
            assert "are too old for the cloud in 11 h and will expire" in str(status.warnings[0])
        sender.stop(60)
    assert store.fates() == ({Fate.EXPIRED} if age_days > 30 else set())
    assert sender.status().expired == (age_days > 30)
